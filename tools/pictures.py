"""Make the README's pictures anew: `.venv/bin/python -m tools.pictures`. Needs Chromium.

Real runs in a copy of the course: a student's check in JupyterLab, the graded class in a terminal,
a feedback page, nbgrader's formgrader, a lecture.
"""

import io
import re
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from lab import Notebook, chromium, serve, visit
from playwright.sync_api import Browser, expect
from rich.console import Console

from autograder import demo
from autograder.course.course import Course, open_course
from autograder.tables import print_class
from decks.jupyter import Server

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "img"

NAME = demo.ASSIGNMENT
JUPYTER = (sys.executable, "-m", "jupyter")


def main() -> None:
    """Make all of them."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        course = copy_course(scratch / "course")
        terminal(course)
        with chromium(str(shutil.which("chromium"))) as browser:
            feedback(browser, course)
            formgrader(browser, course, scratch / "formgrader")
            for draw in (student, instructor):
                # A server each: JupyterLab would open again what the one before had open.
                with serve([*JUPYTER, "lab"], course.root, scratch / draw.__name__) as server:
                    draw(browser, course, server)


def copy_course(folder: Path) -> Course:
    """Copy what is committed."""
    folder.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for name in ("solutions", "assignments", "lectures"):
        shutil.copytree(ROOT / name, folder / name)
    return open_course(folder)


def terminal(course: Course) -> None:
    """Grade the demo's class; draw what the terminal shows."""
    report = demo.run(course)
    console = Console(record=True, width=104, file=io.StringIO())
    console.print("[bold]$ autograder grade ps2_forward[/bold]")
    print_class(report, console)
    image = console.export_svg(title="autograder")
    # The system's own monospaced font: none is fetched.
    image = re.sub(r"@font-face \{.*?\}", "", image, flags=re.DOTALL)
    lines = [line.rstrip() for line in image.splitlines()]
    (IMAGES / "ta.svg").write_text("\n".join(lines) + "\n", encoding="utf-8")


def feedback(browser: Browser, course: Course) -> None:
    """Show the first screen of the page of somebody whose kernel is flipped."""
    page = course.path("feedback", f"{demo.PREFIX}kernel-flipped", NAME) / f"{NAME}.html"
    with visit(browser, viewport={"width": 960, "height": 700}) as found:
        found.page.goto(page.as_uri())
        found.page.screenshot(path=IMAGES / "feedback.png")


def formgrader(browser: Browser, course: Course, scratch: Path) -> None:
    """Show the class in nbgrader's formgrader."""
    command = [*JUPYTER, "server", "--ServerApp.default_url=/formgrader"]
    size = {"width": 1280, "height": 760}
    with serve(command, course.root, scratch) as server, visit(browser, viewport=size) as found:
        found.page.goto(server.at(""))
        found.page.wait_for_url("**/formgrader/manage_assignments")
        found.page.goto(f"{server.url}formgrader/gradebook/{NAME}/{NAME}")
        expect(found.page.locator("tbody tr")).to_have_count(len(demo.CLASS))
        found.page.screenshot(path=IMAGES / "formgrader.png")


def student(browser: Browser, course: Course, server: Server) -> None:
    """Show the check below a function whose kernel is flipped."""
    path = f"assignments/{NAME}/{NAME}.ipynb"
    cells = nbformat.read(course.source(NAME) / f"{NAME}.ipynb", as_version=4).cells
    model = next(cell.source for cell in cells if cell.id == "ex1-solution")
    lines = [line for line in model.splitlines() if "SOLUTION" not in line]
    flipped = "\n".join(lines).replace("window * w[f]", "window * w[f, :, ::-1, ::-1]")
    with visit(browser, viewport={"width": 1180, "height": 860}) as found:
        notebook = Notebook.open(found.page, server, course.root, path)
        found.page.keyboard.press("Control+b")  # the file browser is not the point
        notebook.write("ex1-solution", flipped)
        output = notebook.run("setup", "pair", "ex1-solution", "ex1-basic")
        expect(output).to_contain_text("the kernel is flipped")
        notebook.cell("ex1-basic").evaluate("cell => cell.scrollIntoView({block: 'start'})")
        notebook.page.mouse.wheel(0, -60)
        found.page.wait_for_timeout(1000)
        found.page.screenshot(path=IMAGES / "student.png")


def instructor(browser: Browser, course: Course, server: Server) -> None:
    """Show a slide of the lecture with its picture."""
    path = "lectures/04_convolution.ipynb"
    with visit(browser, viewport={"width": 1180, "height": 860}) as found:
        Notebook.open(found.page, server, course.root, path)
        found.page.keyboard.press("Control+b")
        found.page.get_by_text("Run", exact=True).first.click()
        found.page.get_by_text("Run All Cells", exact=True).click()
        expect(found.page.get_by_text("760, True")).to_be_visible(timeout=90_000)
        heading = found.page.get_by_role(
            "heading", name="Nine kernels, also called filters, on one photo"
        )
        heading.evaluate("heading => heading.scrollIntoView({block: 'start'})")
        found.page.wait_for_timeout(1000)
        found.page.screenshot(path=IMAGES / "instructor.png")


if __name__ == "__main__":
    main()
