"""The report as HTML: a card with the verdict, the mistake, pictures, and the rest folded.

Its colours are those of the course, with their dark twins where a notebook's theme is dark. Colour
says nothing alone: there are signs, words and frames.
"""

import re
from collections.abc import Sequence
from html import escape

from cnnlib.check.engine.findings import Findings, Mismatch, count
from cnnlib.check.engine.pictures import Picture, pictures, shapes
from cnnlib.check.engine.products import Products, products
from cnnlib.check.engine.reading import Readings, readings
from cnnlib.check.engine.window import Window
from cnnlib.look.palette import MONO, SANS, dark_twins
from cnnlib.look.parts import css_value, ink

#: The class of the card.
CARD = "cnn-report"
_FACE = f"font-family:{css_value(SANS)};font-size:14px;line-height:1.5"
_CODE = f"font-family:{css_value(MONO)};font-size:.92em"
_ROW = "display:flex;flex-wrap:wrap;gap:14px 30px;align-items:flex-start;margin:14px 0"


def html(report: Findings) -> str:
    """Return a fragment of HTML."""
    v = report.verdict
    if v.passed:
        return _card("passed", "output", _passed(report))
    if report.unwritten:
        head = _head("○", "muted", "Not written yet", _agreement(report, agreed=False))
        return _card("not written yet", "muted", [head, _p(escape(report.todo))])
    parts = [_head("✗", "wrong", _title(report), _agreement(report))]
    if v.misconception is not None:
        parts.append(f'<p style="margin:8px 0;font-size:1.08em">{_prose(v.misconception.hint)}</p>')
    if report.forbidden:
        items = "".join(f"<li>{_code(line)}</li>" for line in report.forbidden)
        parts.append(f"<p>Not allowed in this exercise:</p><ul>{items}</ul>")
    if v.failures:
        parts += _failure(report)
    if report.printed and v.which == "visible":
        parts.append(
            "<details><summary>What your function printed in this case</summary>"
            f'<pre style="white-space:pre-wrap">{escape(report.printed)}</pre></details>'
        )
    return _card("failed", "wrong", parts)


def _card(label: str, kind: str, parts: Sequence[str]) -> str:
    style = (
        f"{_FACE};max-width:860px;box-sizing:border-box;padding:12px 18px;margin:4px 0;"
        f"border-left:5px solid {ink(kind)};border-radius:6px;color:inherit;"
        f"background:color-mix(in srgb,{ink(kind)} 7%,transparent)"
    )
    return (
        f'<section class="{CARD}" aria-label="Check {label}" style="{style}">'
        f"<style>{dark_twins('.' + CARD)}</style>{''.join(parts)}</section>"
    )


def _head(sign: str, kind: str, title: str, below: str) -> str:
    return (
        f'<div style="display:flex;gap:14px;align-items:center">'
        f'<span style="font-size:2.4em;line-height:1;font-weight:700;'
        f'color:{ink(kind, words=True)}">{sign}</span>'
        f'<div style="min-width:0;overflow-wrap:anywhere">{_line(title)}'
        f'<div style="opacity:.85">{below}</div></div></div>'
    )


def _line(title: str) -> str:
    """Return the card's first line; it may have small words before it, which end in a colon."""
    before, colon, name = title.partition(": ") if title.startswith("It looks") else ("", "", title)
    small = (
        f'<span style="display:block;opacity:.85">{escape(before + colon)}</span>' if before else ""
    )
    size = 1.45 if len(name) <= 70 else 1.15
    large = f"font-size:{size}em;line-height:1.25;font-weight:700"
    return f'<div>{small}<span style="{large}">{escape(name)}</span></div>'


def _title(report: Findings) -> str:
    """Return what is said first: the mistake, or what went wrong."""
    v = report.verdict
    if v.misconception is not None:
        return report.likeness
    if v.forbidden:
        return "Not allowed in this exercise"
    said = report.case[2].splitlines()[0]
    first = said.partition(" ")[0]
    # Names stay as they are written.
    is_word = first.isalpha() and first not in {result.name for result in v.check.results}
    return said[:1].upper() + said[1:] if is_word else said


