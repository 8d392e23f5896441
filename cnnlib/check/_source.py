"""Forbidden names, read from the source."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any


def forbidden_in_function(function: Callable[..., Any], names: Collection[str]) -> list[str]:
    """Return where a function uses a forbidden name; empty where its source cannot be read."""
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        return []
    return forbidden(source, names)


def forbidden(source: str, names: Collection[str]) -> list[str]:
    r"""Return `line N: name` for every use of a forbidden name in a piece of Python.

    A name counts where it is imported (also under another name), read, or looked up as an
    attribute or by `getattr` with a literal. Source that is no Python uses nothing.

    >>> forbidden("import torch as t\ny = t.nn.functional.conv2d(x, w)", {"torch", "conv2d"})
    ['line 1: torch', 'line 2: conv2d']
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = {
        (node.lineno, name)
        for node in ast.walk(tree)
        for name in _names_in(node)
        if name in names and hasattr(node, "lineno")
    }
    return [f"line {line}: {name}" for line, name in sorted(found)]


def _names_in(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=aliases):
            for alias in aliases:
                yield from alias.name.split(".")
        case ast.ImportFrom(module=module, names=aliases):
            yield from (module or "").split(".")
            for alias in aliases:
                yield alias.name
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Call(func=ast.Name(id="getattr" | "__import__"), args=arguments):
            for argument in arguments:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield from argument.value.split(".")


def forbidden_in_definition(
    sources: Sequence[str], function: str, names: Collection[str]
) -> list[str]:
    """Return where the definitions of a function in some cells use a forbidden name."""
    found: list[str] = []
    for source in sources:
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == function:
                segment = ast.get_source_segment(source, node) or ""
                found += forbidden(segment, names)
    return found
