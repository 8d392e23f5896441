"""Submissions of the assignment that `autograder new` writes: a right one, and one that sums."""

from pathlib import Path

import nbformat

MEAN = " / (x.shape[2] * x.shape[3])"


def hand_in(source: Path, course: Path, name: str) -> None:
    """Hand in the model solution by one student, and by another with its division left out."""
    for student, left_out in (("right", ""), ("wrong", MEAN)):
        notebook = nbformat.read(source / name / f"{name}.ipynb", as_version=4)
        cell = next(cell for cell in notebook.cells if cell.id == "ex1-solution")
        assert MEAN in cell.source
        cell.source = cell.source.replace(left_out, "")
        folder = course / "submitted" / student / name
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{name}.ipynb")
