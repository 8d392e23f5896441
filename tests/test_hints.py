"""Hints whose title quotes a message quote one that students can meet."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from tools import prose

ROOT = Path(__file__).parents[1]


def _checked(compute):
    """Compute as under a check, which turns NumPy's warnings into errors."""
    with np.errstate(all="raise"):
        compute()


def _converts_what_needs_a_gradient():
    np.asarray(torch.ones(2, requires_grad=True))


def _broadcasts_into_an_empty_slice():
    np.zeros((4, 5))[0:-0, 0:-0] = np.ones((4, 5))


def _clears_bools():
    free = torch.ones(2, dtype=torch.bool)
    free *= torch.ones(2)


#: Messages of Python's libraries, and what brings them up; the others are ours.
FOREIGN = {
    "could not broadcast input array": _broadcasts_into_an_empty_slice,
    "operands could not be broadcast together": lambda: np.ones((2, 3, 2, 2)) + np.ones((2, 3)),
    "matmul: Input operand 1 has a mismatch": lambda: np.ones((2, 3)) @ np.ones((2, 3)),
    "FloatingPointError: overflow encountered in exp": lambda: np.exp(np.array([1000.0])),
    "divide by zero encountered in log": lambda: np.log(np.zeros(1)),
    "invalid value encountered in power": lambda: np.array([-1.0]) ** (1 / 3),
    "'int' object has no attribute 'pad'": lambda: (2).pad,
    "The size of tensor a (…) must match the size of tensor b (…)": (
        lambda: torch.ones(3) + torch.ones(4)
    ),
    "result type Float can't be cast to the desired output type Bool": _clears_bools,
    "element 0 of tensors does not require grad": lambda: torch.ones(2).sum().backward(),
    "Can't call numpy() on Tensor that requires grad": _converts_what_needs_a_gradient,
    "to have 4 channels, but got 7 channels instead": (
        lambda: torch.nn.Conv1d(4, 3, 2)(torch.ones(2, 7, 4))
    ),
    "Missing key(s) in state_dict": lambda: torch.nn.Linear(1, 1).load_state_dict({}),
}
#: What differs from message to message.
NAMES = re.compile(r"float\d+|integer|running_mean|\bx\b|…")
SAID = " | ".join(passage.text for passage in prose.SOURCES["checks"].passages())


def quotations():
    for path in sorted((ROOT / "solutions").glob("*/*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for quoted in re.findall(r'<summary>Hint: "([^"]+)"', "".join(cell["source"])):
                yield pytest.param(quoted, id=f"{path.stem}-{quoted}")


@pytest.mark.parametrize("quoted", list(quotations()))
def test_what_a_hint_quotes_is_said_somewhere(quoted):
    assert quoted in FOREIGN or all(part in SAID for part in NAMES.split(quoted))


@pytest.mark.parametrize("quoted", FOREIGN)
def test_a_foreign_message_is_what_the_library_says(quoted):
    with pytest.raises(Exception, match=r".") as raised:
        _checked(FOREIGN[quoted])
    said = f"{raised.typename}: {raised.value}"
    assert all(part in said for part in quoted.split("…"))


def test_every_foreign_message_is_quoted():
    assert set(FOREIGN) <= {quotation.values[0] for quotation in quotations()}
