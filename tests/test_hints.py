"""Hints whose title quotes a message quote one that students can meet."""

import json
import re
from pathlib import Path

import pytest

from tools import prose

ROOT = Path(__file__).parents[1]
#: Messages of Python's libraries; the others are ours.
FOREIGN = (
    "could not broadcast input array",
    "operands could not be broadcast together",
    "matmul: Input operand 1 has a mismatch",
    "FloatingPointError: overflow encountered in exp",
    "divide by zero encountered in log",
    "The size of tensor a must match the size of tensor b",
    "Expected all tensors to be on the same device",
    "result type Float can't be cast to Bool",
    "element 0 of tensors does not require grad",
    "can't convert a tensor that requires grad to NumPy",
    "expected input to have 4 channels, but got 7 channels instead",
    "Missing key(s) in state_dict",
)
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


def test_every_foreign_message_is_quoted():
    assert set(FOREIGN) <= {quotation.values[0] for quotation in quotations()}
