"""Look at rendered slides: measure them as the look of the course asks, and draw contact sheets.

python -m decks.measure                 the table, for the decks in build/decks
python -m decks.measure --sheets        and a sheet of all slides for each in docs/img/lectures
"""

import argparse
import io
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from decks.build import CHROMIUM, OUT, ROOT

SCRIPT = Path(__file__).with_name("measure.js")
SHEETS = ROOT / "docs" / "img" / "lectures"
SIZE: ViewportSize = {"width": 1280, "height": 720}
#: A thumbnail's width in pixels, and how many stand in a row.
THUMB, COLUMNS = 480, 4
#: Layouts that are meant to be empty around a sentence.
CALM = ("section", "ask", "contents")


@dataclass(frozen=True)
class Measured:
    """What a slide is like on a screen of 1280 by 720."""

    title: str
    layout: str
    width: float
    height: float
    picture: bool
    only_code: bool
    moves: bool
    smallest: float
    smallest_drawn: float
    words: int

    @property
    def full(self) -> bool:
        """Whether it fills at least 60 % of the room in both directions."""
        return self.width >= 0.6 and self.height >= 0.6


@dataclass(frozen=True)
class Measures:
    """What a lecture is like; each shortcoming is a line."""

    slides: list[Measured]

    def share(self, holds: Any, among: list[Measured] | None = None) -> float:
        """Return the share of slides for which something holds."""
        chosen = self.slides if among is None else among
        return sum(bool(holds(slide)) for slide in chosen) / max(1, len(chosen))

    @property
    def row(self) -> dict[str, float]:
        """The lecture's line of the table."""
        filled = [slide for slide in self.slides if slide.layout not in CALM]
        return {
            "slides": len(self.slides),
            "full": self.share(lambda slide: slide.full, filled),
            "picture": self.share(lambda slide: slide.picture),
            "only code": self.share(lambda slide: slide.only_code),
            "moves": self.share(lambda slide: slide.moves),
            "text px": min(slide.smallest for slide in self.slides),
            "drawn px": min(slide.smallest_drawn for slide in self.slides),
            "words": median(slide.words for slide in self.slides),
            "most words": max(slide.words for slide in self.slides),
        }

    def faults(self) -> Iterator[str]:
        """Yield what falls short, and on which slides."""
        row = self.row
        lines = {
            "less than 85 % of slides are filled": row["full"] < 0.85,
            "less than 70 % have a picture": row["picture"] < 0.7,
            "more than 15 % are only code": row["only code"] > 0.15,
            "less than 20 % move": row["moves"] < 0.2,
            "half of the slides have more than 25 words": row["words"] > 25,
        }
        yield from (line for line, wrong in lines.items() if wrong)
        for number, slide in enumerate(self.slides, 1):
            where = f"slide {number} ({slide.title})"
            if slide.smallest < 17.9:
                yield f"{where}: text of {slide.smallest:.1f} px"
            if slide.smallest_drawn < 15.9:
                yield f"{where}: text of {slide.smallest_drawn:.1f} px in a figure"
            if slide.words > 60:
                yield f"{where}: {slide.words} words"
            if number > 1 and slide.only_code and self.slides[number - 2].only_code:
                yield f"{where}: the second slide of only code in a row"


def measure(page: Page) -> Measures:
    """Measure every slide of a deck that is open and ready; all fragments are shown."""
    page.add_script_tag(path=SCRIPT)
    found = []
    for _ in each_slide(page):
        found.append(Measured(**json.loads(page.evaluate("JSON.stringify(measureSlide())"))))
    return Measures([slide for slide in found if slide.layout != "contents"])


def each_slide(page: Page) -> Iterator[int]:
    """Go through all slides, every fragment shown; yield their numbers."""
    page.evaluate("Reveal.slide(0)")
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate("while (Reveal.availableFragments().next) Reveal.nextFragment()")
        yield number
        page.evaluate("Reveal.next()")


@contextmanager
def opened(deck: Path) -> Iterator[Page]:
    """Open a deck."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
        page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
        page.goto(deck.as_uri())
        page.wait_for_selector("html[data-ready=yes]", state="attached")
        yield page
        browser.close()


def draw_sheet(page: Page, target: Path) -> None:
    """Draw a sheet of all slides."""
    height = THUMB * SIZE["height"] // SIZE["width"]
    thumbs = []
    for _ in each_slide(page):
        shot = Image.open(io.BytesIO(page.screenshot()))
        thumbs.append(shot.convert("RGB").resize((THUMB, height), Image.Resampling.LANCZOS))
    thumbs.pop()  # the list of all slides
    rows = -(-len(thumbs) // COLUMNS)
    gap = 12
    sheet = Image.new(
        "RGB", (COLUMNS * (THUMB + gap) + gap, rows * (height + gap) + gap), "#B9C2D0"
    )
    for number, thumb in enumerate(thumbs):
        row, column = divmod(number, COLUMNS)
        sheet.paste(thumb, (gap + column * (THUMB + gap), gap + row * (height + gap)))
    target.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(256, Image.Quantize.MAXCOVERAGE).save(target, optimize=True)


def table(rows: dict[str, dict[str, float]]) -> str:
    """Return the table of all lectures."""
    names = list(next(iter(rows.values())))
    lines = ["lecture".ljust(28) + "".join(name.rjust(11) for name in names)]
    for lecture, row in rows.items():
        cells = [f"{v:.0%}" if n in ("full", "picture", "only code", "moves") else f"{v:g}"
                 for n, v in ((n, round(row[n], 2)) for n in names)]  # fmt: skip
        lines.append(lecture.ljust(28) + "".join(cell.rjust(11) for cell in cells))
    return "\n".join(lines)


def main() -> int:
    """Measure the decks; return 1 if one falls short."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lecture", default="", help="the beginning of its name, such as 05")
    parser.add_argument("--each", action="store_true", help="print how full each slide is")
    parser.add_argument("--sheets", action="store_true", help="draw contact sheets as well")
    options = parser.parse_args()
    decks = sorted(OUT.glob(f"{options.lecture or '[0-9]'}*.html"))
    rows, faults = {}, []
    for deck in decks:
        with opened(deck) as page:
            measures = measure(page)
            rows[deck.stem] = measures.row
            faults += [f"{deck.stem}: {fault}" for fault in measures.faults()]
            if options.each:
                for number, slide in enumerate(measures.slides, 1):
                    size = f"{slide.width:4.0%} × {slide.height:4.0%}"
                    print(
                        f"{number:3} {size} {slide.words:3} words  {slide.layout:8} {slide.title}"
                    )
            if options.sheets:
                draw_sheet(page, SHEETS / f"{deck.stem}.png")
    if not rows:
        print("there are no decks: make decks", file=sys.stderr)
        return 2
    print(table(rows), *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
