"""Lectures as students get them: without the speaker's notes, and with long code folded."""

import re
import shutil
from pathlib import Path

import nbformat

#: What only the speaker sees of a deck.
_NOTES = re.compile(r'<aside class="notes">.*?</aside>', re.DOTALL)


def copy_lectures(source: Path, decks: Path, into: Path) -> dict[str, str]:
    """Copy a course's lectures; return each lecture's title by the file to open.

    Parameters
    ----------
    decks
        Where decks were built: one that is newer than its lecture comes along, and is what to open.
    """
    titles = {}
    for path in sorted(source.rglob("*")):
        target = into / path.relative_to(source)
        if not path.is_file() or ".ipynb_checkpoints" in path.parts or "data" in path.parts:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix != ".ipynb":
            shutil.copy2(path, target)
            continue
        title = _copy_notebook(path, target)
        deck = decks / f"{path.stem}.html"
        if deck.is_file() and deck.stat().st_mtime >= path.stat().st_mtime:
            text = _NOTES.sub("", deck.read_text(encoding="utf-8"))
            target.with_suffix(".html").write_text(text, encoding="utf-8")
        titles[target.relative_to(into).as_posix()] = title
    return titles


def _copy_notebook(source: Path, target: Path) -> str:
    """Copy a notebook for students; return its title."""
    notebook = nbformat.read(source, as_version=4)
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("slideshow", {}).get("slide_type") != "notes"
    ]
    for cell in notebook.cells:
        if "hide-input" in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {"source_hidden": True}
    nbformat.write(notebook, target)
    shutil.copystat(source, target)
    headings = re.findall(r"^#+ (.+)$", notebook.cells[0].source, re.MULTILINE)
    return headings[0] if headings else source.stem
