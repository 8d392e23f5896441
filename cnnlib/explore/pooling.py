"""Pooling: windows, what they keep, where the gradient goes, and un-pooling."""

from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.explore._sent import numbers, png
from cnnlib.lessons.pooling.kinds import FIVE, gradient, pool, unpool, winners
from cnnlib.lessons.pooling.photos import face
from cnnlib.look import Drawing

#: A larger image cannot be written in numbers on a slide.
_WRITTEN = 8


class Pooling(Explorer):
    """Drag a window over numbers or a photo; see the pooled map, dx and what can be undone.

    Parameters
    ----------
    image
        (n, n), at most 8 by 8 numbers, in place of the example.

    Attributes
    ----------
    scene
        "numbers" or "photo".
    kind
        "max", "average" or "norm".
    p
        The power of the norm.
    kernel, stride, padding
        Of the windows. There is at most half a window of padding, and none for norms.
    position
        The output that is shown, counted row by row.
    """

    _esm = bundle(__file__)

    scene = traitlets.Enum(["numbers", "photo"], "numbers").tag(sync=True)
    image = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    photo = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Enum(["max", "average", "norm"], "max").tag(sync=True)
    p = traitlets.Int(2, min=1, max=10).tag(sync=True)
    kernel = traitlets.Int(3, min=1, max=16).tag(sync=True)
    stride = traitlets.Int(2, min=1, max=16).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=2).tag(sync=True)
    position = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, image: ArrayLike | None = None, **settings: Any) -> None:
        array = np.asarray(FIVE if image is None else image, dtype=float)
        if array.ndim != 2 or array.shape[0] != array.shape[1] or not 1 <= len(array) <= _WRITTEN:
            raise ValueError(
                f"image has shape {array.shape}; expected (n, n) with n up to {_WRITTEN}"
            )
        super().__init__(image=numbers(array), photo=png(face(112)[None]), **settings)

    def still(self) -> str:
        """Return the input with its first window, the pooled map, dx and the un-pooled map."""
        x = np.array(self.image)
        size = min(self.kernel, len(x))
        padding = 0 if self.kind == "norm" else min(self.padding, size // 2)
        more = {"p": self.p} if self.kind == "norm" else {"padding": padding}
        y = pool(x, self.kind, size, self.stride, **more)
        drawing = Drawing(
            f"{self.kind} pooling of {len(x)} by {len(x)} numbers with windows of {size}, stride "
            f"{self.stride} and padding {padding} gives {len(y)} by {len(y)}; beside them are "
            "the gradient and, for maxima, the un-pooled map."
        )
        box = drawing.grid(x, kind="input", title="input x")
        drawing.frame(box.cell(-padding, -padding, size, size))
        out = drawing.grid(y, box.right + 60, kind="output", title="output y")
        dx = gradient(x, self.kind, size, self.stride, **more)
        back = drawing.grid(dx, out.right + 90, kind="gradient", title="dx")
        if self.kind == "max":
            undone = unpool(*winners(x, size, self.stride, padding), x.shape)
            drawing.grid(undone, back.right + 60, kind="output", title="un-pooled")
        return drawing.svg()
