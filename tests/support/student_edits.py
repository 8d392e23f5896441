"""Edits that students make, of a right solution of the `mini` assignment; drawn by a seed."""
# ruff: noqa: E501  (a line of a student's is as long as it is)

import random
from collections.abc import Callable, Mapping
from typing import Any

import mini

Notebook = dict[str, Any]
Edit = Callable[[Notebook, random.Random], None]
EDITS: dict[str, Edit] = {}

#: Cells that a student adds anywhere; `{n}` is a number.
SCRATCH = {
    "prints": "print('so far so good', {n})",
    "a-result": "{n} + 1",
    "a-display": "from IPython.display import display, HTML, Markdown\ndisplay(HTML('<b>{n}</b>'), Markdown('*a*'))",
    "a-plot": "import matplotlib.pyplot as plt\nplt.plot([1, 2, {n}])\nplt.show()",
    "an-error": "1 / 0",
    "an-error-of-a-name": "this_name_is_not_there",
    "a-syntax-error": "def broken(x) return x",
    "a-warning": "import warnings\nwarnings.warn('careful {n}')",
    "a-numpy-warning": "np.array([1.0]) / 0" if True else "",
    "no-warnings": "import warnings\nwarnings.filterwarnings('ignore')",
    "nothing": "",
    "a-comment": "# todo {n}",
    "a-loop-variable": "for x in range({n}):\n    y = x",
    "pad-as-a-global": "pad = np.pad\nborder = np.pad(np.ones((2, 2)), 1)",
    "locals-of-solutions": "x, y, H, W, down, across, before, span = np.pad, 1, 2, 3, 4, 5, 6, np.convolve",
    "own-helper": "def helper(x):\n    return np.pad(x, 1)\n\nhelper(np.ones((2, 2))).shape",
    "compares-with-numpy": "try:\n    print(np.array_equal(pad2d(np.ones((2, 2)), 1), np.pad(np.ones((2, 2)), 1)))\nexcept NameError:\n    print('not yet')",
    "seeds": "np.random.seed({n})\nimport random\nrandom.seed({n})",
    "print-options": "np.set_printoptions(precision=2)",
    "time-cell": "%%time\nsum(range({n}))",
    "timeit": "%timeit -n 2 -r 1 sum(range({n}))",
    "ls": "!ls",
    "shell-assignment": "files = !ls\nlen(files)",
    "pwd": "%pwd",
    "who": "%whos",
    "help": "np.pad?",
    "matplotlib-inline": "%matplotlib inline",
    "autoreload": "%load_ext autoreload\n%autoreload 2",
    "capture": "%%capture out\nprint('hidden')",
    "bash": "%%bash\necho hello",
    "writes-a-file": "with open('notes.txt', 'w') as file:\n    file.write('{n}')\nopen('notes.txt').read()",
    "typing": "from typing import *\nfrom math import *",
    "shadowed-builtin": "list_ = list(range(3)); sum_ = sum(list_); max_ = max(list_)",
    "deletes-a-name": "tmp = 1\ndel tmp",
    "a-class": "class Layer:\n    pad = 3\n    def conv2d(self):\n        return self.pad\nLayer().conv2d()",
    "async": "import asyncio\nawait asyncio.sleep(0)",
    "last-result": "_",
    "input-history": "len(In), Out is None",
    "raises-a-check": "check.pad2d(lambda x, padding, value=0.0: x, part='basic')",
    "a-thread": "import threading\nthread = threading.Thread(target=print, args=('hi',)); thread.start(); thread.join()",
    "a-generator": "g = (i for i in range({n}))\nnext(g, None)",
    "unicode": "π = 3.14159\nprint('½ 学生 \U0001f600', π)",
}

#: Other ways to write solutions, right and wrong ones.
REWRITES = {
    "size": (
        "conv_output_size = lambda n, kernel_size, stride=1, padding=0, dilation=1: max(0, (n + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1)",
        mini.SIZE.replace("max(0, ", "(").replace("2 * padding", "padding"),
        mini.SIZE + "\n\n\nprint(conv_output_size(5, 3))\nassert conv_output_size(5, 3) == 3",
        "import functools\n\n\n@functools.lru_cache\n" + mini.SIZE,
        "%%time\n" + mini.SIZE,
        mini.SIZE.replace("    span", "    pad = 2 * padding\n    span"),
    ),
    "pad": (
        "def pad2d(x, padding, value=0.0):\n    pad = pair(padding)\n    y = np.full((*x.shape[:-2], x.shape[-2] + 2 * pad[0], x.shape[-1] + 2 * pad[1]), value, dtype=x.dtype)\n    y[..., pad[0]:pad[0] + x.shape[-2], pad[1]:pad[1] + x.shape[-1]] = x\n    return y",
        "def pad2d(x, padding, value=0.0):\n    d, a = pair(padding)\n    return np.pad(x, [(0, 0)] * (x.ndim - 2) + [(d, d), (a, a)], constant_values=value)",
        "class Border:\n    def __init__(self, padding):\n        self.pad = pair(padding)\n\n\n" + mini.PAD.replace("pair(padding)", "Border(padding).pad"),
        mini.PAD.replace("value, dtype", "0, dtype"),
        mini.PAD + "\n\n\nnp.allclose(pad2d(np.ones((2, 2)), 1), np.pad(np.ones((2, 2)), 1))",
        mini.PAD.replace("    return y", "    print(y.shape)\n    return y"),
        "def pad2d(x, padding, value=0.0):\n    raise NotImplementedError()",
    ),
    "double": (
        "double = lambda x: x + x",
        "def double(x):\n    return 4",
        "def double(x):\n    import warnings\n    warnings.warn('slow')\n    return x * 2",
        "def double(x: float) -> float:\n    result = 0\n    for _ in range(2):\n        result += x\n    return result",
        "# YOUR CODE HERE\n" + mini.DOUBLE,
    ),
}  # fmt: skip

