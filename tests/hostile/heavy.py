"""Notebooks that are honest but for one thing, which once held up whoever read them, or their page.

Each function changes a right solution of the `mini` assignment; above it stands which kind it is.
"""
# ruff: noqa: E501  (a line of a student's is as long as it is)

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from beside import load_beside

own_cell = load_beside(__file__, "attack.py").own_cell

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(400_000)).decode()
SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert('owned')</script><rect/></svg>"


@dataclass(frozen=True)
class Heavy:
    """One such notebook: whether all its points must be there, too."""

    kind: str
    full: bool
    change: Callable[[dict[str, Any], dict[str, Any]], None]


TABLE: dict[str, Heavy] = {}


def kind(number: str, *, full: bool = False):
    """Enter a function; `full` where an honest student may do so, who keeps every point."""

    def enter(change):
        name = change.__name__.replace("_", "-").replace(" ", "-")
        TABLE[f"{number}-{name}"] = Heavy(number, full, change)
        return change

    return enter


def answer(text: str, number: str, name: str, *, full: bool = False, **fields: Any) -> None:
    """Enter a written answer."""

    def change(notebook, cells):
        cells["why"] |= {"source": text, **fields}

    change.__name__ = name
    kind(number, full=full)(change)


def code(text: str, number: str, name: str, *, full: bool = False) -> None:
    """Enter a cell of the student's own, at the top."""

    def change(notebook, cells):
        notebook["cells"].insert(1, own_cell(text))

    change.__name__ = name
    kind(number, full=full)(change)


# What is slow, or large, to read: code --------------------------------------------------------

code(", ".join(f"a{i}" for i in range(30_000)) + " = range(30_000)", "08", "one tuple assignment")
code(
    ", ".join(f"a{i}" for i in range(8_000)) + " = " + ", ".join(f"np.a{i}" for i in range(8_000)),
    "08", "one assignment of pairs",
)  # fmt: skip
code(" = ".join(f"a{i}" for i in range(20_000)) + " = 0", "08", "one chain of assignments")
code(("y = [" + "1," * 60 + "]\n") * 1500 + "y?\n" * 520, "08", "magics at the end")
code(("y = [" + "1," * 60 + "]\ny?\n") * 600, "08", "magics between")
code("%timeit -n1 -r1 pass\n" * 100 + "\n" * 100_000, "08", "empty lines")
code("x = 1" + " " * 400_000 + "\\\n + 1", "08", "blanks")
code(
    "\n".join(f"def f{i}(x):\n    return f{i - 1}(x)" for i in range(1, 15_000)), "08", "functions"
)
code("x = " + "[" * 90_000, "08", "brackets that never close")
code("if 0:\n    x" + ".a" * 60_000, "08", "a long chain of attributes")
code("'''" + "%%time\n" * 40_000 + "'''", "08", "magics inside a text")
code(
    "import os\nfor _ in range(60_000):\n    for d in range(3, 12):\n        try:\n"
    "            os.write(d, b'{}\\n' * 50)\n        except OSError:\n            pass\n",
    "08", "millions of small messages",
)  # fmt: skip
code(
    "import sys\nfor i in range(300_000):\n    print(i % 7, end='', file=(sys.stdout, sys.stderr)[i % 2])",
    "08", "streams that alternate",
)  # fmt: skip


@kind("08")
def own_cells_without_end(notebook, cells):
    notebook["cells"][1:1] = [own_cell("pass", f"own{i}") for i in range(4000)]


@kind("08")
def copies_of_one_cell(notebook, cells):
    notebook["cells"] += [dict(cells["double"]) for _ in range(4000)]


@kind("08")
def metadata_without_end(notebook, cells):
    cells["double"]["metadata"] |= {f"key{i}": {"a": [i] * 5} for i in range(100_000)}


# What is slow, or large, to show: Markdown ----------------------------------------------------

answer(r"\begin{a}" * 50_000, "08", "formulas that begin")
answer("$" * 200_000 + "x", "08", "dollars")
answer("[" * 100_000, "08", "links that begin")
answer("![" * 50_000 + "](" * 50_000, "08", "pictures that begin")
answer(">" * 50_000 + "a", "08", "quotations in quotations")
answer("".join(" " * i + "- a\n" for i in range(900)), "08", "lists in lists")
answer("*a _b " * 60_000, "08", "emphasis that never ends")
answer("<a b='" * 60_000, "08", "tags that never end")
answer("|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n" + "|b\n" * 400, "08", "a table")
answer("`" * 100_001 + "a" + "`" * 100_000, "08", "backticks")
answer("&" * 300_000, "08", "ampersands")
answer(
    "![](attachment:a.png)\n" * 600, "08", "one picture named often",
    attachments={"a.png": {"image/png": PNG}},
)  # fmt: skip
answer(
    "none of them", "08", "attachments without end",
    attachments={f"a{i}.png": {"image/png": "AA=="} for i in range(100_000)},
)  # fmt: skip

# Pages that failed ----------------------------------------------------------------------------

answer("![image.png](attachment:image.png)", "09", "a picture that is missing", full=True)
answer(
    "![d](attachment:d.svg)", "09", "a drawing", full=True,
    attachments={"d.svg": {"image/svg+xml": base64.b64encode(SVG.encode()).decode()}},
)  # fmt: skip
answer(
    "![d](attachment:d.svg)", "09", "a drawing as text", full=True,
    attachments={"d.svg": {"image/svg+xml": SVG}},
)  # fmt: skip
answer(
    "![d](attachment:d.png)", "09", "a picture that is none", full=True,
    attachments={"d.png": {"image/png": "%%% not base64 %%%"}},
)  # fmt: skip
answer(
    "![d](attachment:d.png)", "09", "attachments that are a list",
    attachments=["d.png", {"image/png": PNG}],
)  # fmt: skip
answer(
    "![d](attachment:d.png)", "09", "a picture of no kind", attachments={"d.png": {}, "e.png": None}
)
answer(
    "![a](attachment:a%20%28b%29.png) ![a](<attachment:a 'b' \"c\".png>)", "09", "odd names",
    full=True, attachments={"a (b).png": {"image/png": "AA=="}, "a 'b' \"c\".png": {"x": 7}},
)  # fmt: skip

# Never recorded -------------------------------------------------------------------------------

code(("x = !true  " + "#" * 450 + "\n") * 500, "12", "five hundred magics")
code("x = " + " + ".join(["1"] * 1200), "12", "a sum of 1200 terms", full=True)
code("x = " + "-" * 3000 + "1", "12", "3000 signs")
code("x = " + "f(" * 150 + ")" * 150, "12", "150 calls in calls", full=True)
code("x = [" + "[],".join(["lambda: "] * 3000), "12", "what is no Python", full=True)
code("if 1:\n  pass\n" + "elif 1:\n  pass\n" * 4000, "12", "a long chain of cases")
code("x = '\ud800' # \udfff\n\x00\x0c", "12", "half characters and null bytes", full=True)
