"""References are the same on every device."""

import numpy as np
import pytest
import styles
import torch

from cnnlib import check
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee


def judge(part, device):
    referee = Referee(check.conv2d_forward, part, "hidden", device=device)
    verdict = referee.verdict(
        [observe(check.conv2d_forward.form, styles.as_strided, case) for case in referee.cases]
    )
    return verdict, referee.references


@pytest.mark.parametrize("part", list(check.conv2d_forward.parts))
def test_auto_picks_a_device_and_says_which(part):
    verdict, _ = judge(part, "auto")
    assert verdict.passed
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert verdict.device in (expected, "mps")


@pytest.mark.gpu
@pytest.mark.parametrize("part", list(check.conv2d_forward.parts))
def test_cuda_gives_what_the_cpu_gives(part):
    verdict, there = judge(part, "cuda")
    assert verdict.passed
    assert verdict.device == "cuda"
    _, here = judge(part, "cpu")
    for one, two in zip(there, here, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-12, atol=1e-12)


def test_a_device_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="device is 'quantum'; this machine has 'auto', "):
        check.im2col(styles.im2col, device="quantum")
