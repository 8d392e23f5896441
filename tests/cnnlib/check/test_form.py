"""What calls a student's function holds nothing that judges it."""

import subprocess
import sys

import numpy as np
import pytest

from cnnlib import check
from cnnlib.check.engine.case import Case
from cnnlib.check.engine.observe import Observation, observe
from cnnlib.check.engine.plain import MOST, OTHER, plain, same
from cnnlib.check.engine.referee import Referee

#: Modules of the engine that the recording side imports.
RECORDING = (
    "case", "examine", "form", "guard", "instructions", "lines", "observe", "plain", "rehearse",
    "watch", "wire",
)  # fmt: skip
TOPICS = sorted(
    {form.call.partition(":")[0] for each in check.CHECKS.values() if (form := each.form).call}
)
#: Stands for `cnnlib.check` as it is where submissions run: it imports nothing.
ALONE = """
import sys, types
from pathlib import Path
import cnnlib
for name in ("", *{topics}):
    full = f"cnnlib.check{{'.' * bool(name)}}{{name}}"
    sys.modules[full] = alone = types.ModuleType(full)
    alone.__path__ = [str(Path(cnnlib.__file__).parent / "check" / name)]
from importlib import import_module
for name in {names}:
    import_module(name)
ours = sorted(name for name in sys.modules if name.startswith("cnnlib."))
print(*ours, "torch" in sys.modules)
"""


def test_what_records_needs_nothing_that_judges():
    names = [f"cnnlib.check.engine.{name}" for name in RECORDING] + TOPICS
    topics = [name.split(".")[2] for name in TOPICS]
    code = ALONE.format(names=names, topics=topics)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *loaded, torch = ran.stdout.split()
    others = {f"cnnlib.check.{topic}" for topic in topics}
    others |= {"cnnlib._late", "cnnlib.check", "cnnlib.check.engine"}
    assert set(loaded) == {*names, *others}
    assert torch == "False"


def grow(x):
    x.append(x)


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ([1, 2], grow),
        ([1], lambda x: x.extend(range(MOST))),
        ([{"stride": 1}], lambda x: x[0].update(stride=2)),
        ([{"stride": 1}], lambda x: x[0].update({(1, 2): 3})),
        ([1], lambda x: x.__setitem__(0, 1.0)),
        ([None], lambda x: x.__setitem__(0, print)),
        ([(1, 2)], lambda x: x.__setitem__(0, [1, 2])),
        ([float("nan")], lambda x: x.__setitem__(0, 0.0)),
    ],
)
def test_every_change_is_seen(before, change):
    told = plain(before)
    assert same(told, plain(before))
    change(before)
    assert not same(told, plain(before))


def test_a_list_in_itself_ends():
    endless = []
    endless += [endless, endless]
    assert OTHER in str(plain(endless))


def test_who_replaces_numpys_comparison_hides_nothing(monkeypatch):
    def doubles(x, *_, **__):
        monkeypatch.setattr(np, "array_equal", lambda *_, **__: True)
        monkeypatch.setattr(np, "may_share_memory", lambda *_, **__: False)
        x *= 2
        return x

    plainly = {"stride": 1, "padding": 0, "dilation": 1}
    case = Case("one pixel", {"x": np.ones((1, 1, 1, 1)), "kernel_size": (1, 1)}, plainly)
    seen = observe(check.im2col.form, doubles, case)
    monkeypatch.undo()
    assert seen.shared == ("y",)
    referee = Referee(check.im2col, "basic", "visible", given=[case])
    right = Observation(values=(np.ones((1, 1, 1)),), types=("ndarray",), after=seen.after)
    headline = "your function changed x in place; work on a copy instead"
    assert referee.verdict([right]).failures[0].headline == headline
