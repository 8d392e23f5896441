"""Right solutions with a shortcut in them fail, wherever the shortcut makes a difference.

Shortcuts are made by `shortcuts`, not written by hand. Most make no difference, such as a slice
that ends too late. Whether one does is tried on many more cases than a check has, extreme ones
included.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from mutants import modules, referees
from shortcuts import sampled

from cnnlib.check import CHECKS
from cnnlib.check.engine.guard import guarding
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee

#: Checks of functions that go over images, or look for a maximum or a minimum.
NAMES = (
    "conv2d_forward", "im2col", "conv2d_backward", "col2im", "max_pool2d_forward",
    "max_pool2d_backward", "avg_pool2d_forward", "avg_pool2d_backward", "lp_pool2d",
    "device_max_pool2d", "device_max_pool2d_backward", "cross_correlate2d", "pad2d",
    "cross_entropy", "early_stopping", "nearest",
)  # fmt: skip
MOST = 3
MODULES = modules()
SHORTCUTS = [
    (name, function.__name__, title, shortened)
    for name in NAMES
    for function in MODULES[name].RIGHT
    for title, shortened in sampled(function, MOST)
]


@cache
def more_cases(name):
    """Return referees of many other random cases, and of the same far below zero."""
    check, found = CHECKS[name], []
    for part in check.parts:
        for seed in (101, 102, 103):
            cases = check.draw(part, "hidden", seed)
            found.append(Referee(check, part, "hidden", given=cases, device="cpu"))
            if "max_pool2d" in name or name == "cross_entropy":
                low = [lowered(case) for case in cases[:3]]
                found.append(Referee(check, part, "hidden", given=low, device="cpu"))
    return found


def lowered(case):
    moved = {
        name: value - 1e12 if name in ("x", "logits") and value.dtype == np.float64 else value
        for name, value in case.positional.items()
        if isinstance(value, np.ndarray)
    }
    return replace(case, positional={**case.positional, **moved})


def passes(function, judges):
    return all(referee.verdict(watched(function, referee)).passed for referee in judges)


def watched(function, referee):
    form = referee.check.form
    with guarding(form):
        return [observe(form, function, case) for case in referee.cases]


@pytest.mark.parametrize(
    ("name", "shortened"),
    [(name, shortened) for name, _, _, shortened in SHORTCUTS],
    ids=[f"{name}-{function}-{title}" for name, function, title, _ in SHORTCUTS],
)
def test_no_shortcut_passes_that_makes_a_difference(name, shortened):
    if passes(shortened, referees(name, 0)):
        assert passes(shortened, more_cases(name))


def test_there_are_shortcuts_of_every_kind():
    titles = " ".join(title for *_, title, _ in SHORTCUTS)
    for kind in ("np.inf →", "kh →", "sw →", "shape[2]", "len("):
        assert kind in titles, kind
