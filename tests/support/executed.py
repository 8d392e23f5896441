"""Every lecture runs once in a run of the tests, whichever tests need it, in whichever process."""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from filelock import FileLock

from decks import build

NUMBERS = Path(__file__).parents[1] / "lectures" / "numbers"


def executed(lecture: Path, store: Path) -> Any:
    """Return a lecture that was run; its last cell holds the assertions about its numbers.

    Parameters
    ----------
    store
        A folder that all processes share. What is there already was run by one of them.
    """
    numbers = (NUMBERS / f"{lecture.stem}.cell").read_text("utf-8")
    key = hashlib.sha256(f"{build.fingerprint(lecture)}{numbers}".encode()).hexdigest()[:12]
    path = store / f"{lecture.stem}-{key}.ipynb"
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            notebook = nbformat.read(lecture, as_version=4)
            notebook.cells.append(nbformat.v4.new_code_cell(numbers))
            with tempfile.TemporaryDirectory() as folder:
                build.run(notebook, Path(folder))
            build.write(path, nbformat.writes(notebook))
    return nbformat.read(path, as_version=4)


def as_taught(notebook: Any) -> Any:
    """Return a lecture that was run without the assertions."""
    del notebook.cells[-1]
    return notebook
