"""What a function reaches is found in whatever way it is reached, and nothing else is."""

import linecache
import sys
from itertools import count
from types import ModuleType

import numpy as np
import pytest

from cnnlib.check.engine.examine import forbidden
from cnnlib.check.engine.form import Form

FORM = Form("f", parts=(), forbids=frozenset({"torch", ".conv2d", ".pad", "conv2d_forward"}))
_number = count()


def run(*cells):
    """Run cells as a notebook does; return what they define."""
    main = {"__name__": "__main__", "__builtins__": __builtins__}
    for cell in cells:
        name = f"<cell {next(_number)}>"
        linecache.cache[name] = len(cell), None, cell.splitlines(keepends=True), name
        exec(compile(cell, name, "exec"), main)
    return main


def found(*cells, function="f", form=FORM):
    return forbidden(run(*cells)[function], form)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import torch", "torch, line 2 of f: import torch"),
        ("import torch.nn as nn", "torch, line 2 of f"),
        ("from torch import nn", "torch, line 2 of f"),
        ("x = 1; from a import conv2d as c", "conv2d, line 2 of f"),
        ("y = F.conv2d(x)", "conv2d, line 2 of f: y = F.conv2d(x)"),
        ("y = x.a.conv2d", "conv2d, line 2 of f: y = x.a.conv2d"),
        ("import numpy as n; y = n.pad(x, 1)", "pad, line 2 of f"),
        ("import numpy as n; g = lambda: n.pad(x, 1)", "pad, line 2 of f"),
        ("class A: y = np.pad", "pad, line 2 of f"),
        ("y = [np.pad(z, 1) for z in x]", "pad, line 2 of f"),
        ("y = np.lib.pad if hasattr(np.lib, 'pad') else np.pad", "pad, line 2 of f"),
        ("def g():\n        return np.pad(x, 1)", "pad, line 3 of f: return np.pad(x, 1)"),
        ("y = torch", "torch, line 2 of f: y = torch"),
        ("y = nn.functional.relu", "torch, line 2 of f: y = nn.functional.relu"),
    ],
)
def test_every_way_is_found_with_its_line(body, said):
    setup = "import numpy as np, torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
    lines = found(setup, f"def f(x):\n    {body}\n")
    assert any(line.startswith(said) for line in lines), lines


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["import torch as t", "def f(x):\n    return t.relu(x)"],
         "torch, line 2 of f: return t.relu(x)"),
        (["import torch.nn.functional as F\ngo = F.conv2d", "def f(x):\n    return go(x)"],
         "conv2d, line 2 of f: return go(x)"),
        (["def helper(x):\n    y = x\n    return F.conv2d(y)", "def f(x):\n    return helper(x)"],
         "conv2d, line 3 of helper: return F.conv2d(y)"),
        (["class H:\n    def go(self, x):\n        return F.conv2d(x)",
          "def f(x):\n    return H().go(x)"], "conv2d, line 2 of go: return F.conv2d(x)"),
        (["class H:\n    def __call__(self, x):\n        return F.conv2d(x)", "h = H()",
          "def f(x):\n    return h(x)"], "conv2d, line 2 of __call__"),
        (["class H:\n    @property\n    def go(self):\n        return F.conv2d",
          "def f(x):\n    return H().go(x)"], "conv2d, line 3 of go"),
        (["class H:\n    @staticmethod\n    def go(x):\n        return F.conv2d(x)",
          "f = H.go"], "conv2d, line 3 of go"),
        (["class H:\n    def go(self, x):\n        return F.conv2d(x)", "f = H().go"],
         "conv2d, line 2 of go"),
        (["class H:\n    def go(self, x):\n        return F.conv2d(x)", "class J(H):\n    pass",
          "def f(x):\n    return J().go(x)"], "conv2d, line 2 of go"),
        (["def g(x): return h(x)", "def h(x): return F.conv2d(x)", "f = lambda x: g(x)"],
         "conv2d, line 1 of h"),
        (["from functools import partial\ndef h(k, x): return F.conv2d(x)", "f = partial(h, 1)"],
         "conv2d, line 1 of h"),
        (["from functools import cache\n@cache\ndef f(x): return F.conv2d(x)"],
         "conv2d, line 2 of f"),
        (["from functools import wraps\ndef twice(g):\n    @wraps(g)\n    def h(x):\n"
          "        return g(g(x))\n    return h", "@twice\ndef f(x):\n    return F.conv2d(x)"],
         "conv2d, line 3 of f"),
        (["def outer():\n    import numpy as n\n    def inner(x):\n        return n.pad(x, 1)\n"
          "    return inner", "f = outer()"], "pad, line 2 of inner"),
        (["import numpy as np", "def f(x, go=np.pad):\n    return go(x, 1)"], "pad, line 1 of f"),
        (["import numpy as np", "def f(x, *, go=np.pad):\n    return go(x, 1)"],
         "pad, line 1 of f"),
        (["import numpy as np\nf = np.vectorize(lambda x: np.pad(x, 1))"],
         "pad, line 1 of <lambda>"),
        (["from numpy import pad as p", "def f(x):\n    return p(x, 1)"], "pad, line 2 of f"),
        (["from numpy import *", "def f(x):\n    return pad(x, 1)"], "pad, line 2 of f"),
        (["import numpy as np\nf = np.pad"], "pad, in pad"),
        (["import torch\nclass f(torch.nn.Module):\n    pass"], "torch, in f"),
        (["import torch\nw = torch.ones(2)", "def f(x):\n    return x @ w"], "torch, line 2 of f"),
        (["def conv2d_forward(x): return x", "go = conv2d_forward", "def f(x): return go(x)"],
         "conv2d_forward, line 1 of f"),
        # The later of two definitions is the one that is called, and so is the one that never runs.
        (["import numpy as np\ndef f(x): return np.pad(x, 1)", "if 0:\n    def f(x): return x"],
         "pad, line 1 of f"),
    ],
)  # fmt: skip
def test_what_a_function_calls_is_followed(cells, said):
    lines = found(*cells)
    assert any(line.startswith(said) for line in lines), lines


