"""The gradients of a convolution on their way back."""

import numpy as np
import traitlets

from cnnlib.arithmetic import conv_output_size
from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.lessons.backward.passing import Passing
from cnnlib.look import Drawing

#: As large as any setting needs; smaller ones are cut from the upper left corner.
_X = [[1, 2, 0, 3, 1, 2], [0, 1, 3, 1, 2, 0], [2, 1, 0, 2, 1, 3],
      [1, 3, 2, 0, 1, 1], [0, 2, 1, 1, 3, 2], [3, 0, 1, 2, 0, 1]]  # fmt: skip
_W = [[1, -1, 2, 1], [2, 1, 0, -1], [-1, 3, 1, 2], [1, 2, -1, 1]]
_DY = [[(2, -1, 1, 3, -2)[(3 * i + 2 * j + i * j) % 5] for j in range(10)] for i in range(10)]


class Backward(Explorer):
    """Send output gradients back to their windows and to the kernel; see what adds up in a cell.

    Attributes
    ----------
    size, kernel, stride, padding, dilation
        Of both axes alike.
    sent
        The outputs whose gradients have been sent, counted row by row.
    position
        The output that is looked at.
    x, w, dy
        The numbers, as rows; what a setting needs is cut from their upper left corner.
    """

    _esm = bundle(__file__)

    size = traitlets.Int(5, min=3, max=6).tag(sync=True)
    kernel = traitlets.Int(3, min=1, max=4).tag(sync=True)
    stride = traitlets.Int(1, min=1, max=3).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=2).tag(sync=True)
    dilation = traitlets.Int(1, min=1, max=2).tag(sync=True)
    position = traitlets.Int(0, min=0).tag(sync=True)
    sent = traitlets.List(traitlets.Int(min=0)).tag(sync=True)
    x = traitlets.List(traitlets.List(traitlets.Int()), _X).tag(sync=True)
    w = traitlets.List(traitlets.List(traitlets.Int()), _W).tag(sync=True)
    dy = traitlets.List(traitlets.List(traitlets.Int()), _DY).tag(sync=True)

    def still(self) -> str:
        """Return the image, the kernel and the output gradients, with what has been sent."""
        n, k = self.size, self.kernel
        settings = {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}
        try:
            m = conv_output_size(n, k, **settings)
        except ValueError:
            m = 0
        drawing = Drawing(
            f"A convolution and its gradients: input {n}, kernel {k}, output {m}; "
            f"{len(self.sent)} output gradients have been sent back."
        )
        border = np.pad(np.zeros((n, n), bool), self.padding, constant_values=True)
        weights, gradients = (
            np.array(rows, dtype=float)[:size, :size] for rows, size in ((self.w, k), (self.dy, m))
        )
        lit = np.isin(np.arange(m * m), self.sent).reshape(m, m)
        layer = Passing(
            np.pad(np.array(self.x, dtype=float)[:n, :n], self.padding), weights, gradients * lit,
            self.stride, self.dilation,
        )  # fmt: skip
        x = drawing.grid(layer.x, kind="input", title="x", hatched=border)
        w = drawing.grid(weights, x.right + 60, kind="kernel", title="w")
        low = max(x.bottom, w.bottom) + 60
        drawing.grid(layer.dx, 0, low, kind="gradient", title="dx", hatched=border)
        drawing.grid(layer.dw, w.x, low, kind="gradient", title="dw")
        if m:
            drawing.grid(layer.y, w.right + 60, kind="output", title="y")
            drawing.grid(gradients, w.right + 60, low, kind="gradient", title="dy", strong=lit)
        else:
            drawing.text(w.right + 60, 20, "no output", kind="wrong", anchor="start", bold=True)
        return drawing.svg()
