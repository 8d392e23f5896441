"""Cases and observations survive the way through bytes; forged bytes are refused."""

import json
import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from cnnlib import check
from cnnlib.check.engine.form import Form
from cnnlib.check.engine.observe import Observation
from cnnlib.check.engine.wire import (
    LARGEST,
    pack_case,
    pack_observation,
    unpack_case,
    unpack_observation,
)


@pytest.mark.parametrize("name", list(check.CHECKS))
def test_cases_survive(name):
    for part in check.CHECKS[name].parts:
        cases = check.CHECKS[name].draw(part, "hidden")
        for before in cases:
            after = unpack_case(pack_case(before))
            assert before.name == after.name
            assert before.layout == after.layout
            assert list(before.arguments) == list(after.arguments)
            for key, value in before.arguments.items():
                assert_same(value, after.arguments[key])


def assert_same(before, after):
    assert type(before) is type(after)
    if isinstance(before, np.ndarray):
        assert before.dtype == after.dtype
        np.testing.assert_array_equal(before, after)
    elif isinstance(before, dict):
        assert_same(list(before.items()), list(after.items()))
    elif isinstance(before, list | tuple):
        for one, two in zip(before, after, strict=True):
            assert_same(one, two)
    else:
        assert repr(before) == repr(after)


def test_observations_survive():
    seen = [
        Observation(
            values=(np.arange(6.0).reshape(2, 3), None, np.empty((0, 3), np.int8)),
            types=("ndarray", "list", "ndarray"),
            after=([np.float32([np.nan, 1]), {"stride": (1, 2)}], None, float("inf")),
            used=("torch.ops.aten.mul",),
        ),
        Observation(error="ValueError: no"),
        Observation(returned="list"),
    ]
    again = [unpack_observation(pack_observation(each)) for each in seen]
    for field in fields(Observation):
        for before, after in zip(seen, again, strict=True):
            assert_same(getattr(before, field.name), getattr(after, field.name))


@pytest.mark.parametrize("check", check.CHECKS.values(), ids=lambda check: check.name)
def test_forms_survive_and_find_their_callers(check):
    again = Form.from_json(json.loads(json.dumps(check.form.to_json())))
    assert again == check.form
    assert callable(again.caller())
    assert check.call is None or again.caller() is check.call


def test_what_cannot_be_found_elsewhere_has_no_form():
    nobodys = replace(check.im2col, call=lambda function, x: function(x))
    with pytest.raises(ValueError, match=r"the check im2col calls functions by .* at the top of a"):
        nobodys.form  # noqa: B018  (asking is the test)


GOOD = pack_observation(Observation(values=(np.arange(6.0),), types=("ndarray",)))
LINE, _, NUMBERS = GOOD.partition(b"\n")


def _told(**changes):
    told = json.loads(LINE)
    told["entry"].update(changes)
    return json.dumps(told).encode() + b"\n" + NUMBERS


def _claimed(*arrays, rest=NUMBERS):
    told = json.loads(LINE)
    told["arrays"] = arrays
    return json.dumps(told).encode() + b"\n" + rest


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"{}",
        b"7\n",
        b"null",
        b"\xff\xfe",
        pickle.dumps({"entry": []}),
        b"[" * 10**6,
        LINE,
        GOOD[:-1],
        _told(operators=float("inf")),
        _told(operators=float("nan")),
        _told(operators=-1),
        _told(operators=True),
        _told(operators=10**300),
        _told(operators="7"),
        _told(values=[{"array": 1}]),
        _told(values=[{"array": -2}]),
        _told(values=[{"array": None}]),
        _told(values=[{"pickle": 0}]),
        _told(values=["text"]),
        _told(values=7),
        _told(values=[]),
        _told(types=None),
        _told(types=[[]]),
        _told(error=["E"]),
        _told(returned=1),
        _told(used="conv"),
        _told(after=[{"dict": [[["no", "key"], 1]]}]),
        _told(after=[{"dict": 7}]),
        _told(after=[{}]),
        LINE.replace(b'"after": []', b'"after": [' + b'{"list": [' * 10**5 + b"]}" * 10**5 + b"]"),
        LINE.replace(b'"operators": 0', b'"operators": ' + b"9" * 10**4),
        _claimed(["<f8", [10**13]]),
        _claimed(["<f8", [10**30, 0]]),
        _claimed(["<f8", [1] * 1000]),
        _claimed(["<f8", [-6]]),
        _claimed(["<f8", [True]]),
        _claimed(["<f8", 6]),
        _claimed(["<f8", ["6"]]),
        _claimed(["<f8"]),
        _claimed(["|O", [6]]),
        _claimed(["<U1", [6]]),
        _claimed(["<f3", [6]]),
        _claimed([[["a", "<f8"]], [6]]),
        _claimed([None, [6]]),
        _claimed("<f8"),
        bytes(LARGEST + 1),
    ],
    ids=range(47),
)
def test_forged_records_are_refused(forged):
    with pytest.raises(ValueError, match="not a record"):
        unpack_observation(forged)
    with pytest.raises(ValueError, match="not a case"):
        unpack_case(forged)


def test_half_characters_do_not_get_through():
    seen = unpack_observation(_told(error="\ud800", returned="\udfff", after=["\ud800"]))
    assert (seen.error, seen.returned, seen.after) == ("?", "?", ("?",))
