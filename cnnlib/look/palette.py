"""The colours and the type, once; style sheets and figures are made from here.

The hues are of the Okabe-Ito family (Okabe and Ito, Color Universal Design, 2008), which people
with any kind of colour blindness tell apart. Text has a contrast of at least 4.5 : 1.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
SANS = '"Inter", system-ui, "Segoe UI", "DejaVu Sans", sans-serif'
MONO = '"JetBrains Mono", ui-monospace, "DejaVu Sans Mono", monospace'


@dataclass(frozen=True)
class Colour:
    """A meaning's colour: for areas and lines, and for text; on light and on dark paper."""

    light: str
    dark: str
    light_text: str = ""
    dark_text: str = ""

    @property
    def text(self) -> str:
        """The colour for words on light paper."""
        return self.light_text or self.light


COLOURS = {
    "input": Colour("#0072B2", "#5DB7F0"),
    "kernel": Colour("#D98200", "#F2A93B", light_text="#965900"),
    "output": Colour("#009E73", "#3CC9A0", light_text="#00765A"),
    "gradient": Colour("#B0418E", "#E08BC6"),
    "wrong": Colour("#C43D00", "#FF8A5C"),
    "ink": Colour("#1D2433", "#E8EBF2"),
    "muted": Colour("#5A6478", "#A3ADBF"),
    "line": Colour("#B9C2D0", "#4A5468"),
    "pale": Colour("#EEF1F6", "#222A3A"),
    "paper": Colour("#FFFFFF", "#141A26"),
}
#: What series of a plot are drawn in, in this order.
CYCLE = ("input", "kernel", "output", "gradient", "wrong", "muted")
#: How JupyterLab, VS Code and Colab say that their theme is dark.
DARK_NOTEBOOKS = '[data-jp-theme-light="false"], body.vscode-dark, html[theme="dark"]'
DARK_QUERY = "@media (prefers-color-scheme: dark)"


def css(light: str = ":root", dark: str = "") -> str:
    """Return the colours and the type as CSS variables, `--cnn-input` and so on.

    Parameters
    ----------
    light
        The selector that gets them.
    dark
        The selector that gets the dark twins; where empty, whoever's system asks for dark.
    """
    rules = f"{light} {{ {_variables('light')} --cnn-sans: {SANS}; --cnn-mono: {MONO}; }}"
    twins = _variables("dark")
    if dark:
        return f"{rules}\n{dark} {{ {twins} }}\n"
    return f"{rules}\n{DARK_QUERY} {{ {light} {{ {twins} }} }}\n"


def dark_twins(selector: str) -> str:
    """Return a rule that gives a selector the dark twins where a notebook's theme is dark.

    Elsewhere it keeps what its page says.
    """
    return f":is({DARK_NOTEBOOKS}) {selector} {{ {_variables('dark')} }}"


def _variables(theme: str) -> str:
    pairs = []
    for name, colour in COLOURS.items():
        area = getattr(colour, theme)
        text = getattr(colour, f"{theme}_text") or area
        pairs.append(f"--cnn-{name}: {area}; --cnn-{name}-text: {text};")
    return " ".join(pairs)


def faces() -> Iterator[str]:
    """Yield an `@font-face` rule for each typeface, the file inside it."""
    for path in sorted(FONTS.glob("*.ttf")):
        family, _, cut = path.stem.partition("-")
        name = {"Inter": "Inter", "JetBrainsMono": "JetBrains Mono"}[family]
        weight = 700 if cut == "Bold" else 400
        slope = "italic" if cut == "Italic" else "normal"
        data = base64.b64encode(path.read_bytes()).decode()
        yield (
            f'@font-face {{ font-family: "{name}"; font-weight: {weight}; font-style: {slope}; '
            f"src: url(data:font/ttf;base64,{data}) format('truetype'); }}"
        )
