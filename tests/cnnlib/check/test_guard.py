"""While a function is called, what its exercise forbids refuses, however it is called."""

import subprocess
import sys
from threading import Thread

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from cnnlib import check
from cnnlib.check.engine.case import Case
from cnnlib.check.engine.guard import GONE, NotAllowed, guarding
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report

PAD, CONV = check.pad2d.form, check.device_conv2d.form
X, W = torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2)
ATEN = torch.ops.aten
ONE, ZERO = [1, 1], [0, 0]
CONVOLUTION = (X, W, None, ONE, ZERO, ONE, False, ZERO, 1)

NUMPYS = {
    "by name": lambda: np.pad(X.numpy(), 1),
    "vars": lambda: vars(np)["p" + "ad"](np.ones(2), 1),
    "exec": lambda: exec("import numpy as n; n.pad(n.ones(2), 1)"),
    "its own module": lambda: sys.modules[np.pad.__module__].pad(np.ones(2), 1),
    "numpy.lib": lambda: np.pad._implementation(np.ones(2), 1),
    "a helper of it": lambda: np.lib._arraypad_impl._pad_simple(np.ones(2), [(1, 1)]),
    "another mode": lambda: np.pad(np.ones(2), 1, mode="edge"),
}


@pytest.mark.parametrize("call", NUMPYS.values(), ids=NUMPYS)
def test_numpys_function_refuses_under_every_name(call):
    call()
    with guarding(PAD) as guard:
        with pytest.raises(NotAllowed, match=r"np\.pad is not allowed in this exercise"):
            call()
        assert guard.in_force()
    call()
    assert guard.refused == ["np.pad"]


def redispatch(op, key, *arguments):
    return op.redispatch(torch._C.DispatchKeySet(getattr(torch._C.DispatchKey, key)), *arguments)


def without_modes():
    from torch.utils._python_dispatch import _disable_current_modes

    with _disable_current_modes(), torch._C.DisableTorchFunction():
        return F.conv2d(X, W)


OPERATORS = {
    "conv2d": lambda: F.conv2d(X, W),
    "a layer": lambda: torch.nn.Conv2d(1, 1, 2)(X),
    "a gradient wanted": lambda: F.conv2d(X.clone().requires_grad_(), W),
    "no gradient": lambda: torch.no_grad()(F.conv2d)(X, W),
    "transposed": lambda: F.conv_transpose2d(X, W),
    "three dimensions": lambda: F.conv3d(X[None], W[None]),
    "slow": lambda: ATEN._slow_conv2d_forward(X, W, [2, 2], None, ONE, ZERO),
    "dilated": lambda: ATEN.slow_conv_dilated2d(X, W, [2, 2], None, ONE, ZERO, ONE),
    "mkldnn": lambda: torch.mkldnn_convolution(X, W, None, ZERO, ONE, ONE, 1),
    "to mkldnn": lambda: F.conv2d(X.to_mkldnn(), W.to_mkldnn()),
    "prepacked": lambda: torch.ops.mkldnn_prepacked.conv2d_prepack(
        W, None, ONE, ZERO, ONE, 1, [1, 1, 4, 4], "none"
    ),
    "redispatched": lambda: redispatch(ATEN.convolution.default, "CPU", *CONVOLUTION),
    "decomposed": lambda: ATEN.conv2d.default.decompose(X, W),
    "vmap": lambda: torch.vmap(lambda x: F.conv2d(x, W))(X[None]),
    "backward": lambda: ATEN.convolution_backward(
        X[..., 1:, 1:], X, W, ZERO, ONE, ZERO, ONE, False, ZERO, 1, [True] * 3
    ),
    "modes disabled": without_modes,
    "unfold": lambda: F.unfold(X, 2),
    "as a method": lambda: X.unfold(2, 2, 1),
    "fold": lambda: F.fold(torch.ones(1, 4, 9), 4, 2),
    "pool": lambda: F.max_pool2d(X, 2),
    "adaptive": lambda: F.adaptive_avg_pool2d(X, 2),
    "norms": lambda: F.lp_pool2d(X, 2.0, 2),
}
DERIVATIVES = {
    "Tensor.backward": lambda: (X.clone().requires_grad_() * 2).sum().backward(),
    "grad": lambda: torch.autograd.grad(torch.ones(1, requires_grad=True) * 2, []),
    "functional": lambda: torch.autograd.functional.vjp(torch.sum, X),
    "func": lambda: torch.func.grad(torch.sum)(X),
    "forward": lambda: torch.func.jvp(torch.sum, (X,), (X,)),
    "the engine": lambda: getattr(torch._C, "_ImperativeEngine")().run_backward,  # noqa: B009
    "dual": lambda: ATEN._make_dual(X, X, 0),
}


