"""The windows of a convolution, and of a transposed one."""

import traitlets

from cnnlib.arithmetic import conv_output_size, conv_transpose_output_size, span
from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.explore._svg import svg, text

_SIDE = 18


class ConvolutionArithmetic(Explorer):
    """Step through the windows of a convolution; see its formula and what falls off the edge.

    Attributes
    ----------
    size, kernel, stride, padding, dilation
        Of both axes alike.
    transposed
        A transposed convolution in place of a convolution.
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
    position = traitlets.Int(0, min=0).tag(sync=True)

    def still(self) -> str:
        """Return the input with its padding, the first window hatched, and the output."""
        out = self._output_size()
        pixels, total = self._axis()
        read = {self.dilation * i for i in range(self.kernel)} if out else set()
        cells = [
            _cell(
                1 + _SIDE * j, 24 + _SIDE * i, i in pixels and j in pixels, i in read and j in read
            )
            for i in range(total)
            for j in range(total)
        ]
        left = _SIDE * total + 60
        cells += [
            _cell(left + _SIDE * j, 24 + _SIDE * i, True, i == j == 0)
            for i in range(out)
            for j in range(out)
        ]
        cells += [
            text(1, 16, f"input {self.size}×{self.size}"),
            text(left, 16, f"output {out}×{out}"),
        ]
        name = "transposed convolution" if self.transposed else "convolution"
        words = (
            f"A {name}: input {self.size}, kernel {self.kernel}, stride {self.stride}, "
            f"padding {self.padding}, dilation {self.dilation}, output {out}. "
            "The first window is hatched."
        )
        return svg(left + max(90, _SIDE * out) + 4, _SIDE * max(total, out) + 30, words, cells)

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


def _cell(x: float, y: float, pixel: bool, read: bool) -> str:
    dashes = "" if pixel else ' stroke-dasharray="2 2"'
    shade = 0.12 if pixel else 0
    square = (
        f'<rect x="{x}" y="{y}" width="{_SIDE}" height="{_SIDE}" fill="black" '
        f'fill-opacity="{shade}" stroke="black" stroke-width="0.6"{dashes}/>'
    )
    if not read:
        return square
    half = _SIDE / 2
    return square + (
        f'<path d="M{x} {y + half}l{half} {-half}M{x} {y + _SIDE}l{_SIDE} {-_SIDE}'
        f'M{x + half} {y + _SIDE}l{half} {-half}" stroke="black"/>'
    )
