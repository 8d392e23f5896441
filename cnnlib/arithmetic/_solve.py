"""The reverse question: the settings that give an output size."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

from cnnlib._arguments import whole
from cnnlib.arithmetic._sizes import conv_output_size, conv_transpose_output_size, span


@dataclass(frozen=True)
class Setting:
    """One way to reach a size.

    Attributes
    ----------
    fits
        Whether the stride divides, so that no edge is dropped and all padding is used.
    """

    kernel_size: int
    stride: int
    padding: int
    dilation: int
    fits: bool

    def __str__(self) -> str:
        text = f"kernel {self.kernel_size}, stride {self.stride}, padding {self.padding}"
        text += f", dilation {self.dilation}" if self.dilation > 1 else ""
        return text if self.fits else f"{text} (the stride does not fit)"


def solve(
    n: int,
    out: int,
    *,
    kernel_size: int | Iterable[int] = range(1, 12),
    stride: int | Iterable[int] = range(1, 5),
    padding: int | Iterable[int] = range(6),
    dilation: int | Iterable[int] = 1,
    function: Callable[..., int] = conv_output_size,
) -> list[Setting]:
    """Find every setting that takes an input of size `n` to an output of size `out`.

    Parameters
    ----------
    kernel_size, stride, padding, dilation
        What to try: one number, or several. Padding is the same on both sides, and smaller than
        the window, because a window that sees only padding says nothing.
    function
        `conv_output_size`, `conv_transpose_output_size` or `pool_output_size`.

    Returns
    -------
    list of Setting
        Those whose stride fits come first; then by dilation, stride, kernel and padding, smallest
        first.

    Examples
    --------
    >>> for setting in solve(32, 16, kernel_size=(2, 3, 5), stride=2):
    ...     print(setting)
    kernel 2, stride 2, padding 0
    kernel 3, stride 2, padding 1 (the stride does not fit)
    kernel 5, stride 2, padding 2 (the stride does not fit)
    """
    found = []
    choices = product(*map(_choices, (kernel_size, stride, padding, dilation)))
    for kernel, step, border, spread in choices:
        window = span(kernel, spread)
        if border >= window:
            continue
        try:
            size = function(n, kernel, step, border, dilation=spread)
        except ValueError:
            continue  # too large for the input, or padded more than this kind of layer allows
        if size == whole(out, "out", least=1):
            fits = function is conv_transpose_output_size or (n + 2 * border - window) % step == 0
            found.append(Setting(kernel, step, border, spread, fits))
    return sorted(found, key=lambda s: (not s.fits, s.dilation, s.stride, s.kernel_size, s.padding))


def _choices(values: int | Iterable[int]) -> Iterable[int]:
    return (values,) if isinstance(values, int) else tuple(values)
