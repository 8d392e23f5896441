"""Later zips bring what is new, and never touch what a student has worked on."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from cnnlib.desk.laying import lay

PLACE = "assignments/ps1/ps1.ipynb"


def notebook(*sources, outputs=()):
    cells = [new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)]
    cells[0].outputs = list(outputs)
    return nbformat.writes(new_notebook(cells=cells))


def release(root, place, text):
    path = root / "released" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def root(tmp_path):
    """A course after the first hand-out."""
    release(tmp_path, PLACE, notebook("def f(): ...", "check.f(f)"))
    release(tmp_path, "assignments/ps1/img/a.svg", "<svg/>")
    assert list(lay(tmp_path)) == ["new: ps1"]
    return tmp_path


def test_nothing_new_says_nothing_and_changes_nothing(root):
    mine = root / PLACE
    mine.write_text(notebook("def f(): return 1", "check.f(f)"))
    before = mine.read_bytes()
    assert list(lay(root)) == []
    assert mine.read_bytes() == before
    assert sorted(p.name for p in mine.parent.iterdir()) == ["img", "ps1.ipynb"]


def test_what_is_new_is_laid_out_and_what_was_deleted_comes_back(root):
    release(root, "assignments/ps2/ps2.ipynb", notebook("1"))
    (root / "assignments/ps1/img/a.svg").unlink()
    assert list(lay(root)) == ["new: ps1", "new: ps2"]
    assert (root / "assignments/ps2/ps2.ipynb").is_file()
    assert (root / "assignments/ps1/img/a.svg").read_text() == "<svg/>"


def test_a_solution_is_laid_out_apart_and_said(root):
    release(root, "model/ps1/ps1-solution.ipynb", notebook("def f(): return 1"))
    assert list(lay(root)) == ["new: the solution of ps1"]
    assert (root / "model/ps1/ps1-solution.ipynb").is_file()


def test_a_change_is_laid_beside_work_and_said(root):
    mine = root / PLACE
    mine.write_text(notebook("def f(): return 1", "check.f(f)"))
    before = mine.read_bytes()
    for number, new in enumerate(("check.f(f, 'a')", "check.f(f, 'b')")):
        release(root, PLACE, notebook("def f(): ...", new))
        (said,) = lay(root)
        assert said.startswith(f"changed: {PLACE}. You have worked on your copy, so it stays"), (
            number
        )
        assert mine.read_bytes() == before
        beside = mine.with_name("ps1-new.ipynb")  # the second in place of the first, untouched one
        assert nbformat.read(beside, 4).cells[1].source == new
        assert list(lay(root)) == []


def test_a_change_beside_an_edited_new_one_gets_its_own_name(root):
    (root / PLACE).write_text(notebook("mine", "check.f(f)"))
    release(root, PLACE, notebook("def f(): ...", "one"))
    list(lay(root))
    beside = root / "assignments/ps1/ps1-new.ipynb"
    beside.write_text(notebook("also mine", "one"))
    release(root, PLACE, notebook("def f(): ...", "two"))
    (said,) = lay(root)
    assert "ps1-new-2.ipynb" in said
    assert nbformat.read(beside, 4).cells[0].source == "also mine"


def test_what_was_only_run_is_replaced_and_said(root):
    output = nbformat.v4.new_output("stream", text="42")
    (root / PLACE).write_text(notebook("def f(): ...", "check.f(f)", outputs=[output]))
    release(root, PLACE, notebook("def f(): ...", "check.f(f, 'new')"))
    assert list(lay(root)) == [f"changed: {PLACE}. Your copy was untouched, so it was replaced"]
    assert nbformat.read(root / PLACE, 4).cells[1].source == "check.f(f, 'new')"


@pytest.mark.parametrize("damage", ["", "{", "[1]"])
def test_where_it_is_not_known_what_was_laid_out_everything_counts_as_work(root, damage):
    (root / ".laid.json").write_text(damage)
    before = (root / PLACE).read_bytes()
    release(root, PLACE, notebook("def f(): ...", "new"))
    (said,) = lay(root)
    assert "ps1-new.ipynb" in said
    assert (root / PLACE).read_bytes() == before


def test_a_file_that_is_no_notebook_any_more_is_kept(root):
    (root / PLACE).write_text("<<<<<<< mine")
    release(root, PLACE, notebook("def f(): ...", "new"))
    list(lay(root))
    assert (root / PLACE).read_text() == "<<<<<<< mine"


def test_work_of_an_older_course_that_had_no_such_folder_is_kept(tmp_path):
    """Zips once brought `assignments/` itself, and nothing was noted."""
    old = tmp_path / PLACE
    old.parent.mkdir(parents=True)
    old.write_text(notebook("def f(): return 1", "check.f(f)"))
    before = old.read_bytes()
    release(tmp_path, PLACE, notebook("def f(): ...", "check.f(f)"))
    (said,) = lay(tmp_path)
    assert "ps1-new.ipynb" in said
    assert old.read_bytes() == before
    assert json.loads((tmp_path / ".laid.json").read_text())
