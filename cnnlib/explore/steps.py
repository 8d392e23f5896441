"""A drawing that moves on, step by step: windows slide, numbers appear."""

from collections.abc import Sequence

import traitlets

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.look import Drawing


class Steps(Explorer):
    """Drawings shown one after the other; what bears the same key moves from place to place.

    On slides each press shows the next one; in a notebook there are buttons. What does not change
    is stored once, however many drawings it stands in.

    Parameters
    ----------
    drawings
        At least one. All are shown in a frame that has room for each of them.
    captions
        A line below each drawing; or none.

    Attributes
    ----------
    at
        Which is shown, counted from 0.
    """

    _esm = bundle(__file__)

    parts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    frames = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    box = traitlets.List(traitlets.Float()).tag(sync=True)
    captions = traitlets.List(traitlets.Unicode()).tag(sync=True)
    texts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    at = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, drawings: Sequence[Drawing], captions: Sequence[str] = ()) -> None:
        if not drawings:
            raise ValueError("steps need at least one drawing")
        if captions and len(captions) != len(drawings):
            raise ValueError(f"{len(drawings)} drawings need as many captions, not {len(captions)}")
        self._drawings = list(drawings)
        numbers: dict[str, int] = {}
        frames = [
            [numbers.setdefault(part, len(numbers)) for part in drawing.parts]
            for drawing in drawings
        ]
        boxes = [drawing.view for drawing in drawings]
        left, top = min(box.x for box in boxes), min(box.y for box in boxes)
        right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
        super().__init__(
            parts=list(numbers),
            frames=frames,
            box=[left, top, right - left, bottom - top],
            captions=list(captions),
            texts=[drawing.alt for drawing in drawings],
        )

    def still(self) -> str:
        """Return the last drawing."""
        return self._drawings[-1].svg()
