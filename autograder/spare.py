"""Spares our own processes what libraries import and no command uses."""

import sys
from functools import partial
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any


def leave_out() -> None:
    """Leave out, in a process that is ours, a second of imports."""
    # With this module there, jsonschema builds a grammar for web addresses on import, and notebooks
    # have none to check.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    _without_servers("nbgrader")
    _until_used("requests")  # by which nbgrader asks JupyterHub who is there
    # By which nbgrader opens archives, and we do not.
    _until_called("setuptools.archive_util", "unpack_archive", "unpack_tarfile", "unpack_zipfile")


def _without_servers(name: str) -> None:
    """Let a package be there without what its `__init__` imports: nbgrader's are four web servers.

    Its modules are imported as ever.
    """
    spec = find_spec(name)
    if spec is None or name in sys.modules:
        return
    package: Any = module_from_spec(spec)
    sys.modules[name] = package
    package.__version__ = import_module(f"{name}._version").__version__


def _until_used(name: str) -> None:
    """Let a module be there, and import it when something of it is used.

    Not by `LazyLoader`: there, importing it a second time uses it.
    """
    if name in sys.modules:
        return
    stand_in = ModuleType(name)

    def fetch(attribute: str) -> Any:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(import_module(name), attribute)

    vars(stand_in)["__getattr__"] = fetch
    sys.modules[name] = stand_in


def _until_called(name: str, *functions: str) -> None:
    """Let a module be there with these functions, and import it when one of them is called."""
    if name in sys.modules:
        return
    stand_in = ModuleType(name)

    def call(function: str, *arguments: Any, **settings: Any) -> Any:
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(import_module(name), function)(*arguments, **settings)

    vars(stand_in).update({function: partial(call, function) for function in functions})
    sys.modules[name] = stand_in
