"""Takes what a learning platform gives, a zip or a folder, apart into `submitted/`."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias
from unicodedata import normalize

from autograder.collect.names import Named, folder_name, is_notebook, read_names
from autograder.collect.notebooks import Upload, choose, wanted
from autograder.collect.people import Decision, decide, journal_of, known_people
from autograder.collect.records import METADATA, complete
from autograder.collect.roster import Roster, read_roster
from autograder.collect.uploads import File, open_uploads
from autograder.course.course import Course
from autograder.course.plan import only_notebook
from autograder.problems import Problem, UnreadableError, UsageError
from autograder.triage.files import UnknownZoneError, read_bytes, read_timestamp_text

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
    late
        Whether the platform calls it late.
    """

    student: str
    source: str
    target: str
    state: State
    late: bool = False


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
    return journal_of(course, assignment).latest()


def collect(
    course: Course,
    source: Path,
    assignment: str,
    *,
    replace: bool = False,
    roster: Path | None = None,
) -> Collection:
    """Put everybody's newest notebook into `submitted/STUDENT/NAME/`.

    Nothing in the source is trusted: names are only read, never used as paths, links are not
    followed, and sizes are capped while reading.

    Parameters
    ----------
    source
        A zip, or a folder.
    replace
        Replace submissions that stand there and differ.
    roster
        A CSV file of who is in the class; by default, `db_students` in `nbgrader_config.py`.

    Raises
    ------
    UsageError
        The source is neither, the assignment is unknown, or the roster cannot be read.
    """
    course.require_assignment(assignment)
    notebook = only_notebook(course.source(assignment))
    want = wanted(course, assignment, notebook)
    people = read_roster(course, roster)
    done = Collection()
    with course.lock(), open_uploads(source, done.problems) as files:
        persons = _persons(files, {assignment, notebook}, notebook, people, done)
        uploads = [(str(file.path), named) for file, each in persons for named in each]
        decision = decide(uploads, known_people(course, assignment), people)
        done.problems += decision.problems
        done.notes += decision.notes
        read = _reader(source)
        earlier = collected(course, assignment)
        times = {f.path.parent: f for f in files if f.path.name == "timestamp.txt"}
        for student, theirs in sorted(_by_student(persons, decision).items()):
            choice = choose(student, theirs, want, read)
            done.problems += choice.problems
            done.notes += choice.notes
            if choice.upload is None:
                continue
            file, named = choice.upload
            handed_in = named.time or _timestamp(times.get(file.path.parent), named, done)
            folder = _folder(course, student, assignment)
            state = _put(folder / f"{notebook}.ipynb", choice.data, handed_in, replace)
            done.taken.append(Taken(student, str(file.path), str(folder), state, named.late))
            if state == "kept":
                detail = "a different one is already there; --replace overwrites it with this one"
                done.problems.append(Problem("kept", str(file.path), detail))
            elif state != "unchanged" or student not in earlier:
                entry = _entry(student, choice.upload, earlier.get(student, {}))
                journal_of(course, assignment).append(entry)
        done.notes += _missing(course, assignment, people, decision)
    if not done.taken and not done.problems:
        raise UsageError(f"no notebook in {source} has a name that says whose it is")
    return done


def _persons(
    files: Sequence[File], own: set[str], notebook: str, people: Roster, done: Collection
) -> list[tuple[File, tuple[Named, ...]]]:
    """Return who handed in each file, and say what is nobody's."""
    named = read_names([file.path for file in files], notebook, own)
    told = complete(files, named, own, people.logins, done.problems)
    found = []
    for file, first, each in zip(files, named, told, strict=True):
        if each:
            found.append((file, each))
        elif is_notebook(file.path) or (first and not each):
            done.problems.append(Problem("nobody's", str(file.path), _nobody(first)))
        elif not (file.is_nothing or file.path.name in ("timestamp.txt", METADATA)):
            done.notes.append(Problem("left out", str(file.path), "not a notebook"))
    return found


