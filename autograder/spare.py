"""Spares our own processes what libraries import and no command uses."""

import contextlib
import gc
import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

#: What jsonschema asks about formats, if it is there.
FORMATS = (
    "fqdn", "isoduration", "rfc3339_validator", "rfc3986_validator", "rfc3987_syntax",
    "uri_template", "webcolors",
)  # fmt: skip


def leave_out() -> None:
    """Leave out, in a process that is ours, a second of imports."""
    # With these there jsonschema checks formats, such as web addresses, for which it builds a
    # grammar on import. Notebooks have none of them.
    for name in FORMATS:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    _without_servers("nbgrader")
    _until_used("requests")  # by which nbgrader asks JupyterHub who is there
    # By which nbgrader opens archives and writes to a terminal, and we do not.
    _until_used("setuptools.archive_util", "unpack_archive", "unpack_tarfile", "unpack_zipfile")
    _until_used("tornado.log", "LogFormatter")


@contextlib.contextmanager
def importing() -> Iterator[None]:
    """Import without looking, again and again, for what could be forgotten: modules stay."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


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


def _until_used(name: str, *functions: str) -> None:
    """Let a module be there, and import it when something of it is used, or one of these called.

    Not by `LazyLoader`: there, importing it a second time uses it.
    """
    if name in sys.modules:
        return
    stand_in = ModuleType(name)

    def fetch(attribute: str) -> Any:
        if attribute == "__path__" and functions:  # asked by `from`: no package
            raise AttributeError(attribute)
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(import_module(name), attribute)

    def call(function: str, *arguments: Any, **settings: Any) -> Any:
        return fetch(function)(*arguments, **settings)

    vars(stand_in).update({function: partial(call, function) for function in functions})
    vars(stand_in)["__getattr__"] = fetch
    sys.modules[name] = stand_in