#: What a locked cell gets added to it, and how it is used.
LOCKED = {
    "an import": ("setup", "import math", "double", "def double(x):\n    return math.fsum((x, x))"),
    "an import as": ("setup", "import itertools as it", "double", "def double(x):\n    return sum(it.repeat(x, 2))"),
    "a constant": ("pair", "FACTOR = 2", "double", "def double(x):\n    return FACTOR * x"),
    "a helper": ("setup", "def twice(x):\n    return x + x", "double", "def double(x):\n    return twice(x)"),
}  # fmt: skip


def edit(function: Edit) -> Edit:
    """Enter an edit by its name."""
    EDITS[function.__name__.replace("_", "-")] = function
    return function


def own(source: str, rng: random.Random, kind: str = "code") -> Notebook:
    """Return a new cell, as JupyterLab makes it."""
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    identity = f"{rng.randrange(16**8):08x}"
    return {"cell_type": kind, "id": identity, "metadata": {}, "source": source, **code}


def at(notebook: Notebook, name: str) -> int:
    """Return where a released cell stands; the first one of that name."""
    return next(i for i, cell in enumerate(notebook["cells"]) if cell.get("id") == name)


def _enter_scratch() -> None:
    for name, source in SCRATCH.items():

        def add(notebook: Notebook, rng: random.Random, source: str = source) -> None:
            text = source.replace("{n}", str(rng.randrange(2, 9)))
            # Below the set-up: a student's scratch cells use what stands there.
            place = rng.randrange(at(notebook, "setup") + 1, len(notebook["cells"]) + 1)
            notebook["cells"].insert(place, own(text, rng))

        EDITS[f"scratch-{name}"] = add


def _enter_rewrites() -> None:
    for cell, sources in REWRITES.items():
        for number, source in enumerate(sources):

            def write(notebook, rng, cell=cell, source=source) -> None:
                notebook["cells"][at(notebook, cell)]["source"] = source

            EDITS[f"rewrite-{cell}-{number}"] = write


def _enter_locked() -> None:
    for name, (where, text, cell, source) in LOCKED.items():

        def change(notebook, rng, where=where, text=text, cell=cell, source=source) -> None:
            notebook["cells"][at(notebook, where)]["source"] += f"\n{text}"
            notebook["cells"][at(notebook, cell)]["source"] = source

        EDITS[f"locked-{name.replace(' ', '-')}"] = change


_enter_scratch()
_enter_rewrites()
_enter_locked()


@edit
def answer_in_the_next_cell(notebook, rng):
    name = rng.choice(list(mini.ANSWERS))
    place = at(notebook, name)
    cell = notebook["cells"][place]
    notebook["cells"].insert(place + 1, own(cell["source"], rng))
    cell["source"] = "# YOUR CODE HERE\nraise NotImplementedError()"


@edit
def answer_in_the_cell_before(notebook, rng):
    name = rng.choice(list(mini.ANSWERS))
    place = at(notebook, name)
    notebook["cells"].insert(place, own(notebook["cells"][place]["source"], rng))
    notebook["cells"][place + 1]["source"] = ""


@edit
def solution_split(notebook, rng):
    place = at(notebook, "pad")
    source = notebook["cells"][place]["source"]
    notebook["cells"][place]["source"] = (
        "def my_shape(x, down, across):\n    return x.shape[0] + down"
    )
    notebook["cells"].insert(place + 1, own(source, rng))


@edit
def solutions_merged_into_one(notebook, rng):
    cells = notebook["cells"]
    size, pad = cells[at(notebook, "size")], cells[at(notebook, "pad")]
    size["source"] += "\n\n\n" + pad["source"]
    pad["source"] = ""


@edit
def solution_merged_with_an_own_cell_above(notebook, rng):
    cell = notebook["cells"][at(notebook, "double")]
    cell["source"] = "FACTOR = 2\n\n" + cell["source"].replace("2 * x", "FACTOR * x")


