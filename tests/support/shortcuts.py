"""Shortcuts that people take, put into right solutions one at a time.

A number in place of infinity; one axis' size in place of another's; one half of a pair for both; a
loop over one image only. Each is right for some inputs, so that a check must have others.
"""

import ast
import inspect
import random
from collections.abc import Callable, Iterator
from typing import Any

#: What people write for infinity.
INFINITIES = ("1e3", "1e5", "1e9", "1e10", "np.finfo(np.float32).max")
#: Names that belong together: height and width of something.
PAIRS = ("h w", "out_h out_w", "H W", "kh kw", "sh sw", "ph pw", "dh dw", "dh dw_", "rows columns")
_OTHER = {
    a: b for pair in PAIRS for a, b in (pair.split(), pair.split()[::-1]) if pair != "rows columns"
}


def shortcuts(function: Callable[..., Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every shortcut of one function: what it is, and the function with it."""
    tree = ast.parse(inspect.getsource(function))
    nodes = list(ast.walk(tree))
    for number, node in enumerate(nodes):
        for other in _replacements(node):
            copy = ast.parse(inspect.getsource(function))
            target = list(ast.walk(copy))[number]
            _Swap(target, other).visit(copy)
            title = f"{ast.unparse(node)} → {ast.unparse(other)}, line {getattr(node, 'lineno', 0)}"
            yield title, _compiled(copy, function)


def sampled(function: Callable[..., Any], most: int) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield some of them, always the same."""
    found = list(shortcuts(function))
    yield from random.Random(function.__name__).sample(found, min(most, len(found)))


def _replacements(node: ast.AST) -> Iterator[ast.expr]:
    text = ast.unparse(node) if isinstance(node, ast.expr) else ""
    if text in ("np.inf", "math.inf", "float('inf')", "torch.inf"):
        yield from (ast.parse(number, mode="eval").body for number in INFINITIES)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in _OTHER:
        yield ast.Name(_OTHER[node.id], ast.Load())
    if isinstance(node, ast.Call) and text.startswith("len(") and text.endswith(")"):
        yield ast.Constant(1)
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "shape"
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.ctx, ast.Load)
    ):
        for axis in {0: (1,), 1: (0,), 2: (3,), 3: (2,)}.get(node.slice.value, ()):
            yield ast.Subscript(node.value, ast.Constant(axis), ast.Load())


class _Swap(ast.NodeTransformer):
    """Replace one node."""

    def __init__(self, target: ast.AST, other: ast.expr) -> None:
        self.target, self.other = target, other

    def visit(self, node: ast.AST) -> Any:
        """Return the other node for the one that is meant."""
        return self.other if node is self.target else self.generic_visit(node)


def _compiled(tree: ast.Module, function: Callable[..., Any]) -> Callable[..., Any]:
    namespace = dict(vars(inspect.getmodule(function)))
    exec(compile(ast.fix_missing_locations(tree), f"<{function.__name__}>", "exec"), namespace)
    return namespace[function.__name__]  # type: ignore[no-any-return]