def _agreement(report: Findings, agreed: bool = True) -> str:
    """Return which function and part, and how many cases agree."""
    v = report.verdict
    hidden = ", hidden cases" if v.which == "hidden" else ""
    label = f"{_code(v.check.name)} ({escape(v.check.parts[v.part].title)}{hidden})"
    if not agreed:
        return label
    right = v.total - len(v.failures)
    cases = f"all {v.total}" if v.passed else f"{right} of {v.total}"
    return f"{label}: {cases} cases agree with {_code(v.check.against)} on {escape(v.device)}."


def _passed(report: Findings) -> list[str]:
    v = report.verdict
    points = (
        f' <span style="display:inline-block;padding:1px 12px;border-radius:12px;font-weight:700;'
        f'color:{ink("output", words=True)};border:2px solid {ink("output")}">'
        f"{count(report.points)}</span>"
        if report.points
        else ""
    )
    colour = ink("output", words=True)
    return [
        f'<div style="display:flex;gap:14px;align-items:center;flex-wrap:wrap">'
        f'<span style="font-size:2.4em;line-height:1;font-weight:700;color:{colour}">✓</span>'
        f'<span style="font-size:1.45em;font-weight:700;color:{colour}">'
        f"All {v.total} cases agree</span>{points}</div>"
        f"<div>{_agreement(report)}</div>",
        *([_p(escape(report.waits))] if report.waits else []),
        _folded("Tolerance", _p(f"Largest difference allowed: {escape(report.allowed)}.")),
    ]


def _failure(report: Findings) -> list[str]:
    """Return what is said of the first failing case."""
    title, passed, wrong = report.case
    said, *own_code = wrong.splitlines()
    code = "".join(f"<br>{_code(line.strip())}" for line in own_code)
    mismatch = report.mismatch
    where = f"{escape(title)}<br>{_passed_in(passed)}" if title else ""
    if mismatch is None:
        # What stands at the top already is not said again.
        again = escape(said) if report.verdict.misconception or report.forbidden else ""
        lines = "<br>".join(filter(None, [where, again])) + code
        return [_p(lines) if lines else "", _shapes(report)]
    found = readings(report.verdict, mismatch)
    drawn = [*map(_picture, pictures(mismatch, found)), _values(mismatch)]
    allowed = f"allowed difference: {escape(mismatch.allowed)}"
    near = "The difference is small, but larger than rounding can explain: "
    return [
        _p(near + allowed) if mismatch.near else "",
        f'<div style="{_ROW}">{"".join(drawn)}</div>',
        _recompute(mismatch, found),
        _folded(
            "The case, and the allowed difference",
            _p(f"{where}<br>{escape(said)}") + ("" if mismatch.near else _p(allowed)),
        ),
    ]


def _shapes(report: Findings) -> str:
    """Draw what is of a wrong size beside what was expected."""
    failure = report.verdict.failures[0]
    if report.verdict.which == "hidden" or failure.kind != "shape":
        return ""
    if failure.got is None or failure.expected is None:
        return ""
    drawn = map(_picture, shapes(failure.expected.shape, failure.got.shape))
    return f'<div style="{_ROW}">{"".join(drawn)}</div>'


def _passed_in(passed: str) -> str:
    """Return a case's arguments, numbers with so many digits as one reads."""
    lines = re.sub(r"-?\d+\.\d{5,}(e[-+]\d+)?", lambda found: f"{float(found[0]):.4g}", passed)
    return "<br>".join(map(_code, lines.splitlines()))


def _picture(picture: Picture) -> str:
    note = f'<div style="opacity:.85">{escape(picture.note)}</div>' if picture.note else ""
    return _figure(picture.title, picture.drawing.svg() + note)