PYTORCH = OPERATORS | DERIVATIVES


@pytest.mark.parametrize("call", PYTORCH.values(), ids=PYTORCH)
def test_pytorch_refuses_under_every_name(call):
    with guarding(CONV) as guard:
        with pytest.raises(NotAllowed):
            call()
        assert guard.in_force()
    assert guard.refused


def test_outside_of_the_call_everything_works():
    with guarding(CONV), pytest.raises(NotAllowed):
        F.conv2d(X, W)
    x = X.clone().requires_grad_()
    y = F.max_pool2d(F.conv2d(x, W), 3) + F.unfold(x, 2).sum()
    y.sum().backward()
    assert x.grad is not None
    assert y.item() == 4 + 36
    assert torch.func.grad(torch.sum)(X).shape == X.shape


def test_what_is_not_forbidden_works_meanwhile():
    with guarding(CONV) as guard:
        y = torch.einsum("nchw,fchw->nf", X[..., :2, :2], W) + F.pad(X, [1, 1]).sum()
        y = torch.fft.irfft2(torch.fft.rfft2(X)) + torch.as_strided(X, (2, 2), (4, 1)).amax() + y
        assert torch.roll(y, 1).scatter(-1, torch.zeros(1, 1, 4, 1, dtype=torch.int64), 1).any()
    assert guard.refused == []


def test_another_thread_is_refused_too():
    errors = []

    def run():
        try:
            F.conv2d(X, W)
        except NotAllowed as error:
            errors.append(error)

    with guarding(CONV):
        thread = Thread(target=run)
        thread.start()
        thread.join()
    assert len(errors) == 1


@pytest.mark.parametrize("raised", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_whatever_happens_everything_is_put_back(raised):
    with pytest.raises(raised), guarding(CONV):
        raise raised
    with pytest.raises(raised), guarding(PAD):
        raise raised
    assert F.conv2d(X, W).shape == (1, 1, 3, 3)
    assert np.pad(np.ones(1), 1).tolist() == [0, 1, 0]


def test_blocks_for_one_form_share_what_refuses():
    with guarding(PAD) as outer:
        with guarding(PAD) as inner:
            assert inner is outer
        with pytest.raises(NotAllowed):
            np.pad(np.ones(1), 1)
        with guarding(CONV) as other:
            assert other is not outer
        assert outer.in_force()


CASE = Case("one", {"x": np.ones((1, 1)), "padding": 1})


def numpys(x, padding, value=0.0):
    return np.pad(x, padding, constant_values=value)


def catches(x, padding, value=0.0):
    try:
        return np.pad(x, padding, constant_values=value)
    except Exception:
        y = np.full((x.shape[0] + 2, x.shape[1] + 2), value)
        y[1:-1, 1:-1] = x
        return y


def test_a_refusal_is_reported_as_what_is_not_allowed():
    referee = Referee(check.pad2d, "basic", "visible", given=[CASE])
    verdict = referee.verdict([observe(PAD, numpys, CASE)])
    assert [failure.kind for failure in verdict.failures] == ["forbidden"]
    text = str(Report(verdict))
    assert "  pad, line 2 of numpys: return np.pad(x, padding, constant_values=value)" in text
    assert "  np.pad, while your function ran" in text
    assert "np.pad is not allowed in this exercise: write what it does yourself" in text
    assert "NotAllowed" not in text
    assert "raised" not in text


def test_who_catches_the_refusal_has_still_used_it():
    seen = observe(PAD, catches, CASE)
    assert seen.error is None
    assert "np.pad, while your function ran" in seen.used


def test_who_switches_it_off_is_found_out():
    code = np.pad._implementation.__code__

    def restores(x, padding, value=0.0):
        np.pad._implementation.__code__ = code
        return np.pad(x, padding, constant_values=value)

    assert f"{GONE}, while your function ran" in observe(PAD, restores, CASE).used
    assert np.pad(np.ones(1), 1).shape == (3,)


def test_a_numpy_exercise_does_not_load_pytorch():
    code = (
        "import sys\nfrom cnnlib.check.engine.guard import guarding\n"
        "from cnnlib.check.engine.form import Form\n"
        "with guarding(Form('f', parts=(), forbids={'torch', '.pad'}, watches={'conv'})): pass\n"
        "print('torch' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
