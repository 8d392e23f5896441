"""A term: hand out, work, hand out again over it, go on; nothing is lost and points add up."""

import subprocess
import sys
import zipfile

import nbformat
import pytest
from beside import load_beside
from lab import Notebook, visit
from playwright.sync_api import expect

from autograder.release.bundle import make_bundle
from autograder.release.handed_out import hand_out

FIRST, SECOND = "ps1_sizes", "ps2_forward"


def unpack(course, folder):
    """Unpack the zip over the folder, and lay it out as `start.py` does."""
    with zipfile.ZipFile(make_bundle(course)) as archive:
        archive.extractall(folder)
    done = subprocess.run(
        [sys.executable, "-m", "cnnlib.desk"], cwd=folder / "cnn-course",
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def home(course, tmp_path_factory):
    hand_out(course, FIRST)
    folder = tmp_path_factory.mktemp("term")
    assert unpack(course, folder) == [f"new: {FIRST}"]
    return folder / "cnn-course"


@pytest.fixture(scope="module")
def server(home, start):
    """JupyterLab as `start.py` opens it."""
    begun = load_beside(str(home / "x"), "start.py")
    begun.configure()
    # Its style sheet stands in the settings, in whose place the test has others.
    command = [word for word in begun.lab(sys.executable) if "custom_css" not in word]
    return start(*command, folder=home)


@pytest.fixture(scope="module")
def visited(browser, server):
    with visit(browser) as found:
        yield found


def model(course, name, cell):
    cells = nbformat.read(course.source(name) / f"{name}.ipynb", as_version=4).cells
    source = next(each.source for each in cells if each.id == cell)
    return "\n".join(line for line in source.splitlines() if "SOLUTION" not in line)


def test_it_opens_on_the_course_and_not_on_news(visited, server):
    page = visited.page
    page.goto(server.at(""))
    welcome = page.locator(".jp-MarkdownViewer")
    expect(welcome.get_by_role("heading", name="Assignments")).to_be_visible()
    expect(welcome.get_by_role("row", name="Assignment 1")).to_contain_text("0 of 100")
    expect(page.get_by_text("Would you like to")).to_have_count(0)


def test_half_done_all_cells_run_and_the_last_one_sums_up(course, visited, server, home):
    path = f"assignments/{FIRST}/{FIRST}.ipynb"
    notebook = Notebook.open(visited.page, server, home, path)
    for exercise in ("ex1", "ex2"):
        notebook.write(f"{exercise}-solution", model(course, FIRST, f"{exercise}-solution"))
    notebook.write("ex3-solution", "def cross_correlate2d(x, k):\n    return x")
    notebook.run_all()
    end = notebook.cell("summary").locator(".jp-OutputArea")
    expect(end).to_contain_text("42 of 86 points so far; a person will grade the other 14.")
    expect(end.get_by_role("row", name="Exercise 3")).to_contain_text("does not pass yet")
    expect(end.get_by_role("row", name="Exercise 4")).to_contain_text("not written yet")
    expect(end.get_by_role("row", name="Exercise 6")).to_contain_text("not answered yet")
    mistake = notebook.cell("ex3-basic").locator(".jp-OutputArea-output")
    expect(mistake).to_have_count(1)  # said once, and in no red box
    notebook.save()


def test_the_second_zip_leaves_the_work_and_brings_what_is_new(course, visited, server, home):
    mine = home / "assignments" / FIRST / f"{FIRST}.ipynb"
    before = mine.read_bytes()
    released = course.release(FIRST) / f"{FIRST}.ipynb"
    text = released.read_text("utf-8")
    released.write_text(
        text.replace("# Assignment 1 · Sizes", "# Assignment 1 · All sizes"), "utf-8"
    )
    hand_out(course, SECOND)
    said = unpack(course, home.parent)
    assert f"new: {SECOND}" in said
    assert any(line.startswith(f"changed: assignments/{FIRST}/{FIRST}.ipynb") for line in said)
    assert mine.read_bytes() == before
    assert "All sizes" in mine.with_name(f"{FIRST}-new.ipynb").read_text("utf-8")
    visited.page.goto(server.at("lab/tree/welcome.md"))
    welcome = visited.page.locator(".jp-MarkdownViewer")
    expect(welcome.get_by_role("row", name="All sizes")).to_contain_text("42 of 100")
    expect(welcome.get_by_role("row", name="Assignment 2")).to_contain_text("0 of 100")


def test_the_new_assignments_checks_work(course, visited, server, home):
    path = f"assignments/{SECOND}/{SECOND}.ipynb"
    # In a workspace of its own, or the first notebook would be open, too.
    notebook = Notebook.open(visited.page, server, home, path, workspace="second")
    output = notebook.run("setup", "ex1-solution", "ex1-basic")
    expect(output).to_contain_text("Not written yet")
    notebook.write("ex1-solution", model(course, SECOND, "ex1-solution"))
    output = notebook.run("pair", "ex1-solution", "ex1-basic")
    expect(output).to_contain_text("✓All 7 cases agree")
    expect(output).to_contain_text("15 points")


def test_no_script_complained(visited):
    assert visited.complaints == []
