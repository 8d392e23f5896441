"""The report as HTML: the same words as the text, the window as a table, the mismatches as a map.

It has no colours of its own, so that it fits light and dark notebooks, and says nothing by colour
alone: what is wrong is hatched, and counted in words for a screen reader.
"""

from collections.abc import Sequence
from html import escape

from cnnlib.check.engine.findings import Findings, Mismatch
from cnnlib.check.engine.window import Window

#: A map of mismatches wider or higher than this is cut.
MAP_ROWS, MAP_COLUMNS = 12, 40
#: Side of an element in the map, in pixels.
SIDE = 14


def html(report: Findings) -> str:
    """Return a fragment of HTML."""
    v = report.verdict
    parts = [f"<p><strong>{escape(report.headline)}</strong></p>"]
    if v.passed:
        parts.append(f"<p>Largest difference allowed: {escape(report.allowed)}.</p>")
    if report.unwritten:
        parts.append(f"<p>{escape(report.todo)}</p>")
        return _section("not written yet", "dotted", parts)
    if v.misconception is not None:
        parts.append(
            f"<p><strong>{escape(report.likeness)}</strong><br>{escape(v.misconception.hint)}</p>"
        )
    if report.forbidden:
        items = "".join(f"<li><code>{escape(line)}</code></li>" for line in report.forbidden)
        parts.append(f"<p>Not allowed in this exercise:</p><ul>{items}</ul>")
    if v.failures:
        parts.append(_case(*report.case))
    if report.mismatch is not None:
        parts.append(_mismatch(report.mismatch))
    if report.printed and v.which == "visible":
        parts.append(
            "<details><summary>What your function printed in this case</summary>"
            f"<pre>{escape(report.printed)}</pre></details>"
        )
    if v.passed:
        return _section("passed", "solid", parts)
    return _section("failed", "dashed", parts)


def _section(label: str, side: str, parts: Sequence[str]) -> str:
    return (
        f'<section aria-label="Check {label}" style="border-left: 4px {side} currentColor; '
        f'padding-left: 1em; max-width: 46em">{"".join(parts)}</section>'
    )


def _case(title: str, passed: str, wrong: str) -> str:
    said, *own_code = wrong.splitlines()
    lines = [
        escape(title),
        f"<code>{escape(passed)}</code>" if passed else "",
        escape(said),
        *(f"<code>{escape(line.strip())}</code>" for line in own_code),
    ]
    return f"<p>{'<br>'.join(filter(None, lines))}</p>"


def _mismatch(mismatch: Mismatch) -> str:
    value = (
        f"<p><code>{escape(mismatch.element)}</code> is <code>{mismatch.got}</code>; expected "
        f"<code>{mismatch.expected}</code><br>"
        f"allowed difference: {escape(mismatch.allowed)}</p>"
    )
    figures = []
    if mismatch.window is not None:
        figures.append(
            _figure(f"What {mismatch.element} should have read", _window(mismatch.window))
        )
    plane = f" in {mismatch.plane}" if mismatch.plane else ""
    figures.append(_figure(f"Wrong{plane}: {mismatch.share} (hatched)", _map(mismatch)))
    row = "display: flex; flex-wrap: wrap; gap: 1em 2.5em; align-items: flex-start"
    return f'{value}<div style="{row}">{"".join(figures)}</div>'


def _figure(caption: str, content: str) -> str:
    return (
        f'<figure style="margin: 0 0 1em"><figcaption>{escape(caption)}</figcaption>'
        f"{content}</figure>"
    )


def _window(window: Window) -> str:
    cell = 'style="border: 1px solid currentColor; padding: 2px 6px; text-align: right"'
    rows = "".join(
        "<tr>" + "".join(f"<td {cell}>{text}</td>" for text in row) + "</tr>"
        for row in window.cells
    )
    note = f"<br>{escape(window.legend)}" if window.legend else ""
    caption = "<br>".join(escape(line.removesuffix(":")) for line in window.caption.splitlines())
    return (
        '<table style="border-collapse: collapse; font-family: monospace; margin: 0.3em 0">'
        f"{rows}</table><small>{caption}{note}</small>"
    )


def _map(mismatch: Mismatch) -> str:
    shown = mismatch.wrong[:MAP_ROWS, :MAP_COLUMNS]
    height, width = (SIDE * size for size in shown.shape)
    marks = "".join(
        f'<rect x="{SIDE * j}" y="{SIDE * i}" width="{SIDE}" height="{SIDE}" fill="none" '
        f'stroke="currentColor" stroke-width="0.5"/>'
        + (_hatched(SIDE * j, SIDE * i) if bad else "")
        for i, row in enumerate(shown)
        for j, bad in enumerate(row)
    )
    cut = "" if shown.shape == mismatch.wrong.shape else "<br><small>cut to its corner</small>"
    words = f"Map of the mismatches: {mismatch.share} are wrong"
    return (
        f'<svg role="img" aria-label="{words}" width="{width + 2}" height="{height + 2}" '
        f'viewBox="-1 -1 {width + 2} {height + 2}">{marks}</svg>{cut}'
    )


def _hatched(x: int, y: int) -> str:
    """Return strokes through a square; a pattern would need an id that no other page has."""
    half = SIDE // 2
    return (
        f'<path d="M{x} {y + SIDE}L{x + SIDE} {y}M{x} {y + half}L{x + half} {y}'
        f'M{x + half} {y + SIDE}L{x + SIDE} {y + half}" stroke="currentColor" stroke-width="1.5"/>'
    )
