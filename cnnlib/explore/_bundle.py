"""Joins JavaScript modules into one, as a widget needs it; on disk each stays its own."""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\./[\w./]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def bundle(python: str) -> str:
    """Return the JavaScript module beside a Python one, without local imports.

    What it imports stands in the same text, and names are shared: no two modules that are joined
    may define the same one.

    Parameters
    ----------
    python
        The Python module's `__file__`.
    """
    seen: list[Path] = []
    parts: list[str] = []

    def add(module: Path, *, first: bool) -> None:
        if module in seen:
            return
        seen.append(module)
        text = module.read_text(encoding="utf-8")
        for other in _IMPORT.findall(text):
            add(module.parent / other, first=False)
        text = _IMPORT.sub("", text)
        parts.append(text if first else _EXPORT.sub("", text))

    add(Path(python).with_suffix(".js"), first=True)
    return "\n".join(parts)
