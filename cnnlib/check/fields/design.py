"""The check of `ps6_fields` for nets that students design under a budget."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import Check, Part, Result, Values, Which, exact, mistakes
from cnnlib.check.fields.calls import COLUMNS, ROWS, call_design, to_table
from cnnlib.check.fields.nets import conv
from cnnlib.check.fields.table import BROKEN, HUGE, field_size, summarise

_LIMITS = ("least_field", "most_parameters", "most_macs", "output")


def _within(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Return what a net has where it misses the budget, and the budget where it does not."""
    kept = tuple(np.asarray(arguments[name]) for name in _LIMITS)
    if np.isnan(values[0]).all():
        return kept
    summary = summarise(values[0], arguments["image"])
    if summary is None or len(summary.output_shape) != 3:
        return tuple(np.asarray(BROKEN) for _ in values)
    return (
        np.minimum(field_size(summary), kept[0]),
        np.maximum(min(summary.parameters, HUGE), kept[1]),
        np.maximum(min(summary.macs, HUGE), kept[2]),
        np.asarray(summary.output_shape),
    )


_BUDGETS: Mapping[str, Mapping[str, Any]] = {
    "roomy": {"image": (3, 64, 64), "least_field": 31, "most_parameters": 30_000,
              "most_macs": 10_000_000, "output": (32, 16, 16)},
    "tight": {"image": (3, 64, 64), "least_field": 43, "most_parameters": 4_500,
              "most_macs": 1_600_000, "output": (32, 16, 16)},
}  # fmt: skip


def _budget(name: str) -> Callable[[np.random.Generator, Which], list[Case]]:
    case = Case("the budget in the text", dict(_BUDGETS[name]))
    return lambda rng, which: [case]


#: Stands for a net that keeps the budget: none is shown here. Results have to be whole numbers, so
#: that it cannot be returned.
_KEPT = np.full((ROWS, COLUMNS), np.nan)


def _keeping(arguments: Arguments, device: str) -> Values:
    return (_KEPT,) * 4


def _says(arguments: Arguments, result: str, got: Array, expected: Array) -> str:
    """Say what the budget allows: its numbers are limits, not the only right ones."""
    if (got == BROKEN).any():
        return "the layers do not fit together, or the output is not a map"
    match result:
        case "receptive field":
            return f"the receptive field is {int(got)}; it must be at least {int(expected)}"
        case "output shape":
            shape, wanted = (tuple(map(int, each)) for each in (got, expected))
            return f"the output has shape {shape}; expected {wanted}"
        case "parameters":
            return f"the network has {int(got):,} parameters; at most {int(expected):,} are allowed"
    return f"the network needs {int(got):,} {result}; at most {int(expected):,} are allowed"


design = Check(
    name="design",
    against="the budget",
    parts={name: Part(f"the {name} budget", _budget(name)) for name in _BUDGETS},
    reference=_keeping,
    tolerance=exact,
    results=tuple(
        Result(name, dtype="integer")
        for name in ("receptive field", "parameters", "multiply-adds", "output shape")
    ),
    misconceptions=mistakes(
        "the layers do not fit together",
        "The input of each layer must fit the output of the layer before it. Build the network "
        "with PyTorch and send an image through: the error names the layer.",
        lambda a: (to_table([conv(a["image"][0] + 1, 1, 1)]),) * 4,
    ),
    forbids=frozenset({".spec", ".zoo"}),
    call=call_design,
    settle=_within,
    says=_says,
)