def _nobody(named: Named | None) -> str:
    """Say why it is nobody's, and what to do."""
    if named and named.system == "gradescope":
        return f"{METADATA}, which names the student, is not beside it or does not list it"
    if named and named.system == "blackboard":
        where = f"it is not clear where the login begins in {named.student}"
        return f"{where}; add the receipt, or use --roster"
    return "its name does not say whose it is; rename it, or put it into a folder named after them"


def _by_student(
    persons: Sequence[tuple[File, tuple[Named, ...]]], decision: Decision
) -> dict[str, list[Upload]]:
    found: dict[str, list[Upload]] = {}
    for file, each in persons:
        for named in each:
            if student := decision.students.get((named.system, named.key)):
                found.setdefault(student, []).append((file, named))
    return found


def _reader(source: Path) -> Callable[[File], bytes]:
    """Return what reads files, and not more than so much of them in all."""
    left = MOST_BYTES

    def read(file: File) -> bytes:
        nonlocal left
        data = file.read()
        left -= len(data)
        if left < 0:
            raise UsageError(f"{source} holds more than {MOST_BYTES >> 30} GiB; split it up")
        return data

    return read


def _folder(course: Course, student: str, assignment: str) -> Path:
    """Return where a submission belongs; macOS may have written a student's name decomposed."""
    folder = course.path("submitted", student, assignment)
    if not (student.isascii() or folder.exists()) and folder.parent.parent.is_dir():
        for other in folder.parent.parent.iterdir():
            if normalize("NFC", other.name) == student:
                return other / assignment
    return folder


def _entry(student: str, upload: Upload, earlier: dict[str, Any]) -> dict[str, Any]:
    """Return who it was, for `export` and for the next collection."""
    file, named = upload
    who = {
        "name": named.student,
        "number": named.number,
        "system": named.system,
        "key": named.key,
    }
    if earlier and named.system == "plain":
        # A folder with the student's name says nothing about the platform's number.
        who = {key: earlier[key] for key in who if key in earlier}
    return {"student": student, **who, "source": str(file.path), "late": named.late}


def absent(course: Course, assignment: str) -> list[str]:
    """Return who on the course's roster has handed in nothing that was taken."""
    roster = read_roster(course, None)
    return [missing.where for missing in _missing(course, assignment, roster, Decision())]


def _missing(course: Course, assignment: str, people: Roster, decision: Decision) -> list[Problem]:
    """Say who on the roster has handed in nothing, as far as that can be told."""
    present = set(decision.present)
    for student, entry in collected(course, assignment).items():
        called = str(entry.get("name") or student)
        key = str(entry.get("key") or entry.get("number") or called)
        found = people.find(Named(str(entry.get("system") or "plain"), called, key, ""))
        present |= {person.id for person in found if len(found) == 1}
    return [
        Problem("missing", person.label, "on the roster, but has handed in nothing")
        for person in people.people
        if person.id not in present
        and not course.path("submitted", folder_name(person.id), assignment).is_dir()
    ]


def _timestamp(file: File | None, named: Named, done: Collection) -> datetime | None:
    """Return the time that a `timestamp.txt` tells, where no student can have put it.

    nbgrader writes one into a student's folder. In what a platform gives, and in a student's own
    zip, it can only be the student's, who may wish to have been earlier.
    """
    if file is None:
        return None
    if named.system != "plain" or any(p.suffix.lower() == ".zip" for p in file.path.parents):
        detail = "the student may have written it, so its time does not count"
        done.notes.append(Problem("left out", str(file.path), detail))
        return None
    try:
        return read_timestamp_text(file.read())
    except UnknownZoneError as error:
        done.notes.append(Problem("malformed", str(file.path), str(error)))
        return None
    except (UnreadableError, ValueError, OverflowError):
        done.notes.append(Problem("malformed", str(file.path), "it holds no readable time"))
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
