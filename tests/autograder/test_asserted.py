"""A plain assert that fails says which it was and what it compared; nothing is computed twice."""

import ast
import linecache

import pytest

from autograder.inside.asserted import KeepSides, explain


def said(source, monkeypatch):
    """Run a cell as the shell does; return what its failed assert says, and its names."""
    name = "<cell>"
    lines = source.splitlines(keepends=True)
    monkeypatch.setitem(linecache.cache, name, (len(source), None, lines, name))
    tree = ast.fix_missing_locations(KeepSides().visit(ast.parse(source)))
    names = {}
    with pytest.raises(AssertionError) as stop:
        exec(compile(tree, name, "exec"), names)
    return explain(stop.value), names


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("assert abs(-3) == 4", "assert abs(-3) == 4, but abs(-3) is 3"),
        ("assert 4 == abs(-3)", "assert 4 == abs(-3), but abs(-3) is 3"),
        ("x = 2; y = 3\nassert x > y", "assert x > y, but x is 2 and y is 3"),
        ("for n in range(3):\n    assert n * n < 4", "assert n * n < 4, but n * n is 4"),
        ("assert (1,\n        2) == (1, 3)", "assert (1, 2) == (1, 3), but (1, 2) is (1, 2) and"
         " (1, 3) is (1, 3)"),
        ("assert not True", "assert not True"),
        ("assert 1 < 2 < 2", "assert 1 < 2 < 2"),
        ("def f(x):\n    assert x == 1\nassert f(2) is None", "assert x == 1"),
    ],
)  # fmt: skip
def test_what_is_said(source, expected, monkeypatch):
    assert said(source, monkeypatch)[0] == expected


def test_nothing_is_computed_twice(monkeypatch):
    source = "calls = []\ndef f():\n    calls.append(1)\n    return 5\nassert f() == 6"
    text, names = said(source, monkeypatch)
    assert text == "assert f() == 6, but f() is 5"
    assert names["calls"] == [1]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("raise ValueError", "something that cannot be shown"),
        ("return object.__repr__(self)", "<__main__.A object>"),
    ],
)
def test_a_value_that_shows_itself_badly(shown, expected, monkeypatch):
    source = f"class A:\n    __module__ = '__main__'\n    def __repr__(self):\n        {shown}\n"
    text, _ = said(f"{source}assert A() == 1", monkeypatch)
    assert text == f"assert A() == 1, but A() is {expected}"
