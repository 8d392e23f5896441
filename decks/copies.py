"""The copy of a lecture that is presented: laid out for JupyterLab's slides, and never lost."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import nbformat

from decks.slides import layout_of

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build" / "present"


def path_of(copy: Path) -> str:
    """Return the path by which the server knows a file."""
    return copy.relative_to(ROOT).as_posix()


def fresh_copy(lecture: Path) -> Path:
    """Put a lecture into `build/present`; what somebody changed there is kept under a new name."""
    OUT.mkdir(parents=True, exist_ok=True)
    copy = OUT / lecture.name
    if copy.exists() and is_edited(copy):
        numbers = range(1, 1 + len(list(OUT.iterdir())) + 1)
        names = (OUT / f"{copy.stem}-edited-{number}.ipynb" for number in numbers)
        kept = next(path for path in names if not path.exists())
        copy.rename(kept)
        print(f"{path_of(copy)} was edited; it is kept as {kept.name}", flush=True)
    notebook = nbformat.read(lecture, as_version=4)
    part_headings(notebook)
    lay_out(notebook)
    notebook.metadata["presented"] = digest(notebook)
    nbformat.write(notebook, copy)
    return copy


def digest(notebook: Any) -> str:
    """Return a digest of what people write in a notebook; what running adds does not count."""
    written = [(cell.cell_type, cell.source) for cell in notebook.cells]
    return hashlib.sha256(json.dumps(written).encode()).hexdigest()


def is_edited(copy: Path) -> bool:
    """Whether a copy differs from what was put there; one that cannot be read does."""
    try:
        notebook = nbformat.read(copy, as_version=4)
        return bool(notebook.metadata.get("presented") != digest(notebook))
    except (ValueError, AttributeError, OSError, nbformat.ValidationError):
        return True


def part_headings(notebook: Any) -> None:
    """Give each slide's heading a cell of its own, which says by a class how to lay the slide out.

    JupyterLab shows whole cells, so what a heading and its text have in one cell cannot stand in
    two places.
    """
    starts = [i for i, cell in enumerate(notebook.cells) if _kind(cell) in ("slide", "subslide")]
    for start, end in reversed(list(zip(starts, [*starts[1:], None], strict=True))):
        layout = layout_of(notebook.cells[start:end], first=start == starts[0])
        head = notebook.cells[start]
        found = re.match(r"(#+ .+\n*)", head.source)
        if head.cell_type != "markdown" or found is None:
            continue
        rest = head.source[found.end() :].strip()
        marker = f'<span class="lay lay-{layout}"></span>'
        head.source = f"{found.group(1).strip()}\n\n{marker}"
        if rest:
            words = nbformat.v4.new_markdown_cell(rest, metadata={"slideshow": {"slide_type": "-"}})
            words.id = f"{head.id}-words"
            notes = start + 1 < len(notebook.cells) and _kind(notebook.cells[start + 1]) == "notes"
            notebook.cells.insert(start + 1 + notes, words)


def _kind(cell: Any) -> str:
    return str(cell.metadata.get("slideshow", {}).get("slide_type") or "-")


def lay_out(notebook: Any) -> None:
    """Turn the slides of nbconvert into those of jupyterlab-slideshow, with the same steps.

    There a cell without a type is a step of its own, and one of type "-" is never shown. So what
    belongs to the cell above becomes a "layer" of its slide: there until the next slide begins.
    After the last slide that would be never, and a step of its own does no harm.
    """
    kinds = [_kind(cell) for cell in notebook.cells]
    last = max((i for i, kind in enumerate(kinds) if kind in ("slide", "subslide")), default=0)
    for i, (cell, kind) in enumerate(zip(notebook.cells, kinds, strict=True)):
        if kind == "-":
            cell.metadata.pop("slideshow", None)
            if i < last:
                cell.metadata["jupyterlab-slideshow"] = {"layer": "slide"}
        elif kind == "notes":
            cell.metadata["slideshow"] = {"slide_type": "skip"}  # else layers begin with the notes
        if "hide-input" in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {"source_hidden": True}
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace("](../", "](../../")  # the copy lies one deeper
