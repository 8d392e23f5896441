"""Forbidden names are found in whatever way they are reached, and nothing else is."""

import pytest

from cnnlib.check.engine.source import forbidden_in_cells, forbidden_in_function

NAMES = frozenset({"torch", ".conv2d"})


def found(*cells, function="f"):
    return forbidden_in_cells(cells, function, NAMES)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import torch", "torch, line 2 of f: import torch"),
        ("import torch.nn as nn", "torch, line 2 of f"),
        ("from torch import nn", "torch, line 2 of f"),
        ("x = 1; from a import conv2d as c", "conv2d, line 2 of f"),
        ("y = F.conv2d(x)", "conv2d, line 2 of f: y = F.conv2d(x)"),
        ("y = getattr(F, 'conv2d')", "conv2d, line 2 of f"),
        ("y = getattr(F, 'conv' + '2d')", "getattr of a computed name, line 2 of f"),
        ("t = __import__('torch')", "__import__, line 2 of f"),
        ("t = importlib.import_module('to' + 'rch')", "importlib, line 2 of f"),
        ("t = sys.modules['torch']", "torch, line 2 of f"),
        ("exec('import torch')", "exec, line 2 of f: exec('import torch')"),
        ("y = globals()['helper'](x)", "globals, line 2 of f"),
        ("f = torch", "torch, line 2 of f"),
    ],
)
def test_every_way_is_found_with_its_line(body, said):
    assert any(line.startswith(said) for line in found(f"def f(x):\n    {body}\n"))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["import torch as t", "def f(x):\n    return t.relu(x)"], "torch, line 1 of t"),
        (["from torch.nn import functional as F", "def f(x):\n    return F.relu(x)"],
         "torch, line 1 of F"),
        (["go = F.conv2d", "def f(x):\n    return go(x)"], "conv2d, line 1 of go"),
        (["def helper(x):\n    y = x\n    return F.conv2d(y)", "def f(x):\n    return helper(x)"],
         "conv2d, line 3 of helper: return F.conv2d(y)"),
        (["class H:\n    def go(self, x):\n        return F.conv2d(x)",
          "def f(x):\n    return H().go(x)"], "conv2d, line 3 of H"),
        (["def g(x): return h(x)", "def h(x): return F.conv2d(x)", "f = lambda x: g(x)"],
         "conv2d, line 1 of h"),
        (["%matplotlib inline\nimport torch", "def f(x):\n    return torch.relu(x)"],
         "torch, line 1 of torch"),
        (["try:\n    import torch as np\nexcept ImportError:\n    pass",
          "def f(x):\n    return np.relu(x)"], "torch, line 1 of np"),
    ],
)  # fmt: skip
def test_what_a_function_calls_is_followed(cells, said):
    assert any(line.startswith(said) for line in found(*cells))


@pytest.mark.parametrize(
    "body", ["torches = 1", "'torch'", "# torch", "conv2d_forward(x)", "conv2d(x)"]
)
def test_nothing_else_is(body):
    assert found(f"def f(x):\n    {body}\n    return x") == []


@pytest.mark.parametrize("source", ["no python", "x = (" * 500, "def f(:", "\0"])
def test_what_is_no_python_uses_nothing(source):
    assert found(source) == []


def test_cells_that_the_function_does_not_reach_are_free():
    cells = [
        "import torch  # to compare at home",
        "def f(x):\n    return x",
        "def g(): torch.rand(1)",
    ]
    assert found(*cells) == []


def test_a_later_definition_replaces_an_earlier_one():
    assert found("def f(x): return F.conv2d(x)", "def f(x): return x") == []


def test_a_function_in_a_file_is_followed_too():
    assert forbidden_in_function(asks_for_help, NAMES) == [
        "conv2d, line 2 of helps: return library.conv2d(x)"
    ]
    assert forbidden_in_function(len, NAMES) == []


def helps(x, library=None):
    return library.conv2d(x)


def asks_for_help(x):
    return helps(x)


def test_methods_named_eval_or_compile_are_no_way_around():
    cells = ["def f(model):\n    return re.compile('a') and model.eval()"]
    assert forbidden_in_cells(cells, "f", {"torch"}) == []
    for code in ("eval('1')", "compile('1', '', 'eval')", "builtins.eval('1')"):
        assert forbidden_in_cells([f"def f(x):\n    return {code}"], "f", {"torch"})
