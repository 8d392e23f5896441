"""Joins JavaScript modules into one, as a widget needs it; on disk each stays its own."""

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def bundle(name: str) -> str:
    """Return a module of `static` with what it imports, in one text without local imports.

    Names are shared: no two modules that are joined may define the same one.
    """
    seen: list[str] = []
    parts: list[str] = []

    def add(module: str, *, first: bool) -> None:
        if module in seen:
            return
        seen.append(module)
        text = (STATIC / module).read_text(encoding="utf-8")
        for other in _IMPORT.findall(text):
            add(other, first=False)
        text = _IMPORT.sub("", text)
        parts.append(text if first else _EXPORT.sub("", text))

    add(name, first=True)
    return "\n".join(parts)
