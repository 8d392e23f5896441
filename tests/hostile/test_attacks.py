"""Clever submissions, and honest ones that look like them: each gets the points it deserves.

They stand in `attacks/`; the kinds are listed in README.md. One class for each assignment, graded
once, honest students between them.
"""

import contextlib
import json
import re
import shutil
import time
from dataclasses import dataclass

import pytest
from beside import load_beside

from autograder.course.course import open_course
from autograder.grade import grade
from autograder.report.feedback import make_feedback
from autograder.run import sandbox
from autograder.run.crew import Here
from cnnlib.check import CHECKS

attack = load_beside(__file__, "attack.py")

ATTACKS = {entry.name: entry for entry in attack.read_attacks()}
FULL = {
    "ps1_sizes": 86, "ps2_forward": 85, "ps5_device": 90, "ps6_fields": 91, "ps8_lenet": 94,
    "ps9_transfer": 88,
}  # fmt: skip
#: Handed in several times, because the outcome must be the same.
TWICE = [name for name, entry in ATTACKS.items() if entry.kind in ("11", "10b") and not entry.races]
HONEST = ("aa-honest", "zz-honest")
LIMITS = {"cell_seconds": 4.0, "submission_seconds": 60.0}
#: What trains a network needs longer.
PATIENT = {"cell_seconds": 30.0, "submission_seconds": 120.0}
#: Seconds that a class may take: several times what it takes, far less than for ever.
BOUND = 300


@dataclass(frozen=True)
class Graded:
    """A class that was graded, and graded once more."""

    course: object
    entries: dict
    seconds: float
    again: list
    pages: dict

    def shown(self, student: str, assignment: str) -> str:
        """Return all that a student can see: the page, and the outputs behind it."""
        folder = self.course.path("autograded", student, assignment)
        notebook = json.loads((folder / f"{assignment}.ipynb").read_text())
        outputs = [cell.get("outputs", []) for cell in notebook["cells"]]
        return json.dumps(outputs) + self.pages[student]


@pytest.fixture(scope="module")
def grade_class(tmp_path_factory, copy_course, require_program):
    """Grade the class of an assignment, the first time it is asked for."""
    require_program("bwrap")
    assert sandbox.bubblewrap_fault() is None
    classes = {}

    def get(assignment):
        if assignment not in classes:
            folder = tmp_path_factory.mktemp(assignment) / "course"
            classes[assignment] = _grade(open_course(copy_course(folder)), assignment)
        return classes[assignment]

    return get


def _grade(course, assignment):
    notebook = json.loads(json.dumps(attack.honest(course, assignment)))
    mine = {name: entry for name, entry in ATTACKS.items() if entry.assignment == assignment}
    copies = {f"{name}~again": mine[name] for name in TWICE if name in mine}
    honest = HONEST[:1] if assignment == "ps8_lenet" else HONEST
    for student, entry in {**dict.fromkeys(honest), **mine, **copies}.items():
        own = json.loads(json.dumps(notebook))
        if entry is not None:
            entry.put_into(own)
        path = course.path("submitted", student, assignment) / f"{assignment}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(own), encoding="utf-8")
    again = []
    settings = {
        "kind": "bubblewrap", "crew": Here(2),
        "limits": LIMITS if assignment in ("ps1_sizes", "ps2_forward") else PATIENT,
    }  # fmt: skip
    start = time.monotonic()
    report = grade(course, assignment, **settings)
    seconds = time.monotonic() - start
    with contextlib.suppress(Exception):  # it is the third grading's turn to say so
        grade(course, assignment, **settings, watch=lambda *at: again.append(at[2]))
    entries = {entry["student"]: entry for entry in report.submissions}
    # A page takes its time: only of those who want to show something, and of the honest.
    wanted = {name for name, entry in mine.items() if entry.leaks} | set(honest)
    for student in entries.keys() - wanted:
        shutil.rmtree(course.path("autograded", student, assignment).parent, ignore_errors=True)
    make_feedback(course, assignment)
    pages = {}
    for student in wanted:
        page = course.path("feedback", student, assignment) / f"{assignment}.html"
        pages[student] = page.read_text() if page.exists() else ""
    return Graded(course, entries, seconds, again, pages)


@pytest.mark.parametrize("name", ATTACKS)
def test_everybody_gets_what_is_deserved(grade_class, name):
    entry = ATTACKS[name]
    found = grade_class(entry.assignment).entries[name]
    assert entry.expected.faults(found, FULL[entry.assignment]) == []


@pytest.mark.parametrize("assignment", FULL)
def test_honest_students_keep_every_point(grade_class, assignment):
    entries = grade_class(assignment).entries
    for student in HONEST:
        if student in entries:
            assert entries[student]["score"] == FULL[assignment]
            assert entries[student]["problems"] == []


@pytest.mark.parametrize("assignment", FULL)
def test_every_outcome_is_recorded_in_time(grade_class, assignment):
    graded = grade_class(assignment)
    assert graded.again == [], "graded once more, although nothing was handed in since"
    assert graded.seconds < BOUND
    assert [student for student, page in graded.pages.items() if not page] == []


@pytest.mark.parametrize("name", TWICE)
def test_the_same_submission_always_ends_alike(grade_class, name):
    entries = grade_class(ATTACKS[name].assignment).entries
    first, second = entries[name], entries[f"{name}~again"]
    assert first["score"] == second["score"]
    assert [p["kind"] for p in first["problems"]] == [p["kind"] for p in second["problems"]]


@pytest.mark.parametrize("name", [name for name, entry in ATTACKS.items() if entry.leaks])
def test_no_hidden_value_is_on_a_page(grade_class, name):
    entry = ATTACKS[name]
    graded = grade_class(entry.assignment)
    shown = graded.shown(name, entry.assignment)
    check = CHECKS[entry.leaks]
    secret = graded.course.secret()
    hidden = {n for part in check.parts for n in _numbers(check.draw(part, "hidden", secret))}
    visible = {n for part in check.parts for n in _numbers(check.draw(part, "visible"))}
    assert hidden - visible
    said = set(re.findall(r"-?\d+\.\d+(?:e-?\d+)?", shown))
    assert sorted(said & (hidden - visible)) == []


def _numbers(cases):
    """Return the numbers by which a case's input could be known again, as they are printed."""
    first = [case.positional["x"].ravel()[0] for case in cases]
    return {str(number) for number in first} - {"0.0", "1.0"}
