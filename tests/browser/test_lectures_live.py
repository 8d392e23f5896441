"""A lecture in JupyterLab, as a notebook and as slides: its explorer answers, its cells run."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import psutil
import pytest
from lab import PATIENCE, Notebook, visit
from playwright.sync_api import expect

from decks.copies import part_headings

ROOT = Path(__file__).parents[2]
NAME = "05_convolution_arithmetic"
SIZE = {"width": 1280, "height": 720}
#: Kinds of cells to which a step leads.
STEPS = ("slide", "subslide", "fragment")
ON_SLIDE = ".jp-Cell.jp-deck-mod-visible"
#: Not a drawing that moves on, which is one, too.
EXPLORER = ".explore:not(.explore-steps)"


def expect_to_answer(page, explorer):
    """Move the first slider by the keyboard and by a drag: value and picture follow."""
    slider = explorer.get_by_role("slider", name="Input size")
    value = explorer.locator(".explore-control", has_text="Input size").locator("output")
    picture = explorer.get_by_role("img")
    expect(value).to_have_text("7")
    expect(picture).to_have_attribute("aria-label", re.compile("an input of 7 by 7"))
    slider.focus()
    slider.press("ArrowRight")
    expect(value).to_have_text("8")
    expect(picture).to_have_attribute("aria-label", re.compile("an input of 8 by 8"))
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.6 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, middle)
    page.mouse.up()
    expect(value).to_have_text("12")
    expect(picture).to_have_attribute("aria-label", re.compile("an input of 12 by 12"))


def test_an_explorer_answers_in_the_notebook(browser, start_lab, tmp_path):
    shutil.copy(ROOT / "lectures" / f"{NAME}.ipynb", tmp_path)
    with visit(browser, viewport=SIZE) as found:
        notebook = Notebook.open(found.page, start_lab(tmp_path), tmp_path, f"{NAME}.ipynb")
        notebook.run_all()
        expect_to_answer(found.page, found.page.locator(EXPLORER))
        assert found.complaints == []


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A folder with the lectures and what presents them."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("decks", "lectures"):
        ignored = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    return folder


@contextlib.contextmanager
def presenting(course, scratch, lecture):
    """Present a lecture, without a browser."""
    process = subprocess.Popen(
        [sys.executable, "-m", "decks.present", "--lecture", lecture, "--no-browser"],
        cwd=course,
        env={**os.environ, **dict.fromkeys(("HOME", "IPYTHONDIR", "TMPDIR"), str(scratch))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    late = threading.Timer(4 * PATIENCE, process.terminate)
    late.start()
    try:
        yield process
    finally:
        late.cancel()
        process.terminate()
        process.communicate(timeout=PATIENCE)


def line_of(process, beginning):
    """Wait until a process prints a line that begins so; return it."""
    for line in iter(process.stdout.readline, ""):
        if line.startswith(beginning):
            return line.strip()
    raise AssertionError(process.stderr.read())


def expect_to_end(process, signal_number, scratch):
    """Tell a presentation to end: it does so without a word, and leaves nothing behind."""
    started = psutil.Process(process.pid).children(recursive=True)
    assert len(started) >= 2  # the server and its kernel
    process.send_signal(signal_number)
    _, complaints = process.communicate(timeout=PATIENCE)
    assert (process.returncode, complaints) == (0, "")
    gone, alive = psutil.wait_procs(started, timeout=PATIENCE)
    assert len(gone) == len(started), alive
    assert list(scratch.glob("present-*")) == []


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_stopped_while_cells_run(course, tmp_path, signal_number):
    with presenting(course, tmp_path, "12") as process:
        line_of(process, "12_dropout: running its cells")
        expect_to_end(process, signal_number, tmp_path)


@pytest.fixture(scope="module")
def presented(course, tmp_path_factory):
    """A lecture that is presented: its process, its address, its scratch folder."""
    scratch = tmp_path_factory.mktemp("scratch")
    with presenting(course, scratch, "05") as process:
        yield process, line_of(process, "http"), scratch


@pytest.fixture(scope="module")
def slides(browser, presented):
    """The slides, open at the first one; the tests go through them like a lecturer."""
    _, address, _ = presented
    with visit(browser, viewport=SIZE) as found:
        found.page.goto(address)
        expect(found.page.locator(f"{ON_SLIDE} h1")).to_be_visible()
        # Keys are for the slides once their cell has the focus.
        found.page.wait_for_function("document.activeElement.closest('.jp-Deck .jp-Cell') !== null")
        yield found


def shown(page):
    """Return the numbers of the cells on the present slide."""
    return page.evaluate(
        """seen => [...document.querySelectorAll(".jp-Notebook .jp-Cell")]
             .flatMap((cell, i) => cell.matches(seen) ? [i] : [])""",
        ON_SLIDE,
    )


def step(page, key):
    """Press a key; wait until other cells are shown."""
    before = shown(page)
    page.keyboard.press(key)
    page.wait_for_function(
        """([seen, before]) => {
             const now = [...document.querySelectorAll(".jp-Notebook .jp-Cell")]
               .flatMap((cell, i) => cell.matches(seen) ? [i] : []);
             return now.length > 0 && String(now) !== before;
        }""",
        arg=[ON_SLIDE, ",".join(map(str, before))],
    )
    return shown(page)


def expected_steps(cells):
    """Return what each step should show: its slide's cells up to there, notes left out."""
    found, slide = [], []
    for i, cell in enumerate(cells):
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        slide = [] if kind in ("slide", "subslide") else slide
        if kind in STEPS:
            found.append(list(slide))
        if kind in (*STEPS, "-"):
            slide.append(i)
            found[-1] = list(slide)
    return found


