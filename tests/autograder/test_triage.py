"""Every malformed submission is repaired or refused with a reason; none raises anything else."""

import copy
import json

import pytest

from autograder.course.course import open_course
from autograder.problems import UnreadableError
from autograder.triage.triage import triage


@pytest.fixture(scope="module")
def plan(repository):
    return open_course(repository).plan("ps2_forward")


@pytest.fixture
def notebook(repository):
    """The release, with the student's own text in every solution."""
    path = open_course(repository).release("ps2_forward") / "ps2_forward.ipynb"
    content = json.loads(path.read_text())
    for cell in content["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = f"# written for {cell['id']}"
    return content


def find(notebook, identity):
    return next(cell for cell in notebook["cells"] if cell["id"] == identity)


def run(notebook, plan):
    return triage(json.dumps(notebook).encode(), plan)


def sources(triaged):
    return {cell.planned.id: cell.source for cell in triaged.cells if cell.planned}


def test_an_honest_notebook_has_no_problems(notebook, plan):
    triaged = run(notebook, plan)
    assert triaged.problems == ()
    assert sources(triaged)["ex1-solution"] == "# written for ex1-solution"
    # The locked cells are the instructor's, hidden tests included.
    assert 'cases="hidden"' in sources(triaged)["ex1-basic"]
    assert [c.planned.id for c in triaged.cells] == [c.id for c in plan.cells]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\x00" * 100, "empty"),
        (b'{"cells": [', "truncated"),
        (b'{"cells": [{"source": "abc', "truncated"),
        (b"not a notebook", "not JSON"),
        (b"\x80 is no text", "not text"),
        (b"[1, 2]", "JSON list"),
        (b'"text"', "JSON str"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"nbformat": 4, "cells": {}}', "no list of cells"),
        (b'{"nbformat": 99, "cells": []}', "nbformat is '99'"),
        (b'{"nbformat": "four", "cells": []}', "nbformat is 'four'"),
        (b"{}", "nbformat is 'None'"),
    ],
)
def test_what_is_no_notebook_is_unreadable_for_a_reason(data, reason, plan):
    with pytest.raises(UnreadableError, match=reason):
        triage(data, plan)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_editors_encodings_are_read(notebook, plan, encoding):
    triaged = triage(json.dumps(notebook, ensure_ascii=False).encode(encoding), plan)
    assert triaged.problems == ()


def test_deleted_tests_come_back_in_their_place_and_it_is_said(notebook, plan):
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] != "ex2-basic"]
    triaged = run(notebook, plan)
    assert [c.planned.id for c in triaged.cells] == [c.id for c in plan.cells]
    assert [(p.kind, p.where) for p in triaged.problems] == [("restored", "ex2-basic")]


def test_an_edited_test_is_restored(notebook, plan):
    find(notebook, "ex1-basic")["source"] = "pass"
    triaged = run(notebook, plan)
    assert sources(triaged)["ex1-basic"] == plan.by_id["ex1-basic"].source
    assert [(p.kind, p.where) for p in triaged.problems] == [("restored", "ex1-basic")]


def test_changed_points_and_types_change_nothing(notebook, plan):
    find(notebook, "ex1-basic")["metadata"]["nbgrader"]["points"] = 1000
    find(notebook, "ex3-basic")["cell_type"] = "markdown"
    find(notebook, "ex1-solution")["cell_type"] = "markdown"
    triaged = run(notebook, plan)
    by_id = {c.planned.id: c for c in triaged.cells}
    assert by_id["ex1-basic"].planned.points == 15
    assert by_id["ex3-basic"].type == by_id["ex1-solution"].type == "code"
    assert {p.where for p in triaged.problems} == {"ex3-basic", "ex1-solution"}


def test_stripped_metadata_is_found_by_the_cells_ids(notebook, plan):
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    triaged = run(notebook, plan)
    assert triaged.problems == ()
    assert sources(triaged)["ex2-solution"] == "# written for ex2-solution"


def test_the_last_copy_of_a_duplicate_counts(notebook, plan):
    second = copy.deepcopy(find(notebook, "ex1-solution"))
    second["source"] = "# later"
    notebook["cells"].append(second)
    triaged = run(notebook, plan)
    assert sources(triaged)["ex1-solution"] == "# later"
    assert "duplicate" in {p.kind for p in triaged.problems}
    # The earlier one may define something: it still runs.
    assert "# written for ex1-solution" in [c.source for c in triaged.cells]


def test_reordered_cells_are_put_back(notebook, plan):
    notebook["cells"].reverse()
    triaged = run(notebook, plan)
    assert [c.planned.id for c in triaged.cells] == [c.id for c in plan.cells]
    assert ("restored", "cells were reordered") in {(p.kind, p.detail) for p in triaged.problems}


def test_students_own_cells_stay_behind_the_cell_they_followed(notebook, plan):
    own = {"cell_type": "code", "id": "mine", "metadata": {}, "source": ["helper = 1\n", "x = 2"]}
    position = notebook["cells"].index(find(notebook, "ex1-solution"))
    notebook["cells"].insert(position, own)
    triaged = run(notebook, plan)
    names = [c.planned.id if c.planned else c.source for c in triaged.cells]
    assert names[names.index("ex1-solution") - 1] == "helper = 1\nx = 2"
    assert triaged.problems == ()


def test_a_deleted_solution_is_named(notebook, plan):
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] != "ex1-solution"]
    triaged = run(notebook, plan)
    assert [(p.kind, p.where) for p in triaged.problems] == [("missing", "ex1-solution")]


@pytest.mark.parametrize(
    "junk",
    [None, 7, "text", {}, {"cell_type": "code"}, {"cell_type": "code", "source": 7},
     {"cell_type": "video", "source": ""}, {"cell_type": "code", "source": ["a", 1]}],
)  # fmt: skip
def test_junk_among_the_cells_is_left_out_and_said(notebook, plan, junk):
    notebook["cells"].insert(3, junk)
    triaged = run(notebook, plan)
    assert [p.kind for p in triaged.problems] == ["malformed"]


@pytest.mark.parametrize("metadata", [None, 7, [], {"nbgrader": 7}, {"nbgrader": {"grade_id": 7}}])
def test_junk_metadata_does_no_harm(notebook, plan, metadata):
    find(notebook, "ex1-solution")["metadata"] = metadata
    assert sources(run(notebook, plan))["ex1-solution"] == "# written for ex1-solution"


def test_a_pasted_picture_stays_in_the_answer(notebook, plan):
    answer = find(notebook, "ex4-answer")
    answer["source"] = "Look: ![speed](attachment:speed.png)"
    answer["attachments"] = {"speed.png": {"image/png": "AAAA"}}
    source = sources(run(notebook, plan))["ex4-answer"]
    assert source == "Look: ![speed](data:image/png;base64,AAAA)"
