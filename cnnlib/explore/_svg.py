"""Pieces of still pictures, as SVG."""

from collections.abc import Iterable
from html import escape


def text(x: float, y: float, words: str) -> str:
    """Return words at a place."""
    style = 'font-family="sans-serif" font-size="13"'
    return f'<text x="{x:.0f}" y="{y:.0f}" {style}>{escape(words)}</text>'


def svg(width: float, height: float, words: str, parts: Iterable[str]) -> str:
    """Return a picture: its size, what it shows in words, and its parts."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" aria-label="{escape(words)}">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>'
    )