@edit
def solution_copied_below_then_changed(notebook, rng):
    place = at(notebook, "double")
    second = {**notebook["cells"][place], "id": f"{rng.randrange(16**8):08x}"}
    notebook["cells"][place]["source"] = "def double(x):\n    return 3 * x"
    notebook["cells"].insert(place + 1, second)


@edit
def another_exercise_copied_and_edited(notebook, rng):
    pad = notebook["cells"][at(notebook, "pad")]
    place = at(notebook, "double")
    copied = {**pad, "id": f"{rng.randrange(16**8):08x}", "source": mini.DOUBLE}
    notebook["cells"][place]["source"] = "def double(x):\n    raise NotImplementedError()"
    notebook["cells"].insert(place + 1, copied)


@edit
def test_copied_below(notebook, rng):
    place = at(notebook, rng.choice(list(mini.TESTS)))
    copied = {**notebook["cells"][place], "id": f"{rng.randrange(16**8):08x}"}
    notebook["cells"].insert(place + 1, copied)


@edit
def test_copied_before_the_solution(notebook, rng):
    copied = dict(notebook["cells"][at(notebook, "double-test")])
    notebook["cells"].insert(at(notebook, "double"), own(copied["source"], rng))


@edit
def helper_file(notebook, rng):
    place = at(notebook, "double")
    notebook["cells"][place]["source"] = "import my_helpers\n\ndouble = my_helpers.twice"
    text = "%%writefile my_helpers.py\ndef twice(x):\n    return x + x"
    notebook["cells"].insert(place, own(text, rng))


@edit
def helper_file_written_by_python(notebook, rng):
    place = at(notebook, "double")
    text = "from pathlib import Path\nPath('tools').mkdir(exist_ok=True)\nPath('tools/two.py').write_text('TWO = 2\\n')\nfrom tools.two import TWO"
    notebook["cells"][place]["source"] = "def double(x):\n    return TWO * x"
    notebook["cells"].insert(place, own(text, rng))


@edit
def file_named_like_a_library(notebook, rng):
    text = "%%writefile colorsys.py\nraise RuntimeError('mine')"
    notebook["cells"].insert(at(notebook, "pair"), own(text, rng))
    notebook["cells"].insert(at(notebook, "size"), own("import random, json, csv", rng))


@edit
def redefined_later(notebook, rng):
    name = rng.choice(list(mini.ANSWERS))
    function = {"size": "conv_output_size", "pad": "pad2d", "double": "double"}[name]
    notebook["cells"].append(own(f"{function} = None", rng))


@edit
def redefined_before_the_test(notebook, rng):
    notebook["cells"].insert(
        at(notebook, "pad-pairs"), own("pad2d = lambda x, padding, value=0.0: x", rng)
    )


@edit
def pair_redefined(notebook, rng):
    text = "def pair(value):\n    return (value, value) if np.isscalar(value) else tuple(value)"
    notebook["cells"].insert(at(notebook, "pad"), own(text, rng))


@edit
def ids_lost(notebook, rng):
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["was"] = True


@edit
def metadata_lost(notebook, rng):
    for cell in notebook["cells"]:
        cell["metadata"] = {}


@edit
def markdown_between(notebook, rng):
    place = rng.randrange(len(notebook["cells"]) + 1)
    notebook["cells"].insert(place, own("## My notes\n\n- one", rng, "markdown"))


@edit
def locked_text_changed(notebook, rng):
    notebook["cells"][at(notebook, "title")]["source"] = "# Mini, by me"


@edit
def locked_cell_commented(notebook, rng):
    notebook["cells"][at(notebook, "pair")]["source"] += "\n\n# understood\nprint(pair(3))"


@edit
def exercises_in_another_order(notebook, rng):
    cells = notebook["cells"]
    start = at(notebook, "double")
    moved = cells[start : start + 2]
    del cells[start : start + 2]
    cells[at(notebook, "size") : at(notebook, "size")] = moved


@edit
def scratch_moved_up(notebook, rng):
    place = at(notebook, "double-test")
    notebook["cells"].insert(place, own("double_of_two = double(2)", rng))


def draw(base: Mapping[str, Any], seed: int, copy: Callable[[Any], Any]) -> tuple[str, Notebook]:
    """Return the names of one to three edits, and the notebook after them.

    The first edit goes round by the seed, so that every one is drawn; what loses ids comes last.
    """
    rng = random.Random(seed)
    names = [list(EDITS)[seed % len(EDITS)], *rng.sample(list(EDITS), rng.randrange(3))]
    names = sorted(dict.fromkeys(names), key=lambda name: name in ("ids-lost", "metadata-lost"))
    notebook = copy(base)
    for name in names:
        EDITS[name](notebook, rng)
    return "+".join(names), notebook
