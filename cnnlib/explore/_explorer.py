"""What all explorers have in common."""

from pathlib import Path
from typing import Any

import anywidget

STYLES = Path(__file__).with_name("explore.css")


class Explorer(anywidget.AnyWidget):
    """A widget whose logic runs in the browser.

    Settings are attributes, in step with the sliders where a kernel runs.
    """

    _css = STYLES

    def still(self) -> str:
        """Return a picture of the present settings as SVG, for places without JavaScript."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        found = super()._repr_mimebundle_(**kwargs)
        if found is None:
            return None
        data, metadata = found if isinstance(found, tuple) else (found, {})
        return {**data, "image/svg+xml": self.still()}, metadata