def test_the_steps_are_those_of_the_deck_and_fit_the_screen(slides):
    page = slides.page
    notebook = nbformat.read(ROOT / "lectures" / f"{NAME}.ipynb", as_version=4)
    part_headings(notebook)
    cells = notebook.cells
    steps = expected_steps(cells)
    assert len(steps) > 20
    for number, wanted in enumerate(steps):
        assert (shown(page) if number == 0 else step(page, "Space")) == wanted
        bottom = page.evaluate(
            """seen => Math.max(...[...document.querySelectorAll(seen)]
                 .map(cell => cell.getBoundingClientRect().bottom))""",
            ON_SLIDE,
        )
        assert bottom <= SIZE["height"], f"step {number + 1}: {cells[wanted[0]].source[:40]}"


def test_only_slides_are_on_the_screen(slides):
    page = slides.page
    for chrome in ("#jp-top-panel", "#jp-menu-panel", ".jp-Placeholder", ".jp-Deck-DesignTools"):
        for part in page.locator(chrome).all():
            expect(part).not_to_be_visible()
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_attached()


def go_to(page, cell):
    """Go back until the slide that begins with this cell is shown."""
    cells = nbformat.read(ROOT / "lectures" / f"{NAME}.ipynb", as_version=4).cells
    (source,) = (each.source for each in cells if each.id == cell)
    heading = source.partition("\n")[0].removeprefix("## ")
    while page.locator(f"{ON_SLIDE} h2").first.inner_text() != heading:
        step(page, "Shift+Space")


def test_an_explorer_answers_on_its_slide_and_a_cell_runs_in_its_kernel(slides):
    page = slides.page
    go_to(page, "explorer")
    expect_to_answer(page, page.locator(f"{ON_SLIDE} {EXPLORER}"))
    before = shown(page)
    page.locator(f"{ON_SLIDE} h2").click()
    assert shown(page) == before
    go_to(page, "one")
    cell = page.locator(f"{ON_SLIDE}.jp-CodeCell").first
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("print('size', explorer.size)")
    page.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-OutputArea-output")).to_have_text("size 12")
    assert slides.complaints == []


def test_the_lecture_stays_as_it_is_and_nothing_runs_on(slides, presented, course):
    """The last test of this file: it ends the presentation, as Ctrl-C does."""
    process, _, scratch = presented
    name = f"lectures/{NAME}.ipynb"
    assert (course / name).read_bytes() == (ROOT / name).read_bytes()
    expect_to_end(process, signal.SIGINT, scratch)