HONEST = "def conv2d_forward(x, w):\n    y = x * w\n    return y\n"


@pytest.mark.parametrize(
    "cells",
    [
        ["def f(x):\n    torches = 'torch'  # torch\n    return conv2d(x)"],
        ["def f(x): return x", "import torch  # to compare at home", "def g(): torch.rand(1)"],
        # A scratch cell binds a name that is a local one of the function.
        [HONEST, "def f(x, w):\n    y = x + w\n    return y", "y = conv2d_forward(2, 3)"],
        ["import numpy as np\ndef f(x):\n    y = x\n    return y", "y = np.pad(np.ones(2), 1)"],
        ["import torch\ndef f(x):\n    y = x\n    return y", "y = torch.ones(2)"],
        ["def f(x):\n    for dx in x:\n        pass\n    return [dx for dx in x]",
         "import torch\ndx = torch.ones(2, requires_grad=True).grad"],
        ["def f(x):\n    return x", "with open('/dev/null') as f2:\n    import torch as f3"],
        # An import line names more than is used.
        ["import numpy as np, torch", "def f(x):\n    return np.maximum(x, 0)"],
        # What stands for the name when it is called is what counts.
        ["import numpy as np\ndef f(x): return np.pad(x, 1)", "def f(x): return x"],
        ["from numpy import pad", "def pad(x, n): return x", "def f(x): return pad(x, 1)"],
        ["import torch as np", "import numpy as np", "def f(x): return np.add(x, 1)"],
        ["go = None", "import numpy as np\ngo = np.pad", "go = abs", "def f(x): return go(x)"],
        # Methods that nobody calls, attributes that are the student's own.
        ["import numpy as np\nclass H:\n    def go(self, x): return x\n"
         "    def compare(self, x): return np.pad(x, 1)", "def f(x): return H().go(x)"],
        ["class H:\n    def __init__(self, pad): self.pad = pad", "h = H(1)",
         "def f(x): return h.pad + H(2).pad"],
        ["from typing import NamedTuple\nclass S(NamedTuple):\n    pad: int = 0",
         "def f(x, s=S(1)):\n    t = S(2)\n    return s.pad + t.pad"],
        ["class Layer:\n    def conv2d(self, x): return x", "def f(x): return Layer().conv2d(x)"],
        ["def f(x):\n    x.pad = 1\n    return x.pad"],
        ["import re\ndef f(model):\n    return re.compile('a') and model.eval()"],
        ["def f(x):\n    return globals().get('x', x)"],
        ["import numpy as np\nw = np.ones(3)", "def f(x): return x @ w"],
        ["def f(x, depth=3):\n    return f(x, depth - 1) if depth else x"],
        ["def f(x):\n    conv2d_forward = 3\n    return conv2d_forward"],
    ],
)  # fmt: skip
def test_nobody_is_accused_of_what_the_function_does_not_use(cells):
    assert found(*cells) == []


def test_a_file_of_the_students_is_followed(tmp_path, monkeypatch):
    (tmp_path / "helps.py").write_text(
        "import numpy as np\ndef go(x):\n    return np.pad(x, 1)\ndef pad(x):\n    return x\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    said = "pad, line 2 of go: return np.pad(x, 1)"
    assert found("import helps", "def f(x): return helps.go(x)") == [said]
    assert found("from helps import go", "def f(x): return go(x)") == [said]
    assert found("def f(x):\n    import helps\n    return helps.go(x)") == [said]
    assert found("import helps", "def f(x): return helps.pad(x)") == []
    assert found("from helps import pad", "def f(x): return pad(x)") == []
    del sys.modules["helps"]


def test_what_a_caller_asks_for_is_read():
    cells = [
        "import numpy as np",
        "class f:\n    def forward(self, x): return np.pad(x, 1)\n    def step(self): torch",
    ]
    assert found(*cells) == ["pad, line 1 of forward: def forward(self, x): return np.pad(x, 1)"]
    form = Form("f", parts=(), call="cnnlib.check.lenet.calls:call_stopping")
    assert found("import torch", cells[1], form=form)[0].startswith("torch, line 1 of step")


@pytest.mark.parametrize("item", [len, np.add, print, type, ModuleType("m").__init__])
def test_what_is_no_code_of_a_students_reaches_nothing(item):
    assert forbidden(item, FORM) == []


def test_what_holds_itself_ends():
    cells = ["class H:\n    pass\nh = H()\nh.h = [h]\nh.f = lambda: h", "def f(x): return h.f()"]
    assert found(*cells) == []
