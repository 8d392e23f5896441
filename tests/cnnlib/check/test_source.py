"""Forbidden names are found in whatever way they are reached."""

import pytest

from cnnlib.check._source import forbidden, forbidden_in_definition

NAMES = frozenset({"torch", "conv2d"})


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import torch", 1),
        ("import torch.nn as nn", 1),
        ("from torch import nn", 1),
        ("x = 1\nfrom a import conv2d as c", 2),
        ("y = F.conv2d(x)", 1),
        ("y = getattr(F, 'conv2d')", 1),
        ("t = __import__('torch')", 1),
        ("f = torch", 1),
    ],
)
def test_every_way_is_found(source, line):
    assert any(found.startswith(f"line {line}: ") for found in forbidden(source, NAMES))


@pytest.mark.parametrize(
    "source",
    ["torches = 1", "'torch'", "# torch", "conv2d_forward(x)", "no python", "x = (" * 500],
)
def test_nothing_else_is(source):
    assert forbidden(source, NAMES) == []


def test_only_the_definition_of_the_function_counts():
    cells = ["import torch  # to compare at home", "def f(x):\n    return g.conv2d(x)\n", "def f(:"]
    assert forbidden_in_definition(cells, "f", NAMES) == ["line 2: conv2d"]
    assert forbidden_in_definition(cells, "g", NAMES) == []
