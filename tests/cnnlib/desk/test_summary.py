"""The last cell says how many points there are, what is missing, and what to do next."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cnnlib.check import CHECKS
from cnnlib.desk.assignment import notebook_here, read_assignment
from cnnlib.desk.attend import missing_name
from cnnlib.desk.course import read_course
from cnnlib.desk.summary import Results, sum_up
from cnnlib.desk.welcome import write_page

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = sorted((ROOT / "assignments").glob("*/*.ipynb"))


def parts(check):
    return tuple(CHECKS[check].parts)


def assignment(name="ps1_sizes"):
    return read_assignment(ROOT / "assignments" / name / f"{name}.ipynb")


@pytest.mark.parametrize("path", ASSIGNMENTS, ids=lambda path: path.stem)
def test_every_assignment_ends_with_it_and_never_stops(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert cells[-1]["source"] == ["check.summary()"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all("raises-exception" in cell["metadata"].get("tags", []) for cell in code)


@pytest.mark.parametrize("path", ASSIGNMENTS, ids=lambda path: path.stem)
def test_all_points_are_in_it(path):
    here = read_assignment(path)
    assert here.points == 100
    everything = {(name, part): "passed" for name in CHECKS for part in parts(name)}
    summary = sum_up(here, Results(everything), parts, None)
    assert summary.earned(here.graded) + summary.open == 100
    assert sum(points for _, _, points, _ in summary.rows) == 100


def test_untouched_it_says_what_to_begin_with():
    text = str(sum_up(assignment(), Results(), parts, None))
    assert text.startswith("0 of 86 points so far; a person will grade the other 14.")
    assert "Next: Exercise 1 · How many windows fit? Please run its cells, from the top." in text


def test_half_way_it_says_what_is_right_wrong_unwritten_and_answered():
    done = {("conv_output_size", part): "passed" for part in parts("conv_output_size")}
    done |= {("pad2d", "basic"): "passed", ("pad2d", "pairs"): "failed"}
    done |= {("cross_correlate2d", part): "not written" for part in parts("cross_correlate2d")}
    rows = sum_up(assignment(), Results(done), parts, None).rows
    assert [(got, of, said) for _, got, of, said in rows] == [
        (24, 24, "✓"),
        (9, 18, "does not pass yet"),
        (0, 20, "not written yet"),
        (0, 10, "its check has not run"),
        (0, 14, "its check has not run"),
        (0, 14, "not answered yet"),
    ]


def test_when_all_is_done_it_says_what_to_hand_in_and_by_when(tmp_path):
    path = ROOT / "assignments" / "ps1_sizes" / "ps1_sizes.ipynb"
    told = json.loads(path.read_text("utf-8"))
    answer = next(cell for cell in told["cells"] if cell["id"] == "ex6-answer")
    answer["source"] = ["It computes cross-correlations."]
    (tmp_path / "released").mkdir()
    due = datetime(2026, 10, 5, 21, 59, tzinfo=UTC)
    entry = {"name": "ps1_sizes", "title": "Sizes", "minutes": 110, "points": 100.0,
             "due": due.isoformat(), "torch": False}  # fmt: skip
    manifest = {"assignments": [entry], "lectures": {"04.ipynb": "Convolution"}}
    (tmp_path / "released" / "course.json").write_text(json.dumps(manifest))
    mine = tmp_path / "assignments" / "ps1_sizes" / "ps1_sizes.ipynb"
    mine.parent.mkdir(parents=True)
    mine.write_text(json.dumps(told))
    everything = {(name, part): "passed" for name in CHECKS for part in parts(name)}
    course = read_course(mine.parent)
    summary = sum_up(read_assignment(mine), Results(everything), parts, course)
    local = due.astimezone()
    by = f"{local:%A} {local.day} {local:%B %Y, %H:%M}"
    assert summary.next == f"All done. Save, and hand in ps1_sizes.ipynb by {by}."
    page = (tmp_path / "welcome.md").read_text("utf-8")
    assert (
        f"| [Sizes](assignments/ps1_sizes/ps1_sizes.ipynb) | 110 | {by} | ▰▰▰▰▰▰▰▰▱▱ 86 of 100 |"
        in page
    )
    assert "[Convolution](lectures/04.ipynb)" in page
    solution = tmp_path / "model" / "ps1_sizes" / "ps1_sizes-solution.ipynb"
    solution.parent.mkdir(parents=True)
    solution.touch()
    write_page(course)
    link = "[solution](model/ps1_sizes/ps1_sizes-solution.ipynb)"
    assert link in (tmp_path / "welcome.md").read_text("utf-8")
    assert read_course(tmp_path).points == {"ps1_sizes": 86}


def test_plain_cells_count_by_how_they_ran(tmp_path):
    told = {"grade": True, "points": 4, "grade_id": "t", "solution": False}
    cell = {"cell_type": "code", "metadata": {"nbgrader": told}, "source": ["assert f(1) == 2\n"]}
    (tmp_path / "own.ipynb").write_text(json.dumps({"cells": [cell]}))
    here = read_assignment(tmp_path / "own.ipynb")
    for ran, points in (({}, 0), ({"assert f(1) == 2": False}, 0), ({"assert f(1) == 2": True}, 4)):
        assert sum_up(here, Results(cells=ran), parts, None).earned(here.graded) == points


def test_a_notebook_that_is_just_being_saved_is_looked_at_again(tmp_path, monkeypatch):
    path, text = tmp_path / "mine.ipynb", ASSIGNMENTS[0].read_text("utf-8")
    states = iter(["", text[:1000], text])
    path.write_text("")
    monkeypatch.setattr("time.sleep", lambda seconds: path.write_text(next(states), "utf-8"))
    assert read_assignment(path).points == 100
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    path.write_text(text[:1000], "utf-8")
    assert read_assignment(path) is None


def test_the_html_has_the_same_words():
    summary = sum_up(assignment(), Results(), parts, None)
    drawn = summary._repr_html_()
    for words in (summary.headline, summary.next, *(row[0] for row in summary.rows)):
        assert words in drawn


def test_the_notebook_is_known_by_its_session_or_as_the_only_one(tmp_path, monkeypatch):
    text = ASSIGNMENTS[0].read_text("utf-8")
    for name in ("a.ipynb", "b.ipynb"):
        (tmp_path / name).write_text(text)
    (tmp_path / "scratch.ipynb").write_text('{"cells": []}')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JPY_SESSION_NAME", "assignments/ps1/a.ipynb")
    assert notebook_here() == Path("a.ipynb")
    monkeypatch.setenv("JPY_SESSION_NAME", "scratch.ipynb")
    (tmp_path / "a.ipynb").unlink()
    assert notebook_here() == Path("b.ipynb")
    (tmp_path / "b.ipynb").unlink()
    assert notebook_here() is None


def test_a_missing_name_leads_to_its_cell():
    said = missing_name(assignment(), "pad2d")
    assert "Exercise 2 · A border around the image" in said
    assert "def pad2d(x, padding, value=0.0):" in said
    assert missing_name(assignment(), "whatever") == ""
