"""How large the output is, along one axis: exactly as PyTorch computes it."""

from typing import TypeAlias

from cnnlib._arguments import whole

#: Padding along one axis: the same before and after, (before, after), "same" or "valid".
AxisPadding: TypeAlias = int | tuple[int, int] | str


def same_padding(kernel_size: int, dilation: int = 1) -> tuple[int, int]:
    """Give the padding (before, after) that keeps the size at stride 1.

    A window spans `dilation * (kernel_size - 1) + 1` positions. Where that is even, the two sides
    cannot be equal; the extra one goes after (right, bottom), as in `torch.nn.Conv2d` with
    `padding="same"`.

    Examples
    --------
    >>> same_padding(3), same_padding(5), same_padding(4), same_padding(3, dilation=2)
    ((1, 1), (2, 2), (1, 2), (2, 2))
    """
    total = span(kernel_size, dilation) - 1
    return total // 2, total - total // 2


def span(kernel_size: int, dilation: int = 1) -> int:
    """Give the number of positions from a window's first tap to its last: its effective size.

    Examples
    --------
    >>> span(3), span(3, dilation=2)
    (3, 5)
    """
    kernel_size = whole(kernel_size, "kernel_size", least=1)
    return whole(dilation, "dilation", least=1) * (kernel_size - 1) + 1


def before_after(
    padding: AxisPadding, kernel_size: int, stride: int = 1, dilation: int = 1
) -> tuple[int, int]:
    """Give the padding before and after an axis, whichever way it was written.

    Raises
    ------
    ValueError
        If it is negative, or "same" with a stride other than 1: PyTorch refuses that too, because
        the padding that it needs depends on the size of the input.
    """
    if padding == "valid":
        return 0, 0
    if padding == "same":
        if stride != 1:
            raise ValueError(f'padding "same" needs stride 1, got stride {stride}')
        return same_padding(kernel_size, dilation)
    if isinstance(padding, str):
        raise ValueError(f'padding must be numbers, "same" or "valid", got {padding!r}')
    before, after = padding if isinstance(padding, tuple) else (padding, padding)
    return whole(before, "padding", least=0), whole(after, "padding", least=0)


def conv_output_size(
    n: int, kernel_size: int, stride: int = 1, padding: AxisPadding = 0, dilation: int = 1
) -> int:
    """Give the output size of a convolution along one axis.

    ⌊(n + before + after − dilation·(kernel_size − 1) − 1) / stride⌋ + 1, as `torch.nn.Conv2d`.

    Raises
    ------
    ValueError
        If the window is larger than the padded input, or an argument is out of its range.

    Examples
    --------
    >>> [conv_output_size(7, 3, stride=s) for s in (1, 2, 3)]
    [5, 3, 2]
    >>> conv_output_size(227, 11, stride=4)
    55
    """
    stride = whole(stride, "stride", least=1)
    before, after = before_after(padding, kernel_size, stride, dilation)
    room = whole(n, "n", least=1) + before + after - span(kernel_size, dilation)
    if room < 0:
        raise ValueError(_too_large(n, kernel_size, dilation, before, after))
    return room // stride + 1


def conv_transpose_output_size(
    n: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    *,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """Give the output size of a transposed convolution along one axis.

    (n − 1)·stride − 2·padding + dilation·(kernel_size − 1) + output_padding + 1, as
    `torch.nn.ConvTranspose2d`: padding *removes* positions from both ends of the output.

    Raises
    ------
    ValueError
        If nothing is left of the output, or `output_padding` reaches both
        the stride and the dilation, which PyTorch refuses.

    Examples
    --------
    >>> conv_transpose_output_size(16, 4, stride=2, padding=1)
    32
    """
    stride = whole(stride, "stride", least=1)
    padding = whole(padding, "padding", least=0)
    output_padding = whole(output_padding, "output_padding", least=0)
    window = span(kernel_size, dilation)
    if output_padding >= max(stride, dilation):
        raise ValueError(
            f"output_padding must be smaller than the stride ({stride}) or the dilation "
            f"({dilation}), got {output_padding}"
        )
    size = (whole(n, "n", least=1) - 1) * stride - 2 * padding + window + output_padding
    if size < 1:
        raise ValueError(
            f"padding {padding} at both ends removes all of the output: "
            f"{size + 2 * padding} without it, {size} with it; it must leave at least 1"
        )
    return size


def pool_output_size(
    n: int,
    kernel_size: int,
    stride: int | None = None,
    padding: AxisPadding = 0,
    dilation: int = 1,
    *,
    ceil_mode: bool = False,
) -> int:
    """Give the output size of a pooling along one axis.

    As a convolution's, but `stride` is `kernel_size` where none is given, and with `ceil_mode` the
    quotient is rounded up, unless the last window would then start beyond the input and the padding
    before it (`pooling_output_shape` in PyTorch's `aten/src/ATen/native/Pool.h`).

    Raises
    ------
    ValueError
        If no window fits, or the padding is more than half the kernel, dilated or not.

    Examples
    --------
    >>> pool_output_size(6, 3, 2), pool_output_size(6, 3, 2, ceil_mode=True)
    (2, 3)
    >>> pool_output_size(32, 1, 2, ceil_mode=True)  # a seventeenth window would start outside
    16
    """
    stride = whole(kernel_size if stride is None else stride, "stride", least=1)
    before, after = before_after(padding, kernel_size, stride, dilation)
    window = span(kernel_size, dilation)
    if max(before, after) > kernel_size // 2:
        raise ValueError(
            f"padding must be at most half the kernel, {kernel_size // 2}, got {max(before, after)}"
        )
    room = whole(n, "n", least=1) + before + after - window
    size = (room + (stride - 1 if ceil_mode else 0)) // stride + 1
    if ceil_mode and (size - 1) * stride >= n + before:
        size -= 1
    if size < 1:
        raise ValueError(_too_large(n, kernel_size, dilation, before, after))
    return size


def _too_large(n: int, kernel_size: int, dilation: int, before: int, after: int) -> str:
    window = span(kernel_size, dilation)
    spread = f" (dilation {dilation} spreads it to {window})" if dilation > 1 else ""
    return (
        f"a kernel of {kernel_size}{spread} is larger than the padded input, {n} + {before} + "
        f"{after} = {n + before + after}; it needs an input of at least {window - before - after}"
    )
