"""Backpropagation on one network that fits a blackboard: two inputs, two ReLU units, one output."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.explore import Steps
from cnnlib.lessons.mlp.units import Spot, factor, label, node, signed
from cnnlib.look import Drawing, Table

Array = NDArray[Any]


@dataclass(frozen=True)
class Tiny:
    """The network: h = max(0, w₁x), y = w₂h, E = ½ (y − t)².

    Parameters
    ----------
    w1, w2
        (2, 2), one row for each hidden unit, and (2,).
    """

    w1: Array
    w2: Array


#: Chosen so that all numbers stay short, and one of the two units is off.
NETWORK = Tiny(np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([0.5, 2.0]))
INPUT, TARGET = np.array([1.0, 2.0]), 1.0


@dataclass(frozen=True)
class Pass:
    """Every number of one pass forward and back; `d…` is the derivative of E with respect to it."""

    z: Array
    h: Array
    y: float
    loss: float
    dy: float
    dw2: Array
    dh: Array
    dz: Array
    dw1: Array


def forward_and_back(net: Tiny = NETWORK, x: Array = INPUT, target: float = TARGET) -> Pass:
    """Return what the chain rule gives, one line for each step of it.

    Examples
    --------
    >>> found = forward_and_back()
    >>> found.y, found.loss, found.dw1.tolist()
    (1.5, 0.125, [[0.25, 0.5], [0.0, 0.0]])
    """
    z = net.w1 @ x
    h = np.maximum(0, z)
    y = float(net.w2 @ h)
    dy = y - target
    dw2 = dy * h
    dh = dy * net.w2
    dz = dh * (z > 0)
    dw1 = np.outer(dz, x)
    return Pass(z, h, y, 0.5 * dy**2, dy, dw2, dh, dz, dw1)


def numeric(net: Tiny = NETWORK, eps: float = 1e-5) -> dict[str, float]:
    """Return E's derivative for each weight, found by moving it up and down a little."""
    found = {}
    for field in fields(net):
        array = getattr(net, field.name)
        for place in np.ndindex(array.shape):
            losses = []
            for move in (eps, -eps):
                moved = array.copy()
                moved[place] += move
                other = Tiny(**{"w1": net.w1, "w2": net.w2, field.name: moved})
                losses.append(forward_and_back(other).loss)
            found[name_of(field.name, place)] = (losses[0] - losses[1]) / (2 * eps)
    return found


def name_of(array: str, place: Sequence[int]) -> str:
    """Return a weight's name in the drawing: w₁₁ to w₂₂ into the hidden units, v₁ and v₂ out."""
    digits = "".join("₁₂"[i] for i in place)
    return f"{'w' if array == 'w1' else 'v'}{digits}"


def by_hand(found: Pass) -> dict[str, float]:
    """Return the derivatives of a pass, by the names of the weights."""
    both = {"w1": found.dw1, "w2": found.dw2}
    return {
        name_of(array, place): float(values[place])
        for array, values in both.items()
        for place in np.ndindex(values.shape)
    }


def draw_checked(
    by_hand: Mapping[str, float], numeric: Mapping[str, float], by_torch: Mapping[str, float]
) -> Table:
    """Return a table of the same derivatives, found in three ways."""
    return Table(
        {
            "derivative": f"∂E/∂{name}",
            "by hand": signed(value),
            "numeric": f"{numeric[name]:.6f}",
            "PyTorch": signed(by_torch[name]),
        }
        for name, value in by_hand.items()
    )


INPUTS: tuple[Spot, ...] = ((60, 130), (60, 390))
HIDDEN: tuple[Spot, ...] = ((520, 130), (520, 390))
OUTPUT: Spot = (930, 260)
_CAPTIONS = (
    "Forward: two inputs, 1 and 2; the target is 1.",
    "Forward: weighted sums z, then max(0, z).",
    "Forward: y = 1.5, so the error E is ½ · 0.5² = 0.125.",
    "Back: ∂E/∂y = y − t.",
    "Back: for an output weight, its input times what comes back.",
    "Back: for a hidden unit, its weight times what comes back.",
    "Back: through f. Its slope is 1 above, and 0 below, where nothing passes.",
    "Back: for the first weights, again their input times what comes back.",
)


def draw_backward() -> Steps:
    """Show the network's numbers go forward, and the derivatives come back."""
    found = forward_and_back()
    return Steps([_stage(found, stage) for stage in range(len(_CAPTIONS))], _CAPTIONS)


