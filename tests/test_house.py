"""The house keeps its plan: who imports whom, deferred imports included."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("cnnlib", "autograder", "decks")
#: Modules that may import each other in a circle, and why.
CIRCLES = {
    "cnnlib.spec": "a layer's summary(), to_torch() and to_svg() open the door upward",
}
#: So many imports of our own modules may stand inside functions.
MOST_DEFERRED = 18  # explorers load photos and networks when they are shown


class Import(NamedTuple):
    """One module that another imports, by its most exact name."""

    importer: str
    imported: str
    line: int
    deferred: bool


def modules() -> dict[str, Path]:
    """Return every module of ours by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


MODULES = modules()


def imports_of(name: str, tree: ast.AST) -> Iterator[Import]:
    """Yield what a module imports of ours; what only type checkers read is left out."""
    for node, deferred in statements(tree, deferred=False):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        else:
            assert not node.level, f"{name}, line {node.lineno}: a relative import"
            base = node.module or ""
            inside = [f"{base}.{alias.name}" for alias in node.names]
            found = [whole if whole in MODULES else base for whole in inside]
        for imported in dict.fromkeys(found):
            if imported in MODULES:
                yield Import(name, imported, node.lineno, deferred)


def statements(node: ast.AST, *, deferred: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """Yield every import statement, and whether it stands in a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, deferred
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from statements(child, deferred=deferred or inside)


IMPORTS = [
    found
    for name, path in MODULES.items()
    for found in imports_of(name, ast.parse(path.read_text("utf-8")))
]


def test_modules_import_each_other_in_no_circle_but_those_with_a_reason():
    graph = nx.DiGraph((found.importer, found.imported) for found in IMPORTS)
    circles = [sorted(circle) for circle in nx.strongly_connected_components(graph)]
    unexplained = [
        circle
        for circle in circles
        if len(circle) > 1
        and not any(all(name.startswith(room) for name in circle) for room in CIRCLES)
    ]
    assert unexplained == []


def test_every_named_circle_is_there():
    graph = nx.DiGraph((found.importer, found.imported) for found in IMPORTS)
    circles = [c for c in nx.strongly_connected_components(graph) if len(c) > 1]
    for room in CIRCLES:
        assert any(all(name.startswith(room) for name in circle) for circle in circles), room


def test_cnnlib_knows_nothing_of_the_autograder_or_the_decks():
    wrong = [i for i in IMPORTS if i.importer.startswith("cnnlib")
             and not i.imported.startswith("cnnlib")]  # fmt: skip
    assert wrong == []


def test_no_private_module_is_imported_from_outside_its_package():
    for found in IMPORTS:
        package, _, module = found.imported.rpartition(".")
        if module.startswith("_"):
            assert f"{found.importer}.".startswith(f"{package}."), found


def test_no_private_name_of_another_module_is_used():
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "") in MODULES:
                private = [
                    alias.name
                    for alias in node.names
                    if alias.name.startswith("_")
                    and not alias.name.endswith("__")
                    and f"{node.module}.{alias.name}" not in MODULES
                ]
                assert private == [], f"{name}, line {node.lineno}"


def test_few_imports_of_our_own_modules_are_deferred():
    deferred = [i for i in IMPORTS if i.deferred]
    listed = "\n".join(f"{i.importer}:{i.line} {i.imported}" for i in deferred)
    assert len(deferred) <= MOST_DEFERRED, listed


#: Folders with an `__init__`: the others hold files that are copied elsewhere.
ROOMS = sorted({name for name, path in MODULES.items() if path.name == "__init__.py"})


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_is_nearly_empty(room):
    inside = [n for n in MODULES if n.rpartition(".")[0] == room]
    assert len(inside) >= 2, "a folder holds at least two modules"
    assert room.count(".") <= 2, "three floors at most"
