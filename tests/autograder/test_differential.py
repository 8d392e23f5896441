"""What passes at a student's desk gets its points, and what fails there gets none.

A few hundred notebooks, edited as students do, run by "restart and run all" and by the grader.
"""

import copy
import json
from concurrent.futures import ThreadPoolExecutor

import mini
import pytest
from desk_run import code_cells, run_all
from student_edits import EDITS, draw

from autograder.grade import grade
from autograder.run.crew import Here

NUMBER = 240
#: Where the grader and the desk may differ, why, and as docs/student.md says it. The key is a part
#: of a drawn notebook's name, or of a cell's name after it.
DIFFERENCES: dict[str, str] = {}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return mini.make_course(tmp_path_factory.mktemp("differential") / "course")


@pytest.fixture(scope="module")
def drawn(course):
    """The notebooks, by what was done to them."""
    base = mini.notebook(course)
    return {f"{seed:03}": draw(base, seed, copy.deepcopy) for seed in range(NUMBER)}


@pytest.fixture(scope="module")
def at_the_desk(drawn):
    notebooks = [notebook for _, notebook in drawn.values()]
    return dict(zip(drawn, run_all(notebooks), strict=True))


@pytest.fixture(scope="module")
def by_the_grader(course, drawn, require_program):
    require_program("bwrap")
    for student, (_, notebook) in drawn.items():
        mini.hand_in(course, student, json.dumps(notebook))
    limits = {"cell_seconds": 20.0}
    report = grade(course, mini.NAME, kind="bubblewrap", crew=Here(2), limits=limits)
    return mini.scores(course), {entry["student"]: entry for entry in report.submissions}


def points(notebook, passed):
    """Return the points of each test: those of its last copy count."""
    sources = dict(zip(code_cells(notebook), passed, strict=True))  # the last copy is meant
    return {test: worth if sources[source] else 0 for test, (source, worth) in mini.TESTS.items()}


def test_the_grader_and_the_desk_agree(drawn, at_the_desk, by_the_grader):
    scores, entries = by_the_grader
    differences = []
    for student, (name, notebook) in drawn.items():
        desk = points(notebook, at_the_desk[student])
        grader = {test: scores.get(student, {}).get(test, 0) for test in mini.TESTS}
        for test, worth in desk.items():
            if worth != grader[test] and not any(key in f"{name} {test}" for key in DIFFERENCES):
                told = [
                    f"{p['kind']} {p['where']}: {p['detail']}" for p in entries[student]["problems"]
                ]
                both = f"{worth} at the desk, {grader[test]:g} graded"
                differences.append(f"{student} {name}: {test} is {both}; {told}")
    assert not differences, "\n".join(differences)


def test_the_desk_is_no_stranger(at_the_desk, drawn):
    # Every edit was drawn, and most notebooks have most of their points.
    assert {edit for name, _ in drawn.values() for edit in name.split("+")} == set(EDITS)
    assert all(len(passed) == len(code_cells(drawn[key][1])) for key, passed in at_the_desk.items())


@pytest.mark.slow
def test_a_real_kernel_says_the_same(drawn, at_the_desk):
    some = list(drawn)[:: NUMBER // 12]
    halves = some[::2], some[1::2]
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda half: run_all([drawn[s][1] for s in half], "kernel"), halves)
        for half, kernels in zip(halves, found, strict=True):
            assert dict(zip(half, kernels, strict=True)) == {s: at_the_desk[s] for s in half}