def _figure(caption: str, content: str) -> str:
    return (
        '<figure style="margin:0;max-width:100%"><figcaption style="font-weight:600;margin:0 0 6px;'
        f'overflow-wrap:anywhere">{escape(caption)}</figcaption>{content}</figure>'
    )


def _values(mismatch: Mismatch) -> str:
    def row(name: str, sign: str, value: str, kind: str) -> str:
        style = f"{_CODE};font-size:1.15em;font-weight:700;color:{ink(kind, words=True)}"
        return (
            f'<tr style="background:none"><th scope="row" style="text-align:left;padding:2px 14px '
            f'2px 0">{name}</th><td style="text-align:right;padding:2px 0;{style}">'
            f"{escape(value)} {sign}</td></tr>"
        )

    rows = row("expected", "✓", mismatch.expected, "output")
    rows += row("yours", "✗", mismatch.got, "wrong")
    table = f'<table style="border-collapse:collapse;margin:0;border:0">{rows}</table>'
    return _figure(mismatch.element, table)


def _recompute(mismatch: Mismatch, found: Readings | None) -> str:
    """Fold what it takes to compute the number with a pencil."""
    parts = []
    if mismatch.window is not None:
        parts.append(_figure(f"What {mismatch.element} should have read", _window(mismatch.window)))
    for reading, title in (
        (found.right if found else None, "The sum that it should be"),
        (found.mistaken if found else None, "The sum that your code seems to compute"),
    ):
        made = products(found, reading) if found and reading else None
        if made is not None:
            parts.append(_figure(title, _products(made)))
    if not parts:
        return ""
    return _folded(
        f"Compute {mismatch.element} by hand", f'<div style="{_ROW}">{"".join(parts)}</div>'
    )


def _products(made: Products) -> str:
    cell = "padding:1px 8px;text-align:right"
    rows = "".join(
        f'<tr style="background:none"><td style="{cell}">{escape(place)}</td>'
        f'<td style="{cell}">{a}</td><td style="{cell}">× {b}</td>'
        f'<td style="{cell}">= {c}</td></tr>'
        for place, a, b, c in made.rows
    )
    tail = "".join(
        f'<tr style="background:none"><td colspan="3" style="{cell}">{escape(name)}</td>'
        f'<td style="{cell};font-weight:700">{value}</td></tr>'
        for name, value in made.tail
    )
    return f'<table style="border-collapse:collapse;{_CODE};border:0;margin:0">{rows}{tail}</table>'


def _window(window: Window) -> str:
    cell = f'style="border:1px solid {ink("line")};padding:2px 6px;text-align:right"'
    rows = "".join(
        '<tr style="background:none">'
        + "".join(f"<td {cell}>{text}</td>" for text in row)
        + "</tr>"
        for row in window.cells
    )
    note = f"<br>{escape(window.legend)}" if window.legend else ""
    caption = "<br>".join(escape(line.removesuffix(":")) for line in window.caption.splitlines())
    return (
        f'<table style="border-collapse:collapse;{_CODE};margin:.3em 0">'
        f"{rows}</table><small>{caption}{note}</small>"
    )


def _folded(summary: str, content: str) -> str:
    return (
        f'<details style="margin:6px 0"><summary style="cursor:pointer">{escape(summary)}</summary>'
        f'<div style="overflow-x:auto">{content}</div></details>'
    )


def _p(content: str) -> str:
    return f'<p style="margin:8px 0;overflow-wrap:anywhere">{content}</p>'


def _code(text: str) -> str:
    return f'<code style="{_CODE};overflow-wrap:anywhere">{escape(text)}</code>'


def _prose(text: str) -> str:
    """Return words as HTML; what stands between backticks is code.

    >>> _prose("`a` < b").count("<code")
    1
    """
    pieces = text.split("`")
    if len(pieces) % 2 == 0:  # a backtick too many
        return escape(text)
    return "".join(_code(p) if n % 2 else escape(p) for n, p in enumerate(pieces))
