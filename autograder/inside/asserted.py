"""Says of a plain assert that failed which it was, and what its two sides were."""

import ast
import linecache
import re
from types import TracebackType
from typing import Any

#: Where a statement leaves the values of its sides.
NAMES = ("__left__", "__right__")
#: Letters of a value that are shown.
LONGEST = 80


class KeepSides(ast.NodeTransformer):
    """Lets the asserts of a cell keep what they compare: `assert (left := f(2)) == 4`.

    So nothing is computed twice. Functions and classes stay as they are: they are the student's.
    """

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        """Name both sides of one comparison, but for constants."""
        test = node.test
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            left, right = (
                side
                if isinstance(side, ast.Constant)
                else ast.NamedExpr(target=ast.Name(id=name, ctx=ast.Store()), value=side)
                for name, side in zip(NAMES, (test.left, test.comparators[0]), strict=True)
            )
            node.test = ast.Compare(left=left, ops=test.ops, comparators=[right])
            ast.fix_missing_locations(ast.copy_location(node.test, test))
        return node

    def _leave(self, node: Any) -> Any:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _leave  # noqa: N815


def explain(error: AssertionError) -> str:
    """Return the statement that failed, and the values that it kept; nothing if it is not known."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    found = _statement(last) if last is not None else None
    if last is None or found is None:
        return ""
    said = ast.unparse(found)
    kept, test = last.tb_frame.f_locals, found.test
    if isinstance(test, ast.Compare) and kept is last.tb_frame.f_globals:
        sides = zip(NAMES, (test.left, test.comparators[0]), strict=True)
        values = [
            f"{ast.unparse(side)} is {_shown(kept[name])}"
            for name, side in sides
            if name in kept and not isinstance(side, ast.Constant)
        ]
        said = ", but ".join(filter(None, [said, " and ".join(values)]))
    return " ".join(said.split())


def _shown(value: Any) -> str:
    """Return a value as text, without addresses, which are others in the next run."""
    try:
        return re.sub(r" at 0x[0-9a-f]+", "", repr(value))[:LONGEST]
    except Exception:  # its class is a student's
        return "something that cannot be shown"


def _statement(where: TracebackType) -> ast.Assert | None:
    """Return the assert that stands in a line: the innermost one."""
    lines = linecache.getlines(where.tb_frame.f_code.co_filename)
    found = [
        node
        for node in ast.walk(ast.parse("".join(lines)))
        if isinstance(node, ast.Assert)
        and node.lineno <= where.tb_lineno <= (node.end_lineno or node.lineno)
    ]
    return found[-1] if found else None
