"""What is presented: the one lecture asked for, laid out for its slides, and nobody's work lost."""

import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from decks import copies

ROOT = Path(__file__).parents[2]
LECTURES = sorted(path.stem for path in (ROOT / "lectures").glob("*.ipynb"))


#: Ways to be told to end: nothing is lost, and nothing is left to Python's own handling.
MOMENTS = {
    "in an exec": """exec("signal.raise_signal(number)")""",
    "while it waits": """ending.run(told_and(asyncio.sleep(1000)))""",
    "when it is done": """ending.run(told_and(asyncio.sleep(0)))""",
    "twice": """
try:
    signal.raise_signal(number)
finally:
    signal.raise_signal(number)""",
}
TOLD = """
import asyncio, signal, sys
from decks.present import Ending, Stopped
number, ending = int(sys.argv[1]), Ending()
async def told_and(rest):
    try:
        signal.raise_signal(number)
        await rest
    finally:
        print("tidied up")
try:
    exec(sys.argv[2])
    print("nobody was told")
except Stopped:
    print("stopped")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", MOMENTS)
def test_it_ends_in_order_whenever_it_is_told_to(number, moment):
    command = [sys.executable, "-c", TOLD, str(int(number)), MOMENTS[moment]]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    tidied = "tidied up\n" if "told_and" in MOMENTS[moment] else ""
    assert done.stdout == f"{tidied}stopped\n"


@pytest.fixture
def lecture(tmp_path, monkeypatch):
    """A small lecture in a repository of its own."""
    monkeypatch.setattr(copies, "ROOT", tmp_path)
    monkeypatch.setattr(copies, "OUT", tmp_path / "build" / "present")
    cells = [
        new_markdown_cell("# Title, and [errata](../docs/errata.md#size)", metadata=kind("slide")),
        new_markdown_cell("Say hello.", metadata=kind("notes")),
        new_code_cell("1 + 1", metadata={**kind("-"), "tags": ["hide-input"]}),
        new_code_cell("2 + 2", metadata=kind("fragment")),
        new_markdown_cell("## The last", metadata=kind("slide")),
        new_code_cell("3 + 3", metadata=kind("-")),
    ]
    path = tmp_path / "lectures" / "99_small.ipynb"
    path.parent.mkdir()
    nbformat.write(new_notebook(cells=cells), path)
    return path


def kind(name):
    return {"slideshow": {"slide_type": name}}


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("asked", ["99", "0", ""])
def test_it_says_which_lectures_there_are(asked):
    command = [sys.executable, "-m", "decks.present", "--lecture", asked]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert all(name in line for name in LECTURES)
    assert (repr(asked) if asked else "LECTURE=05") in line


def test_the_lecture_itself_stays_as_it_is(lecture):
    before = lecture.read_bytes()
    copy = copies.fresh_copy(lecture)
    assert lecture.read_bytes() == before
    assert copies.path_of(copy) == "build/present/99_small.ipynb"


def test_what_belongs_to_a_slide_is_a_layer_of_it(lecture):
    cells = read(copies.fresh_copy(lecture)).cells
    kinds = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in cells]
    assert kinds == ["slide", "skip", None, "fragment", "slide", None]
    layers = [cell.metadata.get("jupyterlab-slideshow") for cell in cells]
    assert layers == [None, None, {"layer": "slide"}, None, None, None]
    assert cells[2].metadata["jupyter"]["source_hidden"]
    assert all("jupyter" not in cell.metadata for cell in cells if cell is not cells[2])


def test_links_still_lead_to_their_files(lecture):
    title = read(copies.fresh_copy(lecture)).cells[0].source
    assert "](../../docs/errata.md#size)" in title


def test_what_somebody_changed_is_kept(lecture, capsys):
    copy = copies.fresh_copy(lecture)
    for number in (1, 2):
        notebook = read(copy)
        notebook.cells[3].source = f"changed = {number}"
        nbformat.write(notebook, copy)
        copies.fresh_copy(lecture)
        assert f"99_small-edited-{number}.ipynb" in capsys.readouterr().out
    for number in (1, 2):
        kept = copy.with_name(f"99_small-edited-{number}.ipynb")
        assert read(kept).cells[3].source == f"changed = {number}"
    assert read(copy).cells[3].source == "2 + 2"


def test_a_copy_that_was_only_run_is_replaced(lecture, capsys):
    copy = copies.fresh_copy(lecture)
    notebook = read(copy)
    notebook.cells[3].execution_count = 7
    notebook.cells[3].outputs = [nbformat.v4.new_output("stream", text="4")]
    nbformat.write(notebook, copy)
    copies.fresh_copy(lecture)
    assert capsys.readouterr().out == ""
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_a_copy_that_cannot_be_read_is_kept(lecture, capsys):
    copy = copies.fresh_copy(lecture)
    copy.write_text("{ half a")
    copies.fresh_copy(lecture)
    assert copy.with_name("99_small-edited-1.ipynb").read_text() == "{ half a"
    assert "was edited" in capsys.readouterr().out
