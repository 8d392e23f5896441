"""A class of hostile and malformed submissions, honest ones between them, graded as it comes.

What must come of each stands beside it: in `cells/` for code, in `malformed.py` and in
`folders.py` for the rest.
"""

import contextlib
import ctypes
import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from beside import load_beside
from books import gradebook_of
from waiting import wait_until

from autograder import cli, demo, tables
from autograder.course.course import Course, open_course
from autograder.grade import ClassReport, grade
from autograder.report.feedback import make_feedback
from autograder.run import sandbox
from autograder.run.crew import Here
from autograder.triage.files import is_plain

expected = load_beside(__file__, "expected.py")
MALFORMED = {
    **load_beside(__file__, "malformed.py").TABLE,
    **load_beside(__file__, "folders.py").TABLE,
}

CELLS = {cell.name: cell for cell in expected.hostile_cells()}
OUTCOMES = {
    **{name: (name, cell.expected) for name, cell in CELLS.items()},
    **{name: (entry.student, entry.expected) for name, entry in MALFORMED.items()},
}
#: After every so many hostile submissions comes an honest one.
BETWEEN = 8
#: Graded before the others, with a person's comment that nobody inside may see.
EARLY = "aa-honest"
CANARY = "canary-7f3a91"
LIMITS = {"cell_seconds": 8.0, "submission_seconds": 120.0}
#: Submissions whose pages could do something in a browser, or show what is hidden.
PAGES = {
    "odd-displays", "half-characters", "control-characters", "error-without-text", "forged-outputs",
    "many-displays", "nbformat-that-is-a-script", "returns-too-much", "failing-hooks",
    "scripts-in-the-written-answer", "wide-characters", "zz-honest",
}  # fmt: skip
#: What a graded class changes in its course.
WRITTEN = ("gradebook.db", ".autograder", "autograded", "feedback")
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Outcome:
    """What came of the class, and what was there before and after."""

    course: Course
    report: ClassReport
    honest: list[str]
    before: dict
    after: dict

    def entry(self, student: str) -> dict:
        """Return one student's entry in the report."""
        return next(e for e in self.report.submissions if e["student"] == student)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory, copy_course, require_program):
    require_program("bwrap")
    assert sandbox.bubblewrap_fault() is None
    folder = tmp_path_factory.mktemp("hostile")
    course = open_course(copy_course(folder / "course"))
    with pytest.MonkeyPatch.context() as patch:
        others = frozenset(_living())
        _plant_canaries(folder, patch)
        _adopt_orphans()
        honest = _hand_in(course)
        _grade(course, students=[EARLY])
        _comment(course)
        before = _snapshot(folder, course, others)
        report = _grade(course)
        yield Outcome(course, report, honest, before, _snapshot(folder, course, others))


