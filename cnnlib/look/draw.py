"""Drawings: grids of numbers, windows, photos, arrows and words, as SVG that scales.

A drawing grows as things are put into it, and is as large as they need. Its colours are the names
of meanings (`cnnlib.look.COLOURS`); where a page defines them for a dark theme, drawings follow.
Things with a `key` move from one drawing to the next when drawings are shown as steps
(`cnnlib.explore.Steps`).
"""

import re
from collections.abc import Sequence
from html import escape
from itertools import count
from typing import Any

import numpy as np

from cnnlib.look.palette import MONO, SANS
from cnnlib.look.parts import (
    Array,
    Box,
    Words,
    css_value,
    ink,
    keyed,
    number_words,
    picture,
    tints,
)

#: Units around everything, so that thick lines are not cut off.
MARGIN = 8
#: How wide a character is, as a share of the type's size: enough to leave room for words.
_WIDE = 0.56
_unique = count()


class Drawing:
    """Something drawn, with a text for those who cannot see it.

    Parameters
    ----------
    alt
        What the drawing shows.

    Examples
    --------
    >>> drawing = Drawing("A 2 by 2 image.")
    >>> box = drawing.grid([[1, 2], [3, 4]], kind="input", title="x")
    >>> box.right
    96
    """

    def __init__(self, alt: str) -> None:
        self.alt = alt
        self._parts: list[str] = []
        self._definitions: list[str] = []
        self._edges = [np.inf, np.inf, -np.inf, -np.inf]

    def __repr__(self) -> str:
        return f"[Drawing: {self.alt}]"

    def _repr_html_(self) -> str:
        return self.svg()

    @property
    def view(self) -> Box:
        """What is drawn, with a margin."""
        left, top, right, bottom = self._edges if self._parts else (0, 0, 0, 0)
        width, height = right - left + 2 * MARGIN, bottom - top + 2 * MARGIN
        return Box(left - MARGIN, top - MARGIN, width, height)

    @property
    def parts(self) -> list[str]:
        """The pieces of SVG that the drawing is made of, in their order."""
        defs = [f"<defs>{''.join(self._definitions)}</defs>"] if self._definitions else []
        return defs + self._parts

    def svg(self) -> str:
        """Return the drawing as an SVG element."""
        box = self.view
        # Several drawings stand in one page: what is defined in each has a name of its own.
        own = next(_unique)
        body = re.sub(r"\bcnn-(hatch|arrow-\w+)", rf"cnn-\1-{own}", "".join(self.parts))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="cnn-drawing" role="img" '
            f'aria-label="{escape(self.alt)}" '
            f'viewBox="{box.x:g} {box.y:g} {box.width:g} {box.height:g}" '
            f'width="{box.width:g}" height="{box.height:g}" '
            f'style="max-width:100%;font-family:{css_value(SANS)}">{body}</svg>'
        )

    def room(self, x: float, y: float, right: float, bottom: float) -> None:
        """Make the drawing so large that this rectangle is inside."""
        left, top, old_right, old_bottom = self._edges
        self._edges = [min(left, x), min(top, y), max(old_right, right), max(old_bottom, bottom)]

    def grid(
        self,
        values: Any,
        x: float = 0,
        y: float = 0,
        *,
        side: float = 48,
        kind: str = "ink",
        title: Words = "",
        shown: Any = None,
        strong: Any = None,
        hatched: Any = None,
        numbers: bool = True,
        shades: bool = False,
        size: float | None = None,
        key: str = "",
    ) -> Box:
        """Draw a matrix, each number in its cell; return where.

        Parameters
        ----------
        values
            `(rows, columns)`, numbers; NaN leaves a cell blank.
        x, y
            The upper left corner of the cells; a title stands above.
        side
            A cell's side.
        kind
            The meaning, which gives the colour.
        title
            What it is.
        shown, strong, hatched
            Boolean, of the shape of `values`: whose numbers are written; whose cells are tinted;
            whose cells are padding.
        numbers
            Whether numbers are written at all.
        shades
            Whether a cell is tinted by its number, from least to most.
        size
            Of the type; by default what fits.
        key
            A name by which steps recognise the cells.
        """
        array = np.atleast_2d(np.asarray(values, dtype=float))
        rows, columns = array.shape
        tint = tints(array, strong, shades=shades)
        write = np.ones(array.shape, bool) if shown is None else np.asarray(shown, bool)
        padded = np.zeros(array.shape, bool) if hatched is None else np.asarray(hatched, bool)
        words = [[number_words(value) for value in row] for row in array]
        longest = max((len(word) for row in words for word in row), default=1)
        size = size or min(0.44 * side, 0.86 * side / (_WIDE * max(longest, 1)))
        box = Box(x, y, side * columns, side * rows, side)
        if title:
            self.text(x, y - 0.32 * max(size, 18), title, size=max(0.9 * size, 18), kind=kind,
                      anchor="start", bold=True)  # fmt: skip
        for i, j in np.ndindex(rows, columns):
            name = f"{key}-{i}-{j}" if key else ""
            at = box.cell(i, j)
            fill = "url(#" + self._hatch() + ")" if padded[i, j] else ink(kind)
            opacity = 1 if padded[i, j] else tint[i, j]
            self._add(
                f'<rect {keyed(name)}x="{at.x:g}" y="{at.y:g}" width="{side:g}" height="{side:g}" '
                f'style="fill:{fill};fill-opacity:{opacity:.3g};stroke:{ink(kind)};'
                f'stroke-opacity:.55;stroke-width:1.2"/>'
            )
            if numbers and write[i, j] and words[i][j]:
                bold = bool(strong is not None and np.asarray(strong, bool)[i, j])
                self.text(at.x + side / 2, at.y + side / 2 + 0.36 * size, words[i][j], size=size,
                          bold=bold, key=f"{name}-number" if name else "")  # fmt: skip
        self.room(box.x, box.y, box.right, box.bottom)
        return box

    def frame(
        self, box: Box, kind: str = "input", *, width: float = 4, fill: float = 0.18, key: str = ""
    ) -> None:
        """Draw a window: a strong outline in a colour, with a tint inside."""
        self._add(
            f'<rect {keyed(key)}x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" '
            f'height="{box.height:g}" rx="3" style="fill:{ink(kind)};fill-opacity:{fill:g};'
            f'stroke:{ink(kind)};stroke-width:{width:g}"/>'
        )
        self.room(box.x, box.y, box.right, box.bottom)

    def text(
        self,
        x: float,
        y: float,
        words: Words,
        *,
        size: float = 20,
        kind: str = "ink",
        anchor: str = "middle",
        bold: bool = False,
        mono: bool = False,
        key: str = "",
    ) -> None:
        """Write a line; `y` is its base line. Pieces may have colours of their own."""
        pieces = [words] if isinstance(words, str) else list(words)
        spans, length = [], 0
        for piece in pieces:
            letters, own = (piece, kind) if isinstance(piece, str) else piece
            length += len(letters)
            style = "" if own == kind else f' style="fill:{ink(own, words=True)}"'
            spans.append(f"<tspan{style}>{escape(letters)}</tspan>" if style else escape(letters))
        weight = "font-weight:700;" if bold else ""
        face = f"font-family:{css_value(MONO)};" if mono else ""
        self._add(
            f'<text {keyed(key)}x="{x:g}" y="{y:g}" text-anchor="{anchor}" '
            f'xml:space="preserve" style="font-size:{size:g}px;{weight}{face}'
            f'fill:{ink(kind, words=True)}">'
            f"{''.join(spans)}</text>"
        )
        wide = length * size * (_WIDE + 0.06 * (bold or mono))
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
        self.room(left, y - 0.8 * size, left + wide, y + 0.25 * size)

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        kind: str = "muted",
        *,
        width: float = 2.5,
        arrow: bool = False,
        dashed: bool = False,
        bend: float = 0,
        key: str = "",
    ) -> None:
        """Draw a line, straight or bent, with a head if it is an arrow.

        `bend` moves the middle sideways, in units; positive is to the right of who walks along.
        """
        (x0, y0), (x1, y1) = start, end
        dx, dy = x1 - x0, y1 - y0
        length = max(float(np.hypot(dx, dy)), 1e-9)
        cx, cy = (x0 + x1) / 2 - 2 * bend * dy / length, (y0 + y1) / 2 + 2 * bend * dx / length
        head = f'marker-end="url(#{self._arrow(kind)})" ' if arrow else ""
        dashes = "stroke-dasharray:7 5;" if dashed else ""
        self._add(
            f'<path {keyed(key)}d="M{x0:g} {y0:g}Q{cx:g} {cy:g} {x1:g} {y1:g}" {head}'
            f'style="fill:none;{dashes}stroke:{ink(kind)};stroke-width:{width:g}"/>'
        )
        self.room(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def path(
        self,
        points: Sequence[tuple[float, float]],
        kind: str = "muted",
        *,
        width: float = 3,
        fill: float = 0,
        closed: bool = False,
        dashed: bool = False,
        key: str = "",
    ) -> None:
        """Draw a line through points, such as a curve; closed, and filled if asked."""
        way = "L".join(f"{x:.5g} {y:.5g}" for x, y in points)
        area = f"fill:{ink(kind)};fill-opacity:{fill:g};" if fill else "fill:none;"
        dashes = "stroke-dasharray:7 5;" if dashed else ""
        self._add(
            f'<path {keyed(key)}d="M{way}{"Z" if closed else ""}" style="{area}{dashes}'
            f'stroke:{ink(kind)};stroke-width:{width:g};stroke-linejoin:round"/>'
        )
        across, down = zip(*points, strict=True)
        self.room(min(across), min(down), max(across), max(down))

    def bar(self, x: float, y: float, width: float, height: float, kind: str) -> Box:
        """Draw a filled bar; return where."""
        box = Box(x, y, width, height)
        self.frame(box, kind, fill=0.85, width=0)
        return box

    def circle(
        self, x: float, y: float, radius: float, kind: str = "muted", *, fill: float = 0.2,
        width: float = 2, key: str = "",
    ) -> Box:  # fmt: skip
        """Draw a circle, such as a unit of a network; return where."""
        self._add(
            f'<circle {keyed(key)}cx="{x:g}" cy="{y:g}" r="{radius:g}" '
            f'style="fill:{ink(kind)};fill-opacity:{fill:g};stroke:{ink(kind)};stroke-width:{width:g}"/>'
        )
        box = Box(x - radius, y - radius, 2 * radius, 2 * radius)
        self.room(box.x, box.y, box.right, box.bottom)
        return box

    def image(
        self,
        values: Array,
        x: float = 0,
        y: float = 0,
        *,
        width: float = 240,
        title: Words = "",
        kind: str = "ink",
        low: float | None = None,
        high: float | None = None,
        cmap: Any = "gray",
        smooth: bool = False,
        photo: bool = False,
    ) -> Box:
        """Draw an image; return where, with the side of a pixel.

        Parameters
        ----------
        values
            `(H, W)`, coloured from `low` to `high` (by default all of its range), or
            `(H, W, 3)`, from 0 to 1 or bytes.
        width
            Of the picture; the height follows.
        cmap
            A name that Matplotlib knows, or one of `cnnlib.look.MAPS`.
        smooth
            Whether pixels may be blended where the picture is enlarged.
        photo
            Whether it may lose what nobody sees, to take less room.
        """
        rows, columns = values.shape[:2]
        box = Box(x, y, width, width * rows / columns, width / columns)
        how = "auto" if smooth else "pixelated"
        self._add(
            f'<image x="{x:g}" y="{y:g}" width="{width:g}" height="{box.height:g}" '
            f'preserveAspectRatio="none" style="image-rendering:{how}" '
            f'href="{picture(values, low, high, cmap, photo=photo)}"/>'
        )
        self._add(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{box.height:g}" '
            f'style="fill:none;stroke:{ink(kind if kind != "ink" else "line")};stroke-width:1.5"/>'
        )
        if title:
            self.text(x, y - 8, title, size=20, kind=kind, anchor="start", bold=True)
        self.room(box.x, box.y, box.right, box.bottom)
        return box

    def hatch(self, box: Box) -> None:
        """Fill a box as padding is filled."""
        self._add(
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" '
            f'style="fill:url(#{self._hatch()});stroke:{ink("line")}"/>'
        )
        self.room(box.x, box.y, box.right, box.bottom)

    def put(self, other: "Drawing", x: float = 0, y: float = 0, scale: float = 1) -> Box:
        """Put another drawing into this one, its upper left corner here; return where."""
        left, top, right, bottom = other._edges
        self._definitions += other._definitions
        self._add(
            f'<g transform="translate({x - scale * left:g} {y - scale * top:g}) scale({scale:g})">'
            f"{''.join(other._parts)}</g>"
        )
        box = Box(x, y, scale * (right - left), scale * (bottom - top))
        self.room(box.x, box.y, box.right, box.bottom)
        return box

    def _add(self, part: str) -> None:
        self._parts.append(part)

    def _hatch(self) -> str:
        """Return the name of the hatching, which is defined where it is first used."""
        found = next((d for d in self._definitions if "<pattern" in d), None)
        if found is None:
            name = "cnn-hatch"
            found = (
                f'<pattern id="{name}" width="7" height="7" patternUnits="userSpaceOnUse" '
                f'patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="7" '
                f'style="stroke:{ink("muted")};stroke-opacity:.45;stroke-width:2"/></pattern>'
            )
            self._definitions.append(found)
        return found.split('"')[1]

    def _arrow(self, kind: str) -> str:
        found = next((d for d in self._definitions if f'"cnn-arrow-{kind}"' in d), None)
        if found is None:
            name = f"cnn-arrow-{kind}"
            found = (
                f'<marker id="{name}" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="5" '
                f'markerHeight="5" orient="auto"><path d="M0 0L10 5L0 10z" '
                f'style="fill:{ink(kind)}"/></marker>'
            )
            self._definitions.append(found)
        return found.split('"')[1]
