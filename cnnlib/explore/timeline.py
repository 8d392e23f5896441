"""Events along the years."""

from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.explore._svg import svg, text


class Timeline(Explorer):
    """Move along the years and read what happened.

    Attributes
    ----------
    events
        Sorted by year; each a dictionary with `year`, `title`, `text` and `source`.
    chosen
        The event that is shown.
    """

    _esm = bundle(__file__)

    events = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, events: Sequence[Mapping[str, Any]], **settings: Any) -> None:
        if not events:
            raise ValueError("events is empty; a timeline needs at least one event")
        ordered = sorted((dict(event) for event in events), key=lambda event: event["year"])
        super().__init__(events=ordered, **settings)

    def still(self) -> str:
        """Return the years with their titles."""
        rows = [
            text(6, 20 + 20 * row, f"{event['year']}  {event['title']}")
            for row, event in enumerate(self.events)
        ]
        words = f"Timeline of {len(self.events)} events."
        return svg(640, 20 * len(self.events) + 16, words, rows)
