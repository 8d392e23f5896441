"""Results that a slide shows instead of a printout: one number, or a table with a marked row."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from cnnlib.look.parts import ink


class Number:
    """One number, large, and what it means.

    Parameters
    ----------
    value
        A number gets commas between its thousands; words stay as they are.
    meaning
        What is counted or measured.
    kind
        The meaning that gives the colour.

    Examples
    --------
    >>> Number(35_000, "weights")
    [Number: 35,000 weights]
    """

    def __init__(self, value: float | str, meaning: str, kind: str = "kernel") -> None:
        self.value = f"{value:,}" if isinstance(value, int) else str(value)
        self.meaning = meaning
        self.kind = kind

    def __repr__(self) -> str:
        return f"[Number: {self.value} {self.meaning}]"

    def _repr_html_(self) -> str:
        return (
            f'<div class="cnn-number"><b style="color:{ink(self.kind, words=True)};font-size:'
            f'min(150px,{80 / max(4, len(self.value)):.0f}vw)">{escape(self.value)}</b> '
            f"<span>{escape(self.meaning)}</span></div>"
        )


class Table:
    """Rows with a heading for each column; numbers stand right, chosen rows are marked.

    Parameters
    ----------
    rows
        Each a mapping from a column's heading to its cell, all with the same headings.
    marked
        The numbers of the rows to mark.

    Examples
    --------
    >>> Table([{"layer": "fc", "weights": 4_096}])
    [Table: layer, weights; 1 row]
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]], marked: Sequence[int] = ()) -> None:
        self.rows = [dict(row) for row in rows]
        self.marked = frozenset(marked)

    def __repr__(self) -> str:
        names = ", ".join(self.rows[0]) if self.rows else ""
        return f"[Table: {names}; {len(self.rows)} row{'s' * (len(self.rows) != 1)}]"

    def _repr_html_(self) -> str:
        names = list(self.rows[0]) if self.rows else []
        numeric = {n: all(not isinstance(row[n], str) for row in self.rows) for n in names}
        head = "".join(
            f'<th scope="col" style="text-align:{"right" if numeric[n] else "left"}">'
            f"{escape(n)}</th>"
            for n in names
        )
        body = "".join(self._row(number, row, numeric) for number, row in enumerate(self.rows))
        return (
            f'<table class="cnn-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        )

    def _row(self, number: int, row: Mapping[str, Any], numeric: Mapping[str, bool]) -> str:
        strong = number in self.marked
        style = f"font-weight:700;color:{ink('output', words=True)}" if strong else ""
        cells = []
        for name, value in row.items():
            text = f"{value:,}" if isinstance(value, int) else str(value)
            side = "right" if numeric[name] else "left"
            cells.append(f'<td style="text-align:{side};{style}">{escape(text)}</td>')
        return f"<tr>{''.join(cells)}</tr>"
