"""Cells that need no search for magics are those that IPython would leave as they are."""

import ast
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.inside.magics import is_plain

ROOT = Path(__file__).parents[2]
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
RANDOM = random.Random(20_261_126)
MIXED = ["".join(RANDOM.choices(PIECES, k=RANDOM.randint(1, 9))) for _ in range(20_000)]
#: What IPython makes of sources; in a process of its own, because a shell marks all of one.
TRANSFORM = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
def transformed(source):
    try:
        return shell.transform_cell(source)
    except SyntaxError:
        return None
made = [transformed(source) for source in json.load(sys.stdin)]
json.dump([sorted(shell.magics_manager.magics["line"]), made], sys.stdout)
"""


@pytest.fixture(scope="module")
def ipython():
    """The names of magics, and what IPython makes of each source."""
    sources = [*CELLS, *SPECIAL, *MIXED]
    done = subprocess.run(
        [sys.executable, "-c", TRANSFORM],
        input=json.dumps(sources), capture_output=True, text=True, check=True,
    )  # fmt: skip
    magics, made = json.loads(done.stdout)
    return magics, dict(zip(sources, made, strict=True))


def left_alone(source, python):
    """Whether IPython changes nothing, or nothing that would make Python of it."""
    if python is None or python == (source if source.endswith("\n") else f"{source}\n"):
        return True
    try:
        ast.parse(python)
    except (SyntaxError, ValueError):
        return True
    return False


def test_what_is_special_is_left_to_ipython(ipython):
    magics, _ = ipython
    assert [source for source in SPECIAL if is_plain(source, magics)] == []


def test_what_is_plain_ipython_leaves_alone(ipython):
    magics, made = ipython
    plain = [source for source in made if is_plain(source, magics)]
    assert sum(source in CELLS for source in plain) > 0.5 * len(CELLS)
    assert len(plain) > 1_000
    assert [source for source in plain if not left_alone(source, made[source])] == []
