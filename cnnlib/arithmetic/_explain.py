"""The same arithmetic with the numbers in it, as text and as LaTeX."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import signature
from math import prod
from typing import ParamSpec

from cnnlib.arithmetic._costs import axes, filter_size, macs, parameters
from cnnlib.arithmetic._sizes import (
    AxisPadding,
    before_after,
    conv_output_size,
    conv_transpose_output_size,
    pool_output_size,
    same_padding,
    span,
)

P = ParamSpec("P")


@dataclass(frozen=True)
class Explanation:
    """A result with its working.

    Attributes
    ----------
    value
        What the function returns.
    text, latex
        The formula with the numbers in it; `latex` has no dollar signs.
    warning
        What to watch out for: a stride that does not fit, or that leaves gaps; or nothing.
    dropped
        The input positions after the last window, which no output sees.
    """

    value: int | tuple[int, int]
    text: str
    latex: str
    warning: str = ""
    dropped: range = range(0)

    def __str__(self) -> str:
        return f"{self.text}\n{self.warning}" if self.warning else self.text

    def _repr_html_(self) -> str:
        # Jupyter typesets $$…$$ in HTML output.
        warning = f"<p>⚠ {self.warning}</p>" if self.warning else ""
        return f"<p>$${self.latex}$$</p>{warning}"


def explain(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> Explanation:
    r"""Show how one of this module's functions comes to its result.

    Parameters
    ----------
    function
        `conv_output_size`, `conv_transpose_output_size`, `pool_output_size`, `same_padding`,
        `parameters` or `macs`.
    *args, **kwargs
        What the function itself would be called with.

    Raises
    ------
    TypeError
        If there is no explanation for that function.

    Examples
    --------
    >>> print(explain(conv_output_size, 7, 3, stride=3))
    ⌊(7 − 3)/3⌋ + 1 = ⌊1.33⌋ + 1 = 2
    The stride does not fit: position 6 is never seen.
    >>> print(explain(conv_output_size, 32, 5, stride=1, padding=2).latex)
    32 + 2 \cdot 2 - 5 + 1 = 32
    >>> print(explain(parameters, 3, 10, 5))
    (3·5·5 + 1)·10 = 760
    """
    explainer = _EXPLAINERS.get(function)
    if explainer is None:
        known = ", ".join(known.__name__ for known in _EXPLAINERS)
        raise TypeError(f"no explanation for {function!r}; there is one for {known}")
    bound = signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    return explainer(**bound.arguments)


def explain_conv(
    n: int,
    kernel_size: int,
    stride: int,
    padding: AxisPadding,
    dilation: int,
    *,
    unit: str = "position",
) -> Explanation:
    """Explain `conv_output_size`; `unit` says what a position is called: row or column."""
    size = conv_output_size(n, kernel_size, stride, padding, dilation)
    before, after = before_after(padding, kernel_size, stride, dilation)
    top = _room(n, kernel_size, before, after, dilation)
    room = n + before + after - span(kernel_size, dilation)
    left_over = room % stride
    dropped = range(max(0, n - max(0, left_over - after)), n)
    skipped = stride - span(kernel_size, dilation) if size > 1 else 0
    warnings = _misfit(left_over, dropped, unit), _gaps(skipped, stride, unit)
    text, latex = _quotient(top, room, stride, size)
    return Explanation(size, text, latex, " ".join(filter(None, warnings)), dropped)


def explain_conv_transpose(
    n: int,
    kernel_size: int,
    stride: int,
    padding: int,
    *,
    output_padding: int,
    dilation: int,
) -> Explanation:
    """Explain `conv_transpose_output_size`: its stride always fits."""
    size = conv_transpose_output_size(
        n, kernel_size, stride, padding, output_padding=output_padding, dilation=dilation
    )
    terms = f"({n} − 1)·{stride}"
    terms += f" − 2·{padding}" if padding else ""
    terms += f" + {_span(kernel_size, dilation)}"
    terms += f" + {output_padding}" if output_padding else ""
    return _explained(size, f"{terms} = {size}")


def explain_pool(
    n: int,
    kernel_size: int,
    stride: int | None,
    padding: AxisPadding,
    dilation: int,
    *,
    ceil_mode: bool,
    unit: str = "position",
) -> Explanation:
    """Explain `pool_output_size`; `unit` says what a position is called: row or column."""
    stride = kernel_size if stride is None else stride
    size = pool_output_size(n, kernel_size, stride, padding, dilation, ceil_mode=ceil_mode)
    if not ceil_mode:
        return explain_conv(n, kernel_size, stride, padding, dilation, unit=unit)
    before, after = before_after(padding, kernel_size, stride, dilation)
    room = n + before + after - span(kernel_size, dilation)
    rounded_up = -(-room // stride) + 1
    text, latex = _quotient(
        _room(n, kernel_size, before, after, dilation), room, stride, rounded_up, up=True
    )
    over = (size - 1) * stride - room
    warning = f"The last window hangs over the edge by {over}." if over > 0 else ""
    if size < rounded_up:
        text, latex = f"{text}, less 1 = {size}", rf"{latex},\quad {rounded_up} - 1 = {size}"
        warning = "A further window would start outside the input and is left out."
    return Explanation(size, text, latex, warning)


def explain_same_padding(kernel_size: int, dilation: int) -> Explanation:
    """Explain `same_padding`."""
    before, after = same_padding(kernel_size, dilation)
    text = f"{_span(kernel_size, dilation)} − 1 = {before} + {after}"
    warning = "" if before == after else "The window's size is even: the extra one goes after."
    return Explanation((before, after), text, _latex(text), warning)


def explain_parameters(
    in_channels: int,
    out_channels: int,
    kernel_size: int | Sequence[int],
    groups: int,
    bias: bool,
) -> Explanation:
    """Explain `parameters`."""
    total = parameters(in_channels, out_channels, kernel_size, groups, bias)
    weights = _filter(in_channels, kernel_size, groups)
    per_filter = f"({weights} + 1)" if bias else weights
    return _explained(total, f"{per_filter}·{out_channels} = {total}")


def explain_macs(
    in_channels: int,
    out_channels: int,
    kernel_size: int | Sequence[int],
    positions: int | Sequence[int],
    groups: int,
    *,
    batch: int,
    bias: bool,
    count: int,
) -> Explanation:
    """Explain `macs`."""
    total = macs(
        in_channels,
        out_channels,
        kernel_size,
        positions,
        groups,
        batch=batch,
        bias=bias,
        count=count,
    )
    outputs = [*axes(positions, "positions"), out_channels]
    if batch > 1:
        outputs.insert(0, batch)
    each = _filter(in_channels, kernel_size, groups)
    each = f"{count}·{each}" if count > 1 else each
    each = f"({each} + 1)" if bias else each
    return _explained(total, f"{'·'.join(map(str, outputs))}·{each} = {total}")


_EXPLAINERS: dict[Callable[..., object], Callable[..., Explanation]] = {
    conv_output_size: explain_conv,
    conv_transpose_output_size: explain_conv_transpose,
    pool_output_size: explain_pool,
    same_padding: explain_same_padding,
    parameters: explain_parameters,
    macs: explain_macs,
}


def _explained(value: int, text: str) -> Explanation:
    return Explanation(value, text, _latex(text))


def _latex(text: str) -> str:
    return text.replace("·", r" \cdot ").replace("−", "-")


def _span(kernel_size: int, dilation: int) -> str:
    return f"({dilation}·({kernel_size} − 1) + 1)" if dilation > 1 else f"{kernel_size}"


def _filter(in_channels: int, kernel_size: int | Sequence[int], groups: int) -> str:
    depth = filter_size(in_channels, 1, groups)
    size = [
        number for number in axes(kernel_size, "kernel_size") if prod(axes(kernel_size, "")) > 1
    ]
    return "·".join(map(str, [depth, *size]))


def _room(n: int, kernel_size: int, before: int, after: int, dilation: int) -> str:
    padding = f" + 2·{before}" if before == after else f" + {before} + {after}"
    return f"{n}{padding if before or after else ''} − {_span(kernel_size, dilation)}"


def _quotient(top: str, room: int, stride: int, size: int, up: bool = False) -> tuple[str, str]:
    """Write `top / stride + 1 = size`, rounded where the division leaves a rest."""
    upper = _latex(top)
    if stride == 1:
        return f"{top} + 1 = {size}", f"{upper} + 1 = {size}"
    if room % stride == 0:
        return f"({top})/{stride} + 1 = {size}", rf"\frac{{{upper}}}{{{stride}}} + 1 = {size}"
    left, right, name = ("⌈", "⌉", "ceil") if up else ("⌊", "⌋", "floor")
    value = f"{room / stride:.2f}"
    text = f"{left}({top})/{stride}{right} + 1 = {left}{value}{right} + 1 = {size}"
    latex = (
        rf"\left\l{name}\frac{{{upper}}}{{{stride}}}\right\r{name} + 1"
        rf" = \l{name} {value} \r{name} + 1 = {size}"
    )
    return text, latex


def _misfit(left_over: int, dropped: range, unit: str) -> str:
    if left_over == 0:
        return ""
    if not dropped:
        return f"The stride does not fit: {left_over} of the padding after is never used."
    if len(dropped) == 1:
        return f"The stride does not fit: {unit} {dropped[0]} is never seen."
    return f"The stride does not fit: {unit}s {dropped[0]} to {dropped[-1]} are never seen."


def _gaps(skipped: int, stride: int, unit: str) -> str:
    if skipped <= 0:
        return ""
    return f"There are gaps between windows: {skipped} of every {stride} {unit}s are never seen."
