"""Events along the years."""

from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.look import Drawing


class Timeline(Explorer):
    """Move along the years and read what happened.

    Attributes
    ----------
    events
        Sorted by year; each a dictionary with `year`, `title`, `text` and `source`; if there are
        several threads, with its `thread`; and if there is one, with a `picture` (the address of
        an image, such as `data:…`) and its `alt`.
    chosen
        The event that is shown.
    thread
        The only thread whose events can be chosen, or "" for all.
    """

    _esm = bundle(__file__)

    events = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.Int(0, min=0).tag(sync=True)
    thread = traitlets.Unicode("").tag(sync=True)

    def __init__(self, events: Sequence[Mapping[str, Any]], **settings: Any) -> None:
        if not events:
            raise ValueError("events is empty; a timeline needs at least one event")
        ordered = sorted((dict(event) for event in events), key=lambda event: event["year"])
        super().__init__(events=ordered, **settings)

    def still(self) -> str:
        """Return the years with their titles."""
        drawing = Drawing(f"Timeline of {len(self.events)} events.")
        for row, event in enumerate(self.events):
            y = 30 * row
            drawing.text(0, y, str(event["year"]), kind="input", anchor="start", bold=True)
            drawing.text(70, y, event["title"], anchor="start")
        return drawing.svg()
