"""What a function reaches that its exercise forbids, found in the function that is called.

Not in text that has its name: its code is followed as Python would run it, through globals,
closures, defaults, and the functions, classes and methods that the student wrote. A name is looked
up where Python looks it up: a local one is no global, and a cell that the function does not reach
is free. Code that is made while it runs is not seen here: what it calls refuses (see `guard`).
"""

import functools
import inspect
import linecache
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from cnnlib.check.engine.form import Form
from cnnlib.check.engine.instructions import UNKNOWN, Use, is_own, uses

#: So many things are followed: no exercise needs more.
MOST = 2000


def forbidden(function: Callable[..., Any], form: Form) -> list[str]:
    """Return `NAME, line N of WHERE: CODE` for everything forbidden that a function reaches.

    Examples
    --------
    >>> forbidden(len, Form("conv2d_forward", parts=()))
    []
    """
    # What a caller asks for, such as `layer.forward`, is reached as well.
    search = _Search(form.forbids, {*_asked_for(form.caller().__code__), "forward"})
    if is_own(function):
        search.follow(function)
    else:
        search.reach(function, Use("", 0), getattr(function, "__name__", "it"), None)
    return search.run()


@dataclass
class _Search:
    """One search: what is left to follow, what was seen, and what was found.

    Attributes
    ----------
    names
        What is forbidden.
    attributes
        Attributes that something reached asks for. Only methods with these names are read.
    """

    names: Collection[str]
    attributes: set[str]
    _own: set[str] = field(default_factory=set)
    _found: list[tuple[str, str]] = field(default_factory=list)
    _todo: list[Any] = field(default_factory=list)
    _seen: dict[int, Any] = field(default_factory=dict)
    _classes: list[type] = field(default_factory=list)

    def run(self) -> list[str]:
        """Follow everything, and return what was found."""
        while self._todo:
            while self._todo:
                self._open(self._todo.pop(0))
            for each in self._classes:
                self._read_methods(each)
        # An attribute of something unknown may well be one that the student gave it.
        return list(dict.fromkeys(said for name, said in self._found if name not in self._own))

    def follow(self, item: Any) -> None:
        """Follow something later, once."""
        if id(item) not in self._seen and len(self._seen) < MOST:
            self._seen[id(item)] = item  # kept, so that its id stays its own
            self._todo.append(item)

    def _open(self, item: Any) -> None:
        """Look into something: unwrap it, or read its code."""
        if isinstance(item, MethodType):
            self.follow(item.__func__)
            self.follow(item.__self__)
        elif isinstance(item, functools.partial):
            for part in (item.func, *item.args, *item.keywords.values()):
                self.reach(part, Use("", 0), "a partial", None)
        elif isinstance(item, FunctionType) and is_own(item):
            self._read(item, item.__code__, {})
            for default in (*(item.__defaults__ or ()), *(item.__kwdefaults__ or {}).values()):
                line = item.__code__.co_firstlineno
                self.reach(default, Use("", line, line), item.__name__, item.__code__)
        elif isinstance(item, type) and is_own(item):
            self._classes.append(item)
            self._own |= vars(item).keys()
            for base in item.__mro__[1:]:
                self.reach(base, Use("", 0), item.__name__, None)
        elif isinstance(item, list | tuple | set | frozenset | dict):
            for each in list(item.values() if isinstance(item, dict) else item)[:MOST]:
                self.follow(each)
        elif not isinstance(item, ModuleType | type | FunctionType) and is_own(type(item)):
            self.follow(type(item))
            held = getattr(item, "__dict__", {})
            self._own |= held.keys()
            self.follow(dict(held))
        for inside in ("__wrapped__", "pyfunc"):  # of decorators, and of `np.vectorize`
            if callable(item) and not isinstance(item, type):
                self.follow(inspect.getattr_static(item, inside, None))

    def _read_methods(self, owner: type) -> None:
        """Follow the methods that somebody asks for, and those that Python calls by itself."""
        for name, member in vars(owner).items():
            if name in self.attributes or name.startswith("__"):
                inside = (
                    [member.fget, member.fset]
                    if isinstance(member, property)
                    else [getattr(member, "__func__", getattr(member, "func", member))]
                )
                for each in inside:
                    if each is not None and not isinstance(each, str | dict | type(None)):
                        self.follow(each)

    def _read(self, function: FunctionType, code: CodeType, imported: dict[str, Any]) -> None:
        """Read code, and the code of the functions that it contains."""
        found, stored, imported = uses(function, code, imported)
        self._own |= stored
        for use in found:
            self._judge(use, function.__name__, code)
        for const in code.co_consts:
            if isinstance(const, CodeType):
                self._read(function, const, imported)

    def _judge(self, use: Use, where: str, code: CodeType) -> None:
        """Follow a name and its attributes from one to the next."""
        self.attributes.update(use.attributes)
        for name in use.imports:
            if name in self.names or f".{name}" in self.names:
                self._tell(name, use, where, code)
        item = use.item
        if use.name:
            self.reach(item, use, where, code)
        for name in use.attributes:
            known = item is not UNKNOWN and is_own(item if _is_place(item) else type(item))
            if not known and (name in self.names or f".{name}" in self.names):
                self._tell(name, use, where, code, doubtful=item is UNKNOWN)
            item = _attribute(item, name)
            self.reach(item, use, where, code)

    def reach(self, item: Any, use: Use, where: str, code: CodeType | None) -> None:
        """Note something if it is forbidden; follow it otherwise."""
        if item is UNKNOWN or item is None:
            return
        if name := _forbidden_name(item, self.names):
            self._tell(name, use, where, code)
        else:
            self.follow(item)

    def _tell(
        self, name: str, use: Use, where: str, code: CodeType | None, *, doubtful: bool = False
    ) -> None:
        said = f"{name}, in {where}"
        if code is not None:
            text = linecache.getline(code.co_filename, use.line).strip()
            said = f"{name}, line {use.line - use.first + 1} of {where}: {text}".removesuffix(": ")
        self._found.append((name if doubtful else "", said))


def _asked_for(code: CodeType) -> set[str]:
    """Return the names in code, and in the code that it contains."""
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return {*code.co_names}.union(*map(_asked_for, inner))


def _is_place(item: Any) -> bool:
    return isinstance(item, ModuleType | type | FunctionType)


def _attribute(item: Any, name: str) -> Any:
    """Return an attribute of a module, or of what a student wrote, without running their code."""
    if isinstance(item, ModuleType):
        try:
            return getattr(item, name, UNKNOWN)
        except Exception:
            return UNKNOWN
    if item is UNKNOWN or not is_own(item if _is_place(item) else type(item)):
        return UNKNOWN
    found = inspect.getattr_static(item, name, UNKNOWN)
    return getattr(found, "__func__", found)


def _forbidden_name(item: Any, names: Collection[str]) -> str:
    """Return the name by which something is forbidden; empty where it is not."""
    if isinstance(item, np.ndarray | np.generic | str | int | float):
        return ""  # data: what an exercise forbids is what computes
    if isinstance(item, ModuleType):
        if is_own(item):
            return ""
        parts = item.__name__.split(".")
        return next((part for part in parts if part in names or f".{part}" in names), "")
    named = item if isinstance(getattr(item, "__name__", None), str) else type(item)
    own_name = str(getattr(named, "__name__", ""))
    if is_own(named):
        return own_name if own_name in names and named is item else ""
    if f".{own_name}" in names:
        return own_name
    module = getattr(named, "__module__", None)
    root = module.partition(".")[0] if isinstance(module, str) else ""
    return root if root in names else ""
