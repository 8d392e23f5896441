"""Forbidden names, read from the source of a function and of everything it calls.

Cells are followed as Python would: an alias, an import under another name, a helper function in
another cell. What cannot be followed (`exec`, a computed `getattr`) is not allowed either.
"""

import ast
import inspect
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

#: Ways to run what the source does not show.
DYNAMIC = frozenset({
    "exec", "eval", "compile", "__import__", "importlib", "globals", "builtins", "__builtins__",
    "getattr of a computed name",
})  # fmt: skip
#: Those that are harmless as methods: `model.eval()`, `re.compile(…)`.
METHODS = frozenset({"exec", "eval", "compile"})


def forbidden_in_function(function: Callable[..., Any], names: Collection[str]) -> list[str]:
    """Return where a function, or what it calls, uses a forbidden name.

    In a notebook all cells that ran are read; elsewhere the function's own file. Nothing is found
    where there is no source.
    """
    name = getattr(function, "__name__", "")
    history: list[str] = []
    if getattr(function, "__module__", None) == "__main__" and "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
        history = list(shell.user_ns.get("In", [])) if shell is not None else []
    try:
        lines, _ = inspect.findsource(function)
    except (OSError, TypeError):
        return []
    return forbidden_in_cells([*history, "".join(lines)], name, names)


def forbidden_in_cells(sources: Sequence[str], function: str, names: Collection[str]) -> list[str]:
    r"""Return `NAME, line N of WHERE: CODE` for every forbidden name that a function reaches.

    Parameters
    ----------
    sources
        The code cells in the order in which they ran; later definitions replace earlier ones.
    function
        The name of the function, or class, that is checked.
    names
        Forbidden names. With a dot in front only attributes and imports count.

    Examples
    --------
    >>> cells = ["import torch as t", "def helper(x):\n    return t.relu(x)",
    ...          "def relu(x):\n    return helper(x)"]
    >>> forbidden_in_cells(cells, "relu", {"torch"})
    ['torch, line 1 of t: import torch as t']
    """
    table: dict[str, tuple[ast.AST, str]] = {}
    for source in sources:
        for name, node in _bindings(_parse(source)):
            table[name] = node, source
    found: list[str] = []
    todo, seen = [function], {function}
    while todo:
        name = todo.pop(0)
        if name not in table:
            continue
        node, source = table[name]
        found += _uses(node, source, name, names)
        for other in dict.fromkeys(_read_names(node)):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return list(dict.fromkeys(found))


def _parse(source: str) -> ast.Module:
    """Parse a cell; what is no Python, even without its magics, defines nothing."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    try:
        from IPython.core.inputtransformer2 import TransformerManager

        manager = TransformerManager()  # type: ignore[no-untyped-call]
        return ast.parse(manager.transform_cell(source))
    except (ImportError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _bindings(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield every name that the top level of a cell binds, and the statement that binds it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield (alias.asname or alias.name.partition(".")[0]), node
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr | ast.For):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for leaf in ast.walk(target):
                    if isinstance(leaf, ast.Name):
                        yield leaf.id, node
        yield from _bindings(node)


def _read_names(node: ast.AST) -> Iterator[str]:
    for leaf in ast.walk(node):
        if isinstance(leaf, ast.Name):
            yield leaf.id


def _uses(node: ast.AST, source: str, where: str, names: Collection[str]) -> Iterator[str]:
    lines = source.splitlines()
    first = getattr(node, "lineno", 1)
    uses = {
        (leaf.lineno, name)
        for leaf in ast.walk(node)
        if isinstance(leaf, ast.stmt | ast.expr)
        for name in _names_in(leaf)
        if _is_forbidden(name, names)
    }
    for line, name in sorted(uses):
        code = lines[line - 1].strip() if line <= len(lines) else ""
        yield f"{name.removeprefix('.')}, line {line - first + 1} of {where}: {code}"


def _is_forbidden(name: str, names: Collection[str]) -> bool:
    plain = name.removeprefix(".")
    dynamic = plain in DYNAMIC and (name == plain or plain not in METHODS)
    return plain in names or dynamic or (name != plain and name in names)


def _names_in(node: ast.AST) -> Iterator[str]:
    """Yield the names that one node uses, with a dot in front unless it stands alone."""
    match node:
        case ast.Import(names=aliases):
            for alias in aliases:
                for part in alias.name.split("."):
                    yield f".{part}"
        case ast.ImportFrom(module=module, names=aliases):
            for part in [*(module or "").split("."), *(alias.name for alias in aliases)]:
                yield f".{part}"
        case ast.Name(id=name, ctx=ast.Load()):
            yield name
        case ast.Attribute(attr=name):
            yield f".{name}"
        case ast.Call(func=ast.Name(id="getattr"), args=[_, name, *_]):
            if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
                yield "getattr of a computed name"
            else:
                yield f".{name.value}"
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            # As in sys.modules["torch"] or vars(F)["conv2d"].
            yield f".{name}"
