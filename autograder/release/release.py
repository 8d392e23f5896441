"""Makes the students' version of an assignment with nbgrader's generator, and looks for leaks."""

import re
import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import nbformat

from autograder.course.course import Course
from autograder.course.plan import cell_id, only_notebook, read_plan
from autograder.course.steps import generate
from autograder.problems import UsageError
from autograder.record.gradebook import open_gradebook
from autograder.release.models import clean

#: What must not stand in anything that students get.
MARKERS = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)")
FORBIDDEN_FILES = re.compile(
    r"\.py[co]$|__pycache__|\.ipynb_checkpoints|gradebook\.db|(^|/)(solutions|submitted|autograded"
    r"|feedback|reports|autograder|\.autograder|\.git)/"
)
#: Shorter lines of a solution (`return y`) stand anywhere and tell nothing.
TELLING = 20


def make_release(course: Course, assignment: str) -> Path:
    """Generate `assignments/NAME` from `solutions/NAME`, enter it into the gradebook, scan it.

    Raises
    ------
    UsageError
        There is no such assignment, nbgrader refuses it, or the release would leak something.
    """
    course.require_assignment(assignment)
    only_notebook(course.source(assignment))
    with course.lock(), tempfile.TemporaryDirectory() as folder:
        # First into a private folder: what leaks never reaches the students' one.
        trial = generate(course, assignment, Path(folder), database=False)
        refuse_leaks(course, [trial], trial)
        read_plan(assignment, course.source(assignment), trial)  # all checks are there
        with open_gradebook(course):
            pass  # made if it was not there; the generator itself might not find alembic
        generate(course, assignment, course.release(assignment).parent, database=True)
    return course.release(assignment)


def refuse_leaks(
    course: Course, folders: Iterable[Path], root: Path, public: Collection[str] = ()
) -> None:
    """Raise `UsageError` for the first leak in what students get.

    Parameters
    ----------
    public
        Assignments whose model solutions they have: these are no secret any more, though their
        hidden tests and mark schemes are.
    """
    secrets = {line for name in course.assignments() for line in secret_lines(course.source(name))}
    secrets -= {line for name in public for line in shown_lines(course.source(name))}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                for leak in leaks(path, path.relative_to(root).as_posix(), secrets):
                    raise UsageError(f"not released, because it would leak: {leak}")


def leaks(path: Path, name: str, secrets: set[str]) -> Iterator[str]:
    """Yield what a file gives away: solution text, hidden tests, outputs, bytecode."""
    if FORBIDDEN_FILES.search(name):
        yield f"{name} is not for students"
        return
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    if path.suffix == ".ipynb":
        notebook = nbformat.reads(text, as_version=4)
        for cell in notebook.cells:
            if cell.get("outputs") or cell.get("execution_count"):
                yield f"{name}, cell {cell_id(cell)}: stored outputs"
        text = "\n".join(cell.source for cell in notebook.cells)
    if marker := MARKERS.search(text):
        yield f"{name}: the marker {marker.group()!r}"
    for line in text.splitlines():
        if line.strip() in secrets:
            yield f"{name}: {line.strip()!r}, from a solution or a hidden test"


def shown_lines(source: Path) -> set[str]:
    """Return the lines of an assignment's model solution as students may see them."""
    notebook = nbformat.read(source / f"{only_notebook(source)}.ipynb", as_version=4)
    return {line.strip() for cell in notebook.cells for line in clean(cell.source).splitlines()}


def secret_lines(source: Path) -> set[str]:
    """Return the telling lines of all solutions and hidden tests of an assignment."""
    found: set[str] = set()
    open_text: set[str] = set()
    notebook = nbformat.read(source / f"{only_notebook(source)}.ipynb", as_version=4)
    for cell in notebook.cells:
        whole = bool(cell.metadata.get("nbgrader", {}).get("solution"))
        whole = whole and not MARKERS.search(cell.source)
        inside = whole
        for line in cell.source.splitlines():
            if marker := MARKERS.search(line):
                inside = marker.group(1) == "BEGIN"
            elif len(line.strip()) >= TELLING:
                (found if inside else open_text).add(line.strip())
    return found - open_text
