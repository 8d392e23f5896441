"""Make the typefaces of `cnnlib/look/fonts` from the packages that npm installs for the decks.

    python -m tools.fonts

Only the characters that the course writes stay, so that four files weigh less than 300 kB and can
be inlined in a page. They are TrueType because Matplotlib reads nothing else.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from decks import build
from decks.build import MODULES

OUT = Path(__file__).parents[1] / "cnnlib" / "look" / "fonts"
FACES = {
    "Inter-Regular": "inter-ui/web/Inter-Regular.woff2",
    "Inter-Italic": "inter-ui/web/Inter-Italic.woff2",
    "Inter-Bold": "inter-ui/web/Inter-Bold.woff2",
    "JetBrainsMono-Regular": "jetbrains-mono/fonts/webfonts/JetBrainsMono-Regular.woff2",
    "JetBrainsMono-Bold": "jetbrains-mono/fonts/webfonts/JetBrainsMono-Bold.woff2",
}
#: Both are under the SIL Open Font License; its text stands in this one.
LICENSE = "inter-ui/LICENSE.txt"
#: Latin, Greek, superscripts, punctuation, arrows, mathematics, boxes, and a few signs.
RANGES = (
    (0x20, 0x17F), (0x2C6, 0x2DD), (0x391, 0x3D6), (0x2010, 0x2044), (0x2070, 0x209C),
    (0x2190, 0x21D5), (0x2200, 0x22EF), (0x2308, 0x230B), (0x2500, 0x257F), (0x25A0, 0x25CF),
    (0x2713, 0x2718),
)  # fmt: skip


def main() -> int:
    """Write all faces, and the licence with whose they are."""
    build.install()
    OUT.mkdir(exist_ok=True)
    owners: dict[str, None] = {}
    for name, source in FACES.items():
        font = write_face(MODULES / source, OUT / f"{name}.ttf")
        owners[font["name"].getDebugName(0)] = None
    terms = (MODULES / LICENSE).read_text("utf-8").partition("\n")[2]
    (OUT / "LICENSE.txt").write_text("\n".join(owners) + "\n" + terms, "utf-8")
    return 0


def write_face(source: Path, target: Path) -> TTFont:
    """Write a face with the characters of `RANGES` as TrueType; return it."""
    options = subset.Options(
        layout_features=["kern", "mark", "mkmk", "tnum", "ccmp"],
        hinting=False,
        recalc_timestamp=False,
        name_IDs=["*"],
        notdef_outline=True,
    )
    font = TTFont(source, recalcTimestamp=False)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    cut.subset(font)
    font.flavor = None
    font.save(target)
    return font


if __name__ == "__main__":
    sys.exit(main())
