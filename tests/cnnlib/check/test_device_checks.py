"""Exercises on tensors: the same code, the same verdict on every device."""

import nbformat
import numpy as np
import pytest
import tensor_styles
import torch
from mutants import modules, spoil

from cnnlib import check
from cnnlib.check import CHECKS
from cnnlib.check.engine.examine import forbidden
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report
from cnnlib.check.engine.wire import pack_observation, unpack_observation

CHECKED = {name: one for name, one in CHECKS.items() if name.startswith("device_")}
PARTS = [(name, part) for name, one in CHECKED.items() for part in one.parts]
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]
RIGHT = [(n, f) for n, module in modules().items() if n in CHECKED for f in module.RIGHT]
WRONG = [(n, m) for n, module in modules().items() if n in CHECKED for m in module.WRONG]


def judge(one, function, part, device="cpu", which="visible"):
    referee = Referee(one, part, which, device=device)
    return referee.verdict([observe(one.form, function, case, device) for case in referee.cases])


@pytest.fixture(scope="module")
def cells(repository):
    """The cells of the model solution that students write, or are given."""
    path = repository / "solutions" / "ps5_device" / "ps5_device.ipynb"
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    kept = [
        cell.source
        for cell in code
        if cell.metadata.nbgrader.solution or cell.metadata.nbgrader.grade_id in ("setup", "pair")
    ]
    # The setup's one side effect is none of this test's business.
    return [source.replace("torch.set_num_threads(1)", "") for source in kept]


@pytest.fixture(scope="module")
def model(cells):
    namespace = {}
    for source in cells:
        exec(source, namespace)
    return namespace


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("name", "part"), PARTS)
def test_the_model_solution_is_right_on_every_device(model, name, part, device):
    for which in ("visible", "hidden"):
        verdict = judge(CHECKED[name], model[name.removeprefix("device_")], part, device, which)
        assert verdict.passed, verdict.failures or verdict.forbidden
        assert f" on {device}." in Report(verdict).headline


@pytest.mark.parametrize("name", CHECKED)
def test_a_solution_may_be_called_what_it_is_called(model, name):
    own = name.removeprefix("device_")
    form = CHECKED[name].form
    assert not forbidden(model[own], form)
    used = f"import torch.nn.functional as F\ndef {own}(*a):\n    return F.{own}(*a)"
    if own in ("conv2d", "max_pool2d"):
        namespace = {"__name__": "__main__"}
        exec(used, namespace)
        assert forbidden(namespace[own], form)


@pytest.mark.gpu
@pytest.mark.parametrize(("name", "function"), RIGHT, ids=[f"{n}-{f.__name__}" for n, f in RIGHT])
def test_right_solutions_pass_on_cuda(name, function):
    for part in CHECKED[name].parts:
        for which in ("visible", "hidden"):
            verdict = judge(CHECKED[name], function, part, "cuda", which)
            assert verdict.passed, verdict.failures or verdict.forbidden


@pytest.mark.gpu
@pytest.mark.parametrize(("name", "mutant"), WRONG, ids=[f"{n}-{m.title}" for n, m in WRONG])
def test_wrong_solutions_that_run_unseen_fail_on_cuda(name, mutant):
    parts = CHECKED[name].parts
    verdicts = [judge(CHECKED[name], mutant.function, part, "cuda") for part in parts]
    # `numpy` is found in the source, which is not read here.
    assert mutant.title == "leaves the device" or not all(v.passed for v in verdicts)


@pytest.mark.parametrize("device", DEVICES)
def test_a_tensor_made_without_a_device_is_an_error_on_every_device(device):
    old, new = (
        "zeros_like(xp), torch.ones_like(y, dtype=torch.bool)",
        ("zeros_like(xp), torch.ones(y.shape, dtype=torch.bool)"),
    )
    careless = spoil(tensor_styles.taken_pool_backward, "careless", old, new).function
    report = str(Report(judge(check.device_max_pool2d_backward, careless, "basic", device)))
    assert "device" in report
    if device == "cpu":
        assert "on a GPU this would fail: TwoDevices: bitwise_and got a tensor on the GPU" in report
        assert "in taken_pool_backward, line 12: winner" in report


