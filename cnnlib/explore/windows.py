"""The windows of a convolution, and of a transposed one."""

import numpy as np
import traitlets

from cnnlib.arithmetic import conv_output_size, conv_transpose_output_size, span
from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.look import Drawing


class ConvolutionArithmetic(Explorer):
    """Step through the windows of a convolution; see its formula and what falls off the edge.

    Attributes
    ----------
    size, kernel, stride, padding, dilation
        Of both axes alike.
    transposed
        A transposed convolution in place of a convolution.
    simple
        Without dilation and transposed convolutions, for those who do not know them yet.
    position
        The output that is shown, counted row by row.
    """

    _esm = bundle(__file__)

    size = traitlets.Int(7, min=1, max=12).tag(sync=True)
    kernel = traitlets.Int(3, min=1, max=7).tag(sync=True)
    stride = traitlets.Int(1, min=1, max=4).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=4).tag(sync=True)
    dilation = traitlets.Int(1, min=1, max=3).tag(sync=True)
    transposed = traitlets.Bool(False).tag(sync=True)
    simple = traitlets.Bool(False).tag(sync=True)
    position = traitlets.Int(0, min=0).tag(sync=True)

    def still(self) -> str:
        """Return the input with its padding hatched, the first window, and the output."""
        out = self._output_size()
        pixels, total = self._axis()
        reach = span(self.kernel, self.dilation)
        name = "transposed convolution" if self.transposed else "convolution"
        drawing = Drawing(
            f"A {name}: input {self.size}, kernel {self.kernel}, stride {self.stride}, "
            f"padding {self.padding}, dilation {self.dilation}, output {out}. "
            "The first window is framed."
        )
        pixel = np.array([i in pixels for i in range(total)])
        inside = np.array([pixels.start <= i < pixels.stop for i in range(total)])
        box = drawing.grid(
            np.where(pixel[:, None] & pixel, np.nan, 0),
            kind="input",
            title=f"input x, {self.size} × {self.size}",
            hatched=~(inside[:, None] & inside),
        )
        if not out:
            drawing.text(box.right + 60, 20, "no output", kind="wrong", anchor="start", bold=True)
            return drawing.svg()
        drawing.frame(box.cell(0, 0, reach, reach))
        result = drawing.grid(
            np.full((out, out), np.nan),
            box.right + 90,
            kind="output",
            title=f"output y, {out} × {out}",
        )
        drawing.frame(result.cell(0, 0), "output")
        return drawing.svg()

    def _output_size(self) -> int:
        """Return the size of the output, 0 where there is none."""
        measure = conv_transpose_output_size if self.transposed else conv_output_size
        try:
            return measure(
                self.size,
                self.kernel,
                stride=self.stride,
                padding=self.padding,
                dilation=self.dilation,
            )
        except ValueError:
            return 0

    def _axis(self) -> tuple[range, int]:
        """Return where pixels lie among what windows slide over, and how much that is."""
        if self.transposed:  # as a convolution over pixels that are spread by the stride
            border = span(self.kernel, self.dilation) - 1 - self.padding
            spread = self.stride
        else:
            border, spread = self.padding, 1
        inner = span(self.size, spread)
        return range(border, border + inner, spread), max(1, inner + 2 * border)
