"""From the cells of a lecture to slides: what stands where, and what comes with which step."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbconvert import HTMLExporter
from traitlets.config import Config

TEMPLATES = Path(__file__).parent / "template"
#: A tag on a slide's first cell says which it is; without one it is seen from what is there.
LAYOUTS = (
    "title", "picture", "split", "compare", "step", "number", "ask", "explore", "section",
    "summary", "words", "contents",
)  # fmt: skip
DARK = ("ask", "section")
_HEADING = re.compile(r"\s*<h([1-3])[^>]*>(.*?)</h\1>", re.DOTALL)
_ANCHOR = re.compile(r'<a class="anchor-link"[^>]*>.*?</a>', re.DOTALL)
_MINUTES = re.compile(r"\s*<p>(\d+ minutes)</p>")


@dataclass(frozen=True)
class Piece:
    """A part of a slide: words, code, a printout, or something to see."""

    kind: str
    html: str
    anchor: str
    fragment: int | None = None


@dataclass
class Slide:
    """One slide: its heading, its layout, its pieces, and what is only said."""

    layout: str
    head: str = ""
    kicker: str = ""
    title: str = ""
    anchor: str = ""
    pieces: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def dark(self) -> bool:
        """Whether it is light on dark."""
        return self.layout in DARK

    @property
    def columns(self) -> Iterator[tuple[str, list[Piece]]]:
        """The pieces to read and those to see, empty ones left out.

        A printout stands below its code, unless it is all that there is to see.
        """
        kinds = {piece.kind for piece in self.pieces}
        to_see = {"show"} if "show" in kinds else {"print"}
        read = [piece for piece in self.pieces if piece.kind not in to_see]
        see = [piece for piece in self.pieces if piece.kind in to_see]
        for name, pieces in (("read", read), ("see", see)):
            if pieces:
                yield name, pieces


def slides_of(notebook: Any) -> list[list[Slide]]:
    """Return the slides of an executed lecture, each with those below it."""
    stacks: list[list[Slide]] = []
    fragment: int | None = None
    for cell, rendered in zip(notebook.cells, _render(notebook), strict=True):
        pieces = rendered
        kind = cell.metadata.get("slideshow", {}).get("slide_type") or "-"
        if kind == "skip":
            continue
        if kind == "notes":
            stacks[-1][-1].notes += [html for _, html in pieces]
            continue
        if kind in ("slide", "subslide"):
            fragment = None
            slide = Slide(_tag(cell), anchor=f"cell-id={cell.id}")
            pieces = _take_heading(slide, rendered)
            if kind == "slide" or not stacks:
                stacks.append([])
            stacks[-1].append(slide)
        elif kind == "fragment":
            fragment = 0 if fragment is None else fragment + 1
        first = 1 if kind in ("slide", "subslide") else 0  # its name stands on the heading
        stacks[-1][-1].pieces += _pieces(cell, pieces, fragment, first)
    for number, slide in enumerate(slide for stack in stacks for slide in stack):
        slide.layout = slide.layout or _seen(slide, first=number == 0)
        if slide.layout == "ask":
            slide.kicker = "Before you look"
    return stacks


def _render(notebook: Any) -> list[list[tuple[str, str]]]:
    """Return the pieces of each cell: what they are, and as HTML."""
    exporter = HTMLExporter(
        template_name="cells",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        config=Config(
            {"TagRemovePreprocessor": {"enabled": True, "remove_input_tags": {"hide-input"}}}
        ),
    )
    text, _ = exporter.from_notebook_node(notebook)
    cells: list[list[tuple[str, str]]] = []
    for part in text.split("\x1e")[1:]:
        kind, _, html = part.partition("\x1f")
        if kind == "cell":
            cells.append([])
        elif html.strip():
            cells[-1].append((kind, html.strip()))
    return cells


def _tag(cell: Any) -> str:
    """Return the layout that a cell asks for, if it does."""
    return next((tag for tag in cell.metadata.get("tags", []) if tag in LAYOUTS), "")


def _take_heading(slide: Slide, pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give a slide the heading that its first cell begins with; return the rest."""
    if not pieces or pieces[0][0] != "words":
        return pieces
    html = _ANCHOR.sub("", pieces[0][1])
    if found := _HEADING.match(html):
        level, title = found.group(1), found.group(2)
        slide.title = re.sub("<[^>]+>", "", title)
        html = html[found.end() :]
        if level == "1":
            slide.kicker, _, title = title.rpartition(" · ")
            if minutes := _MINUTES.match(html):
                slide.kicker += f" · {minutes.group(1)}"
                html = html[minutes.end() :]
        title = title.replace(" × ", "\u00a0×\u00a0")  # no line breaks there
        slide.head = f"<h{level}>{title}</h{level}>"
    return [("words", html.strip()), *pieces[1:]] if html.strip() else pieces[1:]


def _pieces(
    cell: Any, pieces: list[tuple[str, str]], fragment: int | None, first: int
) -> Iterator[Piece]:
    for number, (kind, html) in enumerate(pieces, first):
        suffix = f"-{number}" if number else ""
        yield Piece(kind, html, f"cell-id={cell.id}{suffix}", fragment)


def layout_of(cells: list[Any], *, first: bool) -> str:
    """Return the layout of a slide whose cells have not been run.

    What they will show is not known, so an explorer counts as a picture: it is laid out alike.
    """
    if tag := _tag(cells[0]):
        return tag
    shown = [cell for cell in cells if cell.metadata.get("slideshow", {}).get("slide_type")
             not in ("skip", "notes")]  # fmt: skip
    code = [cell for cell in shown if cell.cell_type == "code"]
    if first:
        return "title"
    if not code:
        return "summary" if cells[0].source.startswith("## Summary") else "words"
    hidden = all("hide-input" in cell.metadata.get("tags", []) for cell in code)
    return "picture" if hidden else "split"


def _seen(slide: Slide, *, first: bool) -> str:
    """Return the layout that fits what is on a slide."""
    kinds = {piece.kind for piece in slide.pieces}
    if first:
        return "title"
    if slide.title == "Summary":
        return "summary"
    if any('class="explorer"' in piece.html for piece in slide.pieces):
        return "explore"
    if kinds.isdisjoint({"show", "print"}):
        return "words"
    return "split" if "code" in kinds or "print" in kinds else "picture"
