"""What code reads: names and their attributes, and imports, as Python's own instructions say."""

import builtins
import dis
import os
import sys
import sysconfig
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

#: Stands for what is not known before the code runs.
UNKNOWN: Any = object()
_NAMES = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF",
                    "LOAD_FROM_DICT_OR_DEREF", "LOAD_FROM_DICT_OR_GLOBALS"})  # fmt: skip
_ATTRIBUTES = frozenset({"LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR"})
_STORES = frozenset({"STORE_FAST", "STORE_DEREF", "STORE_NAME", "STORE_GLOBAL"})
#: Instructions that may come between a name and its attribute.
_NOTHING = frozenset({"CACHE", "PRECALL", "NOP", "EXTENDED_ARG", "PUSH_NULL"})
#: Folders whose code no student wrote: Python's, packages', and ours.
_FOLDERS = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
_LIBRARIES = tuple(f"{folder}{os.sep}" for folder in (*_FOLDERS, Path(__file__).parents[2]))


@dataclass(frozen=True)
class Use:
    """One place where code reads a name, or imports.

    Attributes
    ----------
    name
        The name; empty where it is local, and nothing is known of it.
    line, first
        The line in the file, and that of the function's own first line.
    item
        What the name is now.
    attributes
        What is asked of it, and of that, and so on.
    imports
        The names of an import.
    """

    name: str
    line: int
    first: int = 0
    item: Any = UNKNOWN
    attributes: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


def uses(
    function: FunctionType, code: CodeType, imported: Mapping[str, Any]
) -> tuple[list[Use], set[str], dict[str, Any]]:
    """Return what code reads, which attributes it stores, and which local names it imports.

    Parameters
    ----------
    code
        The function's, or that of a function in it.
    imported
        Local names of the code around it that are imported there.
    """
    steps = [step for step in dis.get_instructions(code) if step.opname not in _NOTHING]
    stored = {str(step.argval) for step in steps if step.opname == "STORE_ATTR"}
    imported = {**imported, **_imported(steps)}
    local = {str(step.argval) for step in steps if step.opname == "STORE_NAME"}
    found, number = [], 0
    first, line = function.__code__.co_firstlineno, code.co_firstlineno
    while number < len(steps):
        step = steps[number]
        line = (step.positions.lineno if step.positions else None) or line
        number += 1
        if step.opname == "IMPORT_NAME":
            names = [*str(step.argval).split(".")]
            while number < len(steps) and steps[number].opname == "IMPORT_FROM":
                names.append(str(steps[number].argval))
                number += 1
                while number < len(steps) and steps[number].opname in _STORES | {"SWAP", "POP_TOP"}:
                    number += 1
            found.append(Use("", line, first, imports=tuple(dict.fromkeys(names))))
            continue
        is_name = step.opname in _NAMES or step.opname.startswith("LOAD_FAST")
        if not is_name and step.opname not in _ATTRIBUTES:
            continue
        # In Python 3.13 one instruction may load two local names: the second has the attributes.
        name = step.argval[-1] if isinstance(step.argval, tuple) else step.argval
        attributes = [] if is_name else [str(name)]
        while number < len(steps) and steps[number].opname in _ATTRIBUTES:
            attributes.append(str(steps[number].argval))
            number += 1
        item = _look_up(str(name), step.opname, function, local, imported) if is_name else UNKNOWN
        known = item is not UNKNOWN
        if known or attributes:
            found.append(Use(str(name) if known else "", line, first, item, tuple(attributes)))
    return found, stored, imported


def _imported(steps: list[dis.Instruction]) -> dict[str, Any]:
    """Return what local names stand for that code imports, and stores nothing else in."""
    found: dict[str, Any] = {}
    stores = [str(step.argval) for step in steps if step.opname in _STORES]
    module: Any = None
    for step, after in pairwise(steps):
        if step.opname == "IMPORT_NAME":
            whole = str(step.argval)
            # `import a.b` gives a, unless something is taken from it.
            inner = after.opname == "IMPORT_FROM"
            module = sys.modules.get(whole if inner else whole.partition(".")[0])
            value = module
        elif step.opname == "IMPORT_FROM":
            value = getattr(module, str(step.argval), None)
        else:
            continue
        if after.opname in _STORES and stores.count(str(after.argval)) == 1 and value is not None:
            found[str(after.argval)] = value
    return found


def _look_up(
    name: str,
    kind: str,
    function: FunctionType,
    stored: Collection[str],
    imported: Mapping[str, Any],
) -> Any:
    """Return what a name is, where Python looks it up."""
    if name in imported and kind != "LOAD_GLOBAL":
        return imported[name]
    if "GLOBAL" in kind or (kind == "LOAD_NAME" and name not in stored):
        found = function.__globals__.get(name, UNKNOWN)
        return getattr(builtins, name, UNKNOWN) if found is UNKNOWN else found
    own = function.__code__.co_freevars
    if "DEREF" in kind and name in own and function.__closure__ is not None:
        try:
            return function.__closure__[own.index(name)].cell_contents
        except ValueError:  # not filled yet
            return UNKNOWN
    return UNKNOWN


def is_own(item: Any) -> bool:
    """Whether a student wrote a function, a class or a module."""
    if isinstance(item, FunctionType):
        return is_own_file(item.__code__.co_filename)
    if isinstance(item, ModuleType):
        file = getattr(item, "__file__", None)
        return item.__name__ == "__main__" or (isinstance(file, str) and is_own_file(file))
    if not isinstance(item, type):
        return False
    module = sys.modules.get(item.__module__) if isinstance(item.__module__, str) else None
    return module is None or is_own(module)


@cache
def is_own_file(path: str) -> bool:
    """Whether a file holds a student's code: a cell counts as one."""
    if "site-packages" in path or "dist-packages" in path or path.startswith("<frozen"):
        return False
    return not path.startswith(_LIBRARIES)
