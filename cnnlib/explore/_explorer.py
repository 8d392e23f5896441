"""What all explorers have in common."""

from pathlib import Path
from typing import Any

import anywidget

from cnnlib.look.palette import DARK_NOTEBOOKS, css

#: The style sheet; the colours come before it, so that explorers look alike in any page.
STYLES = Path(__file__).with_name("explore.css")


class Explorer(anywidget.AnyWidget):
    """A widget whose logic runs in the browser.

    Settings are attributes, in step with the sliders where a kernel runs.
    """

    _css = css(":root", DARK_NOTEBOOKS) + STYLES.read_text("utf-8")

    def still(self) -> str:
        """Return a picture of the present settings as SVG, for places without JavaScript."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        found = super()._repr_mimebundle_(**kwargs)
        if found is None:
            return None
        data, metadata = found if isinstance(found, tuple) else (found, {})
        return {**data, "image/svg+xml": self.still()}, metadata
