"""The table of what each lecture covers is true: its cells are there, its numbers asserted."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NUMBERS = Path(__file__).parent / "numbers"
CELL = re.compile(r"\[`([\w-]+)`\]\(\.\./lectures/([\w-]+)\.ipynb#cell-id=([\w-]+)\)")


class Row(NamedTuple):
    """One item of a lecture."""

    lecture: str
    item: str
    cells: str
    asserted: str


def rows():
    """Read the tables of docs/coverage.md."""
    lecture = ""
    for line in (ROOT / "docs" / "coverage.md").read_text("utf-8").splitlines():
        if heading := re.match(r"## Lecture (\d\d) · ", line):
            lecture = heading.group(1)
        elif line.startswith("| ") and not line.startswith("| item |"):
            # A bar inside of a quotation is written \|, as Markdown wants it.
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            yield Row(lecture, *cells)


def notebook(lecture):
    """Return the lecture's notebook."""
    (path,) = (ROOT / "lectures").glob(f"{lecture}_*.ipynb")
    return path


@cache
def cells_of(lecture):
    """Return a lecture's cells by id."""
    return {cell.id: cell for cell in nbformat.read(notebook(lecture), as_version=4).cells}


ROWS = list(rows())


def test_every_lecture_has_rows_and_numbers_and_no_item_stands_twice():
    lectures = sorted(path.stem for path in (ROOT / "lectures").glob("*.ipynb"))
    assert sorted({row.lecture for row in ROWS}) == [name[:2] for name in lectures]
    assert sorted(path.stem for path in NUMBERS.glob("*.cell")) == lectures
    assert len(ROWS) == len({row[:2] for row in ROWS})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.lecture}-{row.item[:30]}")
def test_the_cells_of_an_item_exist(row):
    known = cells_of(row.lecture)
    found = CELL.findall(row.cells)
    assert found or "(text)" in row.item, "no cell shows it"
    assert CELL.sub("", row.cells).strip(" ,—") == "", "not a link to a cell"
    for shown, stem, cell in found:
        assert (shown, stem) == (cell, notebook(row.lecture).stem)
        assert cell in known
        assert known[cell].metadata.slideshow.slide_type not in ("notes", "skip")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.lecture}-{row.item[:30]}")
def test_the_number_of_an_item_is_asserted(row):
    quotes = re.findall(r"`([^`]+)`", row.asserted)
    assert quotes or "(N)" not in row.item
    path = NUMBERS / f"{notebook(row.lecture).stem}.cell"
    assertions = [
        line for line in path.read_text("utf-8").splitlines() if line.startswith("assert")
    ]
    for quote in quotes:
        assert any(quote.replace(r"\|", "|") in line for line in assertions), quote


def test_a_number_is_computed_in_a_cell_that_runs():
    for row in ROWS:
        if "(N)" in row.item:
            cells = [cells_of(row.lecture)[cell] for _, _, cell in CELL.findall(row.cells)]
            assert any(cell.cell_type == "code" for cell in cells), row.item
