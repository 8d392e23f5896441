"""What was computed for judging is computed once, and only what the course itself made counts."""

import json
import subprocess
import sys

import mini
import numpy as np
import pytest

from autograder import kept
from autograder.course.limits import Limits
from autograder.grade import grade
from autograder.kept import Kept
from autograder.run.crew import Here
from autograder.run.execute import Task, execute
from autograder.run.forkservers import Setting
from autograder.run.pool import Pool
from cnnlib.check import CHECKS
from cnnlib.check.engine.referee import Referee

SECRET = 7
NAME, PART = "pad2d", "pairs"


def referee(**settings):
    return Referee(CHECKS[NAME], PART, "hidden", **{"seed": SECRET, "device": "cpu", **settings})


@pytest.fixture
def store(tmp_path):
    """What was kept for one referee."""
    found = Kept(tmp_path / "kept", SECRET)
    found.keep(referee())
    return found


def restores(store, **settings):
    return store.restore(referee(**settings))


def test_what_is_restored_is_what_was_computed(store):
    fresh, restored = referee(), referee()
    assert store.restore(restored)
    for left, right in zip(fresh.references, restored.references, strict=True):
        for a, b in zip(left, right, strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b)
    assert restored.computed_on == fresh.computed_on
    assert len(restored._imagined) == len(fresh.cases) * len(fresh.check.misconceptions) > 0


def test_pytorch_is_not_imported_for_what_is_kept(store):
    code = (
        "import sys; from pathlib import Path; from autograder.kept import Kept\n"
        "from cnnlib.check import CHECKS; from cnnlib.check.engine.referee import Referee\n"
        f"one = Referee(CHECKS[{NAME!r}], {PART!r}, 'hidden', seed={SECRET}, device='cpu')\n"
        f"assert Kept(Path(sys.argv[1]), {SECRET}).restore(one)\n"
        "from cnnlib.check.engine.observe import Observation\n"
        "wrong = tuple(array + 1 for array in one.references[0])\n"
        "seen = [Observation(tuple(a + 1 for a in arrays), ('ndarray',) * len(arrays))\n"
        "        for arrays in one.references]\n"
        "assert not one.verdict(seen).passed\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, str(store.folder)], check=True)


def test_reports_on_known_mistakes_are_drawn_from_what_is_kept_without_pytorch(tmp_path):
    code = (
        "import sys; from pathlib import Path; from autograder.kept import Kept\n"
        "from cnnlib.check import CHECKS; from cnnlib.check.engine import ahead, report\n"
        "from cnnlib.check.engine.referee import Referee\n"
        "one = Referee(CHECKS['im2col'], 'stride_padding_dilation', 'visible', device='cpu')\n"
        f"assert sys.argv[2] == 'new' or Kept(Path(sys.argv[1]), {SECRET}).restore(one)\n"
        "for number in range(len(one.check.misconceptions)):\n"
        "    seen = [ahead.as_if(one, number, index) for index in range(len(one.cases))]\n"
        "    print(report.Report(one.verdict(seen))._repr_html_())\n"
        "assert sys.argv[2] == 'new' or 'torch' not in sys.modules\n"
    )
    keeper = Kept(tmp_path / "kept", SECRET)
    keeper.keep(Referee(CHECKS["im2col"], "stride_padding_dilation", "visible", device="cpu"))
    drawn = [
        subprocess.run(
            [sys.executable, "-c", code, str(keeper.folder), how],
            check=True, capture_output=True, text=True,
        ).stdout
        for how in ("new", "kept")
    ]  # fmt: skip
    assert drawn[0] == drawn[1]
    assert drawn[0].count("<svg") > len(CHECKS["im2col"].misconceptions)


def test_other_cases_another_device_and_another_course_are_something_else(store):
    assert restores(store)
    assert not restores(store, seed=SECRET + 1)
    assert not restores(store, device="auto")
    assert not Kept(store.folder, SECRET + 1).restore(referee())


@pytest.mark.parametrize("function", ["_versions", "_package"])
def test_with_other_sources_or_versions_it_is_computed_again(store, monkeypatch, function):
    others = {"_versions": lambda: ("torch 1.0",), "_package": lambda name: b"other"}
    monkeypatch.setattr(kept, function, others[function])
    assert not restores(store)


@pytest.mark.parametrize("spoil", [
    lambda data: b"",
    lambda data: data[:-1],
    lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
    lambda data: bytes(32) + data[32:],
    lambda data: b"\x80\x04." * 30,
])  # fmt: skip
def test_a_broken_or_foreign_file_is_made_again(store, spoil):
    (path,) = store.folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(spoil(whole))
    assert not restores(store)
    store.keep(referee())
    assert path.read_bytes() == whole


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path):
    (tmp_path / "kept").write_text("a file")
    store = Kept(tmp_path / "kept", SECRET)
    store.keep(referee())
    assert not restores(store)


def test_no_submission_sees_it(bubblewrap, store):
    paths = [str(path) for path in (store.folder, *store.folder.iterdir())]
    look = f"import os; print([os.path.exists(path) for path in {paths}])"
    limits = Limits().for_assignment("any")
    servers = Pool()
    try:
        done = execute(
            Task("ann", {0: look}, frozenset()), Setting({}, limits, bubblewrap), servers
        )
    finally:
        servers.close()
    assert done.cells[0].outputs[0]["text"] == "[False, False]\n"


def test_a_class_is_marked_alike_from_what_was_kept(tmp_path):
    course = mini.make_course(tmp_path / "course")
    for student, pad in (("ann", mini.PAD), ("bob", mini.PAD.replace("across :", "down :"))):
        notebook = mini.notebook(course)
        cells = {cell["id"]: cell for cell in notebook["cells"]}
        cells["pad"]["source"] = pad
        mini.hand_in(course, student, json.dumps(notebook))
    store = Kept(course.state / "kept", course.secret())
    first = grade(course, mini.NAME, kind="none", crew=Here(2))
    for call in course.plan(mini.NAME).calls:
        seed = course.secret() if call.which == "hidden" else None
        store.keep(Referee(CHECKS[call.check], call.part, call.which, seed=seed, device="auto"))
    second = grade(course, mini.NAME, kind="none", crew=Here(2), regrade=True)

    def told(report):
        return [{k: v for k, v in e.items() if k != "seconds"} for e in report.submissions]

    assert told(first) == told(second)
