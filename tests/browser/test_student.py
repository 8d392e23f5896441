"""A student opens the course's copy in JupyterLab, errs, is told what is wrong, and mends it."""

import zipfile

import nbformat
import pytest
from lab import Notebook, expect_figures, visit
from playwright.sync_api import expect

from autograder import demo
from autograder.release.bundle import make_bundle
from autograder.release.handed_out import hand_out
from autograder.release.release import make_release
from autograder.triage.triage import triage
from cnnlib.desk.laying import lay

NAME = demo.ASSIGNMENT
FILE = f"assignments/{NAME}/{NAME}.ipynb"
ABOVE = ("setup", "pair", "ex1-solution")


@pytest.fixture(scope="module")
def folder(course, tmp_path_factory):
    """What a student has after unpacking the zip, and nothing else."""
    make_release(course, NAME)
    hand_out(course, NAME)
    target = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(make_bundle(course)) as archive:
        archive.extractall(target)
    list(lay(target / "cnn-course"))
    return target / "cnn-course"


@pytest.fixture(scope="module")
def visited(browser, folder, start_lab):
    """One page for the whole module: the tests follow a student through the assignment."""
    with visit(browser) as found:
        found.notebook = Notebook.open(found.page, start_lab(folder), folder, FILE)
        yield found


@pytest.fixture
def notebook(visited):
    return visited.notebook


@pytest.fixture(scope="module")
def model(course):
    """The model solution of exercise 1."""
    cells = nbformat.read(course.source(NAME) / f"{NAME}.ipynb", as_version=4).cells
    source = next(cell.source for cell in cells if cell.id == "ex1-solution")
    return "\n".join(line for line in source.splitlines() if "SOLUTION" not in line)


def test_figures_load(notebook):
    expect_figures(notebook.page, at_least=2)


@pytest.mark.parametrize("name", ["setup", "ex1-basic"])
def test_locked_cells_cannot_be_edited(notebook, name):
    editor = notebook.cell(name).locator(".cm-content")
    before = editor.inner_text()
    editor.click()
    notebook.page.keyboard.type("spoiled = True")
    assert editor.inner_text() == before


def test_locked_cells_cannot_be_deleted(notebook):
    count = notebook.cells.count()
    notebook.cell("ex1-basic").locator(".jp-InputPrompt").click()
    for key in ("d", "d"):
        notebook.page.keyboard.press(key)
    notebook.save()
    assert len(notebook.read().cells) == notebook.cells.count() == count


def test_the_untouched_check_says_that_nothing_is_written(notebook):
    output = notebook.run(*ABOVE, "ex1-basic")
    expect(output).to_contain_text("○Not written yet")
    expect(output).to_contain_text("conv2d_forward (batch, channels and bias)")


def test_a_flipped_kernel_is_named_and_the_first_mismatch_shown(notebook, model):
    flipped = model.replace("window * w[f]", "window * w[f, :, ::-1, ::-1]")
    assert flipped != model
    notebook.write("ex1-solution", flipped)
    output = notebook.run(*ABOVE, "ex1-basic")
    expect(output).to_contain_text("the kernel is flipped")
    expect(output).to_contain_text("First mismatch")
    expect(output).not_to_contain_text("Traceback")


def test_the_right_solution_passes_and_the_saved_file_is_a_sound_submission(
    course, visited, notebook, model
):
    notebook.write("ex1-solution", model)
    output = notebook.run(*ABOVE, "ex1-basic")
    expect(output).to_contain_text("✓All 7 cases agree")
    expect(notebook.run("ex1-stride-padding")).to_contain_text("✓")
    expect(notebook.run("ex1-dilation-groups")).to_contain_text("✓")
    notebook.save()
    assert triage(notebook.file.read_bytes(), course.plan(NAME)).problems == ()
    saved = [cell.source for cell in notebook.read().cells]
    assert model in saved


def test_no_script_complained(visited):
    assert visited.complaints == []
