"""Cells that need no search for magics are those that IPython would leave as they are."""

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from autograder.inside.magics import is_plain

ROOT = Path(__file__).parents[2]
SHELL = InteractiveShell.instance()
MAGICS = SHELL.magics_manager.magics["line"]
CELLS = [
    "".join(cell["source"])
    for path in sorted(ROOT.glob("solutions/*/*.ipynb"))
    for cell in json.loads(path.read_text("utf-8"))["cells"]
    if cell["cell_type"] == "code"
]
#: What IPython reads in another way than Python does, or removes.
SPECIAL = [
    "%time f(x)", "%%time\nf(x)", "y = %time f(x)", "!ls", "files = !ls", "x?", "?x", "x??",
    "ls", "cd ..", "time f(x)", "pip install numpy", "exit", "quit", "who", ",f a b", ";f a b",
    "/f a b", ">>> x = 1\n1", "In [1]: x = 1", "    x = 1", "\n\nx = 1", "x = 1\n%timeit x",
    "if True:\n    !ls", "for i in x:\n    %time i", "time(3)", "pwd",
]  # fmt: skip
#: Pieces of which cells are put together at random.
PIECES = ["x", "%", "!", "?", "ls", " ", "\n", "=", "(", ")", "'", '"', "#", "time", "f", "[", "]",
          ",", ";", "/", ">>>", "...", "In [1]:", "if", ":", "    ", "assert", "!=", "\\", "\t",
          "é", "\f", "\r", "exit", "await", "0"]  # fmt: skip


def left_alone(source):
    """Whether IPython changes nothing, or nothing that would make Python of it."""
    python = SHELL.transform_cell(source)
    return python == (source if source.endswith("\n") else f"{source}\n") or not parses(python)


def parses(source):
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


@pytest.mark.parametrize("source", SPECIAL)
def test_what_is_special_is_left_to_ipython(source):
    assert not is_plain(source, MAGICS)


def test_cells_of_assignments_are_plain_and_ipython_agrees():
    plain = [source for source in CELLS if is_plain(source, MAGICS)]
    assert len(plain) > 0.5 * len(CELLS)
    assert all(map(left_alone, plain))


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_plain_ipython_leaves_alone(source):
    assert not is_plain(source, MAGICS) or left_alone(source)