def _plant_canaries(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Make a home, a place for temporary files and an environment with something to steal."""
    home = folder / "home"
    for name in (".ssh/id_rsa", ".netrc", ".jupyter/jupyter_config.py"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(CANARY)
    (folder / "scratch").mkdir()
    patch.setenv("HOME", str(home))
    patch.setenv("COURSE_PASSWORD", CANARY)
    patch.setattr(tempfile, "tempdir", str(folder / "scratch"))


def _adopt_orphans() -> None:
    """Make this process the parent of whatever loses its own, so that nothing can hide."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _hand_in(course: Course) -> list[str]:
    """Hand in the whole class; return the honest students."""
    solution = course.source(demo.ASSIGNMENT) / f"{demo.ASSIGNMENT}.ipynb"
    einsum = demo.write(demo.FORWARD, "einsum.cell")
    honest = json.loads(json.dumps(demo.submission(course, solution, einsum, "honest")))
    others = sorted([*CELLS, *(entry.student for entry in MALFORMED.values())])
    between = [f"{name[:40]}~honest" for name in others[::BETWEEN] if is_plain(name)]
    names = [EARLY, *between, "zz-honest"]
    submitted = course.root / "submitted"
    for name in [*CELLS, *names]:
        notebook = json.loads(json.dumps(honest))
        if name in CELLS:
            CELLS[name].put_into(notebook)
        path = submitted / name / demo.ASSIGNMENT / solution.name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    for entry in MALFORMED.values():
        entry.hand_in(course, honest)
    return names


def _grade(course: Course, **settings) -> ClassReport:
    crew = Here(2)
    return grade(course, demo.ASSIGNMENT, kind="bubblewrap", crew=crew, limits=LIMITS, **settings)


def _comment(course: Course) -> None:
    with gradebook_of(course) as gradebook:
        where = "ex4-answer", demo.ASSIGNMENT, demo.ASSIGNMENT, EARLY
        gradebook.find_grade(*where).manual_score = 12
        gradebook.find_comment(*where).manual_comment = CANARY
        gradebook.db.commit()


def _snapshot(folder: Path, course: Course, others: frozenset[int]) -> dict:
    """Return what no submission may change: files, others' rows, processes but those of others."""
    return {
        "files": {
            str(path.relative_to(folder)): _fingerprint(path)
            for path in sorted(folder.rglob("*"))
            if not any(path.is_relative_to(course.root / name) for name in WRITTEN)
        },
        "early": {
            str(path): _fingerprint(path)
            for path in sorted((course.root / "autograded" / EARLY).rglob("*"))
        },
        "secret": (course.state / "secret").read_text(),
        "rows": _rows(course),
        "processes": _descendants(others),
    }


def _fingerprint(path: Path) -> tuple:
    status = path.lstat()
    content = ""
    if stat.S_ISREG(status.st_mode):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
    elif stat.S_ISLNK(status.st_mode):
        content = str(path.readlink())
    return oct(status.st_mode), content


def _rows(course: Course) -> list:
    """Return all rows about the student who was graded before."""
    query = """
        SELECT grade.*, comment.*, submitted_assignment.*, student.*
        FROM submitted_assignment
        JOIN student ON student.id = submitted_assignment.student_id
        JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
        JOIN grade ON grade.notebook_id = submitted_notebook.id
        LEFT JOIN comment ON comment.notebook_id = submitted_notebook.id
        WHERE student.id = ? ORDER BY grade.id, comment.id"""
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as gradebook:
        return gradebook.execute(query, [EARLY]).fetchall()


def _descendants(others: frozenset[int]) -> dict[int, str]:
    """Return the command lines of all living processes below this one, by process id.

    Others are those that were there before, such as the browser of other tests, and what is below.
    """
    with contextlib.suppress(TimeoutError):  # a killed process needs a moment to be gone
        wait_until(lambda: not _living(others), "the end of all processes", seconds=60)
    return _living(others)


def _living(others: frozenset[int] = frozenset()) -> dict[int, str]:
    parents, lines = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(") ")[2].split()[:2]
            parents[int(folder.name)] = int(parent)
            if state not in "ZX":
                lines[int(folder.name)] = (folder / "cmdline").read_bytes().decode(errors="replace")
    below, size = {os.getpid()}, 0
    while len(below) > size:
        size = len(below)
        below |= {pid for pid, parent in parents.items() if parent in below} - others
    return {pid: lines[pid] for pid in below - {os.getpid()} if pid in lines}


# -----------------------------------------------------------------------------------------------


def test_there_are_enough_of_them():
    assert len(OUTCOMES) >= 75
    assert len({student for student, _ in OUTCOMES.values()}) == len(OUTCOMES)


@pytest.mark.parametrize("name", OUTCOMES)
def test_each_gets_what_it_deserves(outcome, name):
    student, wanted = OUTCOMES[name]
    assert wanted.faults(outcome.entry(student)) == []


def test_honest_work_between_them_keeps_full_marks(outcome):
    assert len(outcome.honest) >= 10
    for student in outcome.honest:
        entry = outcome.entry(student)
        assert (entry["score"], entry["state"], entry["problems"]) == (85, "graded", []), student


def test_the_gradebook_says_the_same_and_keeps_what_was_there(outcome):
    assert outcome.before["rows"]
    assert outcome.after["rows"] == outcome.before["rows"]
    with gradebook_of(outcome.course) as gradebook:
        booked = {
            submission.student.id: submission.score
            for submission in gradebook.assignment_submissions(demo.ASSIGNMENT)
        }
    reported = {e["student"]: e["score"] for e in outcome.report.submissions}
    plain = {student: score for student, score in reported.items() if is_plain(student)}
    assert booked == {**plain, EARLY: 85 + 12}


def test_nothing_outside_changes(outcome):
    for what in ("files", "early", "secret"):
        assert outcome.after[what] == outcome.before[what]
    assert not list((outcome.course.root.parent / "scratch").iterdir())


def test_no_process_is_left(outcome):
    assert outcome.after["processes"] == outcome.before["processes"] == {}


def test_nobody_saw_what_is_others(outcome):
    secrets = [CANARY, outcome.after["secret"].strip(), "COURSE_PASSWORD", "BEGIN HIDDEN TESTS"]
    for path in (outcome.course.root / "autograded").glob("*/*/*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            shown = json.dumps(cell.get("outputs", []))
            assert [word for word in secrets if word in shown] == [], path


@contextlib.contextmanager
def _only(folder: Path, wanted: set[str], aside: Path) -> Iterator[None]:
    """Leave only some folders in a folder, for a while."""
    moved = [path for path in folder.iterdir() if path.name not in wanted]
    for path in moved:
        shutil.move(path, aside)
    yield
    for path in moved:
        shutil.move(aside / path.name, folder)


def test_everybody_gets_a_page_that_does_nothing(outcome, tmp_path):
    # Every odd name, and every text that could do something; not all, since a page takes its time.
    wanted = {entry.student for name, entry in MALFORMED.items() if name.startswith("named")}
    wanted = {student for student in wanted if is_plain(student)} | PAGES
    with _only(outcome.course.root / "autograded", wanted, tmp_path):
        assert set(make_feedback(outcome.course, demo.ASSIGNMENT).students) == wanted
    for student in wanted:
        folder = outcome.course.path("feedback", student, demo.ASSIGNMENT)
        page = (folder / f"{demo.ASSIGNMENT}.html").read_text()
        for attack in ("<script>alert('owned')", "<img src=x", "<iframe", 'href="javascript:'):
            assert attack not in page, student
        assert "BEGIN HIDDEN TESTS" not in page


@pytest.mark.parametrize("command", ["triage", "grade"])
def test_a_terminal_shows_one_clean_row_for_everybody(outcome, capsys, command):
    if command == "triage":
        status = cli.main(["triage", demo.ASSIGNMENT, "--course", str(outcome.course.root)])
        assert status == cli.INCOMPLETE
    else:
        tables.print_class(outcome.report)
    shown = capsys.readouterr().out
    assert {letter for letter in shown if not letter.isprintable()} == {"\n"}
    # A student's own text is there, as it is: neither colours nor pictures were made of it.
    words = ("[/red]", "[bold]:smile:[/bold]") if command == "grade" else ("<script>alert('owned",)
    for word in words:
        assert word in re.sub(r"[\s│]", "", shown)
