"""Cases and observations survive the way through bytes; forged bytes are refused."""

import io
import pickle
import zipfile

import numpy as np
import pytest
import styles

from cnnlib import check
from cnnlib.check.engine import backend
from cnnlib.check.engine.observe import Observation, observe
from cnnlib.check.engine.wire import (
    pack_cases,
    pack_observations,
    unpack_cases,
    unpack_observations,
)


@pytest.mark.parametrize("name", list(check.CHECKS))
def test_cases_survive(name):
    for part in check.CHECKS[name].parts:
        cases = check.CHECKS[name].draw(part, "hidden")
        for before, after in zip(cases, unpack_cases(pack_cases(cases)), strict=True):
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
        assert before == after


def test_observations_survive():
    seen = [
        Observation(
            values=(np.arange(6.0).reshape(2, 3), None),
            types=("ndarray", "list"),
            changed=("x",),
            used=("torch.ops.aten.mul",),
        ),
        Observation(error="ValueError: no"),
        Observation(returned="list"),
    ]
    again = unpack_observations(pack_observations(seen))
    np.testing.assert_array_equal(again[0].values[0], seen[0].values[0])
    assert again[0].values[1] is None
    assert (again[0].types, again[0].changed, again[0].used) == (
        seen[0].types,
        seen[0].changed,
        seen[0].used,
    )
    assert again[1:] == seen[1:]


def _archive(compression=zipfile.ZIP_STORED, **members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return buffer.getvalue()


def _npy(array, **settings):
    buffer = io.BytesIO()
    np.save(buffer, array, **settings)
    return buffer.getvalue()


CLAIM = b"{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,)}"
HUGE = b"\x93NUMPY\x01\x00F\x00" + CLAIM.ljust(69) + b"\n"


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"not a zip",
        pickle.dumps({"entries": []}),
        _archive(),
        _archive(entries=b"no array"),
        _archive(entries=_npy(np.array(["text"]))),
        _archive(entries=_npy(np.array([{}]), allow_pickle=True)),
        _archive(entries=_npy(np.frombuffer(b"[{", dtype=np.uint8))),
        _archive(entries=_npy(np.frombuffer(b'[{"error": 1}]', dtype=np.uint8))),
        _archive(entries=_npy(np.frombuffer(b"7", dtype=np.uint8))),
        _archive(zipfile.ZIP_DEFLATED, entries=_npy(np.zeros(10**6))),
        _archive(entries=HUGE),
        _archive(entries=_npy(np.frombuffer(b"[" * 10**6, dtype=np.uint8))),
    ],
)
def test_forged_records_are_refused(forged):
    with pytest.raises(ValueError, match="not a record"):
        unpack_observations(forged)


def test_recording_calls_the_function_and_holds_no_verdict(capsys):
    cases = check.im2col.draw("basic", "hidden", seed=3)
    sent = []
    key = "im2col", "basic", "hidden"
    before = backend.current()
    backend.use(backend.Record({key: cases}, lambda *what: sent.append(what)))
    try:
        assert check.im2col(styles.im2col, "basic", cases="hidden") is None
        assert check.im2col(styles.im2col, "basic") is None  # not asked for: nothing is sent
    finally:
        backend.use(before)
    assert [what[0] for what in sent] == [key]
    for seen, case in zip(sent[0][1], cases, strict=True):
        np.testing.assert_array_equal(
            seen.values[0], observe(check.im2col, styles.im2col, case).values[0]
        )
    assert "10 results recorded" in capsys.readouterr().out