def _stage(found: Pass, stage: int) -> Drawing:
    way = "Numbers go forward." if stage < 3 else "Derivatives come back, from right to left."
    drawing = Drawing(f"A network of two inputs, two hidden units and one output. {way}")
    _edges(drawing, found, stage)
    for number, (at, value) in enumerate(zip(INPUTS, INPUT, strict=True), 1):
        node(drawing, at, signed(value), "input", radius=48)
        drawing.text(at[0], at[1] + 78, f"x{'₁₂'[number - 1]}", size=24, kind="input", bold=True)
    for number, at in enumerate(HIDDEN):
        node(drawing, at, signed(found.h[number]) if stage >= 1 else "", "muted", radius=48)
        # What belongs to the upper unit stands above it, what belongs to the lower one below.
        above = at[1] < OUTPUT[1]
        near, far = (at[1] - 62, at[1] - 96) if above else (at[1] + 80, at[1] + 114)
        if stage >= 1:
            drawing.text(at[0], near, f"z = {signed(found.z[number])}", size=26, bold=True)
        if stage >= 5:
            drawing.text(at[0] + 14, far, f"∂E/∂h = {signed(found.dh[number])}", size=26,
                         kind="gradient", bold=True, anchor="start")  # fmt: skip
        if stage >= 6:
            drawing.text(at[0] - 14, far, f"∂E/∂z = {signed(found.dz[number])}", size=26,
                         kind="gradient", bold=True, anchor="end")  # fmt: skip
    node(drawing, OUTPUT, signed(found.y) if stage >= 2 else "", "output", radius=56, size=34)
    drawing.text(OUTPUT[0] + 74, OUTPUT[1] - 18, f"t = {TARGET:g}", size=28, anchor="start")
    if stage >= 2:
        drawing.text(OUTPUT[0] + 74, OUTPUT[1] + 20, f"E = {found.loss:g}", size=28, kind="wrong",
                     anchor="start", bold=True)  # fmt: skip
    if stage >= 3:
        drawing.text(OUTPUT[0], OUTPUT[1] + 100, f"∂E/∂y = {signed(found.dy)}", size=26,
                     kind="gradient", bold=True)  # fmt: skip
    drawing.text(0, 580, _sum(found, stage), size=32, anchor="start", bold=True)
    drawing.room(0, 0, 1140, 590)
    return drawing


def _edges(drawing: Drawing, found: Pass, stage: int) -> None:
    weights, slopes = NETWORK, by_hand(found)
    for j, end in enumerate(HIDDEN):
        for i, start in enumerate(INPUTS):
            name = name_of("w1", (j, i))
            _edge(drawing, start, end, f"{name} = {signed(weights.w1[j, i])}",
                  slopes[name] if stage >= 7 else None, 0.3 if i != j else 0.5)  # fmt: skip
        name = name_of("w2", (j,))
        _edge(drawing, end, OUTPUT, f"{name} = {signed(weights.w2[j])}",
              slopes[name] if stage >= 4 else None, 0.5)  # fmt: skip


def _edge(drawing: Drawing, start: Spot, end: Spot, words: str, slope: float | None,
          at: float) -> None:  # fmt: skip
    drawing.line(start, end, "gradient" if slope is not None else "kernel", width=4)
    x, y = start[0] + at * (end[0] - start[0]), start[1] + at * (end[1] - start[1])
    label(drawing, x, y - 6, words, "kernel", 24)
    if slope is not None:
        name, _, _ = words.partition(" ")
        label(drawing, x, y + 26, f"∂E/∂{name} = {signed(slope)}", "gradient", 22)