def test_a_number_that_is_read_costs_no_points_and_is_pointed_at():
    patient = spoil(
        tensor_styles.offsets, "patient", "out = sizes", "x.sum().item()\n    out = sizes"
    ).function
    verdict = judge(check.device_conv2d, patient, "basic")
    assert verdict.passed
    said = "this line would wait until everything before it is finished: in offsets, line 3: "
    assert f"{said}x.sum().item()" in str(Report(verdict))
    assert "wait until" in Report(verdict)._repr_html_()


@pytest.mark.parametrize("device", DEVICES)
def test_a_loop_over_pixels_is_named(device):
    loops = modules()["device_max_pool2d"].loops
    verdict = judge(check.device_max_pool2d, loops, "basic", device)
    assert [failure.kind for failure in verdict.failures] == ["operators"]
    assert "500 are plenty here" in str(Report(verdict))


def test_the_number_of_operators_survives_the_wire():
    case = check.device_conv2d.draw("basic", "visible")[0]
    seen = observe(check.device_conv2d.form, tensor_styles.offsets, case)
    assert seen.operators > 6
    back = unpack_observation(pack_observation(seen))
    assert back.operators == seen.operators
    assert back.elsewhere == seen.elsewhere


@pytest.mark.parametrize("device", DEVICES)
def test_sliced_tensors_have_gaps_on_every_device(device):
    strides = []

    def remember(x, w, b=None, **settings):
        strides.append((x.is_contiguous(), x.device.type))
        return tensor_styles.offsets(x, w, b, **settings)

    cases = check.device_conv2d.draw("basic", "visible")
    for case in cases:
        observe(check.device_conv2d.form, remember, case, device)
    # Behind each call comes its rehearsal.
    assert strides == [
        (case.layout != "sliced", where) for case in cases for where in (device, "meta")
    ]
    assert any(case.layout == "sliced" for case in cases)


def test_mps_gets_float32_and_is_judged_in_float64(monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr("sys.platform", "darwin")  # nowhere else is it asked for
    there = Referee(check.device_conv2d_backward, "dx", "visible", device="mps")
    assert there.computed_on == "mps"
    assert {case.dtype for case in there.cases} == {np.dtype(np.float32)}
    assert all(array.dtype == np.float64 for arrays in there.references for array in arrays)
    numpy_exercise = Referee(check.conv2d_forward, "basic", "visible", device="mps")
    assert numpy_exercise.computed_on == "cpu"
    assert np.dtype(np.float64) in {case.dtype for case in numpy_exercise.cases}


def pooled(maximum):
    """Return max-pooling's backward pass that gives a window's gradient to some of its maxima."""

    def backward(dy, x, kernel_size, stride=None, padding=0):
        right = tensor_styles.taken_pool_backward(dy, x, kernel_size, stride, padding)
        return maximum(right, x)

    return backward


@pytest.mark.parametrize("style", tensor_styles.POOL_BACKWARDS)
def test_any_one_of_tied_maxima_is_right(style):
    assert judge(check.device_max_pool2d_backward, style, "ties").passed


def test_a_tie_does_not_excuse_a_pixel_that_is_no_maximum():
    moved = pooled(lambda dx, x: dx.roll(1, dims=3))
    verdict = judge(check.device_max_pool2d_backward, moved, "ties")
    assert len(verdict.failures) == verdict.total
    assert verdict.misconception is None


def test_gradients_that_are_switched_off_do_not_disturb_the_judge():
    with torch.no_grad():
        verdict = judge(check.device_conv2d_backward, tensor_styles.offsets_backward, "dw")
    assert verdict.passed
