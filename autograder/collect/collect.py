"""Takes what a learning platform gives, a zip or a folder, apart into `submitted/`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from autograder.collect.names import Named, folder_name, read_name, without_wrapper
from autograder.collect.uploads import File, open_uploads
from autograder.course.course import Course
from autograder.course.journal import Journal
from autograder.course.plan import only_notebook
from autograder.problems import Problem, UnreadableError, UsageError
from autograder.triage.files import read_bytes, read_timestamp_text

#: Bytes that are taken in all.
MOST_BYTES = 8 * 2**30

State: TypeAlias = Literal["new", "unchanged", "replaced", "kept"]


@dataclass(frozen=True)
class Taken:
    """A submission that was put in its place.

    Attributes
    ----------
    state
        `kept`: another one stands there and was not replaced.
    """

    student: str
    source: str
    target: str
    state: State


@dataclass
class Collection:
    """What came of collecting."""

    taken: list[Taken] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing was left out that a person should look at."""
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """Return it as `collect --json` shows it."""
        return {
            "taken": [asdict(taken) for taken in self.taken],
            "problems": [asdict(problem) for problem in self.problems],
            "notes": [asdict(note) for note in self.notes],
        }


def collected(course: Course, assignment: str) -> dict[str, dict[str, Any]]:
    """Return what is known about each student's collected submission."""
    return _journal(course, assignment).latest()


def _journal(course: Course, assignment: str) -> Journal:
    return Journal(course.state / "collected" / f"{assignment}.jsonl")


def collect(course: Course, source: Path, assignment: str, *, replace: bool = False) -> Collection:
    """Put everybody's newest notebook into `submitted/STUDENT/NAME/`.

    Nothing in the source is trusted: names are only read, never used as paths, links are not
    followed, and sizes are capped while reading.

    Parameters
    ----------
    source
        A zip, or a folder.
    replace
        Replace submissions that stand there and differ.

    Raises
    ------
    UsageError
        The source is neither, or the assignment is unknown.
    """
    course.require_assignment(assignment)
    notebook = only_notebook(course.source(assignment))
    done = Collection()
    with course.lock(), open_uploads(source, done.problems) as files:
        times = {f.path.parent: f for f in files if f.path.name == "timestamp.txt"}
        budget = MOST_BYTES
        for student, (file, named) in sorted(
            _newest(files, {assignment, notebook}, notebook, done).items()
        ):
            try:
                data = file.read()
            except UnreadableError as error:
                done.problems.append(Problem("unreadable", str(file.path), str(error)))
                continue
            budget -= len(data)
            if budget < 0:
                raise UsageError(f"{source} holds more than {MOST_BYTES >> 30} GiB; take it apart")
            handed_in = named.time or _timestamp(times.get(file.path.parent), done)
            folder = course.path("submitted", student, assignment)
            state = _put(folder / f"{notebook}.ipynb", data, handed_in, replace)
            done.taken.append(Taken(student, str(file.path), str(folder), state))
            if state == "kept":
                detail = "another one stands there; --replace puts this one in its place"
                done.problems.append(Problem("kept", str(file.path), detail))
            elif state != "unchanged":
                _journal(course, assignment).append(
                    {
                        "student": student,
                        "name": named.student,
                        "number": named.number,
                        "source": str(file.path),
                        "late": named.late,
                    }
                )
    if not done.taken and not done.problems:
        raise UsageError(f"{source} holds no notebook whose student could be told from its name")
    return done


def _newest(
    files: Sequence[File], own: set[str], notebook: str, done: Collection
) -> dict[str, tuple[File, Named]]:
    """Return everybody's newest notebook, and say what it was chosen over."""
    books = [file for file in files if file.path.suffix.lower() == ".ipynb"]
    done.notes += [
        Problem("left out", str(file.path), "not a notebook")
        for file in files
        if file not in books and file.path.name != "timestamp.txt"
    ]
    candidates: list[tuple[File, Named]] = []
    paths = without_wrapper([file.path for file in books], own)
    for file, path in zip(books, paths, strict=True):
        named = read_name(path, notebook)
        if named is None:
            done.problems.append(Problem("nobody's", str(file.path), "its name tells no student"))
        else:
            candidates.append((file, named))
    chosen: dict[str, tuple[File, Named]] = {}
    ids = _student_ids([named for _, named in candidates])
    for file, named in sorted(candidates, key=lambda pair: _age(pair[0], pair[1], notebook)):
        student = ids[named.student, named.number]
        if student in chosen:
            older = str(chosen[student][0].path)
            done.notes.append(Problem("older", older, f"{file.path} counts for {student}"))
        chosen[student] = file, named
    return chosen


def _age(file: File, named: Named, notebook: str) -> tuple[Any, ...]:
    """Sort what is meant last: the right name, then the newest."""
    time = named.time.timestamp() if named.time else 0.0
    return named.stem == notebook, time, named.attempt, file.time, str(file.path)


def _student_ids(named: Sequence[Named]) -> dict[tuple[str, str], str]:
    """Return a folder for every person; who shares a name is told apart by the number."""
    numbers: dict[str, set[str]] = {}
    for each in named:
        numbers.setdefault(each.student, set()).add(each.number)
    return {
        (each.student, each.number): folder_name(
            f"{each.student}_{each.number}" if len(numbers[each.student]) > 1 else each.student
        )
        for each in named
    }


def _timestamp(file: File | None, done: Collection) -> datetime | None:
    if file is None:
        return None
    try:
        return read_timestamp_text(file.read())
    except (UnreadableError, ValueError, OverflowError):
        done.notes.append(Problem("malformed", str(file.path), "no time that can be read"))
        return None


def _put(target: Path, data: bytes, handed_in: datetime | None, replace: bool) -> State:
    """Write a notebook and its time, the notebook last and in one step."""
    state: State = "new"
    if target.exists() or target.is_symlink():
        try:
            if read_bytes(target) == data:
                return "unchanged"
        except UnreadableError:
            pass  # whatever stands there, it is not this
        if not replace:
            return "kept"
        state = "replaced"
    target.parent.mkdir(parents=True, exist_ok=True)
    time = target.with_name("timestamp.txt")
    time.unlink(missing_ok=True)
    if handed_in is not None:
        time.write_text(f"{handed_in:%Y-%m-%d %H:%M:%S} UTC\n")
    draft = target.with_suffix(".part")
    draft.unlink(missing_ok=True)
    draft.write_bytes(data)
    draft.replace(target)
    return state