def _sum(found: Pass, stage: int) -> list[str | tuple[str, str]]:
    """Return the sum of a stage, its pieces in their colours."""
    x, w, v = INPUT, NETWORK.w1, NETWORK.w2

    def back(value: float) -> tuple[str, str]:
        return signed(value), "gradient"

    sums: list[list[str | tuple[str, str]]] = [
        ["h = max(0, z),   y = v₁h₁ + v₂h₂,   E = ½ (y − t)²"],
        ["z₂ = ", (factor(w[1, 0]), "kernel"), "·", (signed(x[0]), "input"), " + ",
         (factor(w[1, 1]), "kernel"), "·", (signed(x[1]), "input"),
         f" = {signed(found.z[1])},   h₂ = max(0, {signed(found.z[1])}) = 0"],
        ["y = ", (signed(v[0]), "kernel"), f"·{signed(found.h[0])} + ",
         (signed(v[1]), "kernel"), f"·{signed(found.h[1])} = ", (signed(found.y), "output")],
        ["∂E/∂y = ", (signed(found.y), "output"), f" − {TARGET:g} = ", back(found.dy)],
        ["∂E/∂v₁ = ", back(found.dy), f" · {signed(found.h[0])} = ", back(found.dw2[0]),
         "     ∂E/∂v₂ = ", back(found.dy), f" · {signed(found.h[1])} = ", back(found.dw2[1])],
        ["∂E/∂h₂ = ", (signed(v[1]), "kernel"), " · ", back(found.dy), " = ", back(found.dh[1])],
        ["∂E/∂z₂ = ", back(found.dh[1]), f" · f′({signed(found.z[1])}) = ", back(found.dh[1]),
         " · 0 = ", back(found.dz[1])],
        ["∂E/∂w₁₂ = ", back(found.dz[0]), " · ", (signed(x[1]), "input"), " = ",
         back(found.dw1[0, 1])],
    ]  # fmt: skip
    return sums[stage]


def draw_rule(x: float = 2.0, w: float = -1.5, dy: float = 0.4, slope: float = 0.5) -> Steps:
    """Show the three rules at one unit: for z, for the weight, for the input."""
    captions = (
        "What comes back from the right: ∂E/∂y.",
        "Back through f: multiply by f′(z).",
        "For the weight: multiply by its input.",
        "For the input: multiply by its weight.",
    )
    return Steps([_rule(x, w, dy, slope, stage) for stage in range(4)], captions)


def _rule(x: float, w: float, dy: float, slope: float, stage: int) -> Drawing:
    dz = slope * dy
    drawing = Drawing(
        f"One weight and one unit: {signed(dy)} comes back"
        + (f"; times the slope {signed(slope)}, it becomes {signed(dz)}" if stage > 0 else "")
        + (f"; for the weight it is {signed(dz * x)}" if stage > 1 else "")
        + (f"; for the input it is {signed(dz * w)}." if stage > 2 else ".")
    )
    spots: Mapping[str, Spot] = {"x": (70, 150), "z": (540, 150), "y": (900, 150)}
    drawing.line(spots["x"], spots["z"], "kernel", width=5)
    drawing.line(spots["z"], spots["y"], "muted", width=5)
    label(drawing, 300, 134, f"w = {signed(w)}", "kernel", 30)
    label(drawing, 720, 134, "f", "muted", 32)
    for name, kind, inside in (
        ("x", "input", signed(x)),
        ("z", "muted", "z"),
        ("y", "output", "y"),
    ):
        node(drawing, spots[name], inside, kind, radius=60, size=38)
    drawing.text(70, 66, "x", size=30, kind="input", bold=True)
    rows: list[tuple[float, str, str, float, tuple[Spot, Spot] | None]] = [
        (900, "∂E/∂y", "", dy, None),
        (
            540,
            "∂E/∂z",
            f"f′(z) · ∂E/∂y = {signed(slope)} · {signed(dy)} = ",
            dz,
            ((840, 258), (615, 258)),
        ),
        (
            300,
            "∂E/∂w",
            f"x · ∂E/∂z = {signed(x)} · {signed(dz)} = ",
            dz * x,
            ((500, 98), (366, 64)),
        ),
        (
            70,
            "∂E/∂x",
            f"w · ∂E/∂z = {factor(w)} · {signed(dz)} = ",
            dz * w,
            ((465, 258), (146, 258)),
        ),
    ]
    for number, (at, name, words, value, arrow) in enumerate(rows[: stage + 1]):
        drawing.text(at, 64 if name == "∂E/∂w" else 268, name, size=32, kind="gradient", bold=True)
        if arrow:
            drawing.line(*arrow, kind="gradient", width=6, arrow=True)
        top = 350 + 54.0 * number
        drawing.text(330, top, f"{name}  =", size=32, kind="gradient", bold=True, anchor="end")
        drawing.text(
            350, top, [words, (signed(value), "gradient")], size=32, anchor="start", bold=True
        )
    drawing.room(0, 24, 1000, 525)
    return drawing
