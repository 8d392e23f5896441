"""A machine without a GPU says whether code would run on one."""

import pytest
import torch

from cnnlib.check.engine.rehearse import rehearse

X = torch.ones(2, 3, device="meta")


def made_without_device(x):
    return x * torch.ones(3)


def multiplied(x):
    return torch.einsum("ij,jk->ik", x, torch.ones(3, 2))


def joined(x):
    return torch.cat([x, torch.zeros(2, 1)], 1)


def written_into_the_cpu(x):
    y = torch.zeros(2, 3)
    y[0] = x[0]
    return y


def brought_home(x):
    return x.cpu().sum(0)


def as_array(x):
    return torch.from_numpy(x.numpy())


def caught(x):
    try:
        return x + torch.ones(3)
    except RuntimeError:
        return x + torch.ones(3)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (made_without_device, "mul got a tensor on the GPU and one on the CPU; create every new"),
        (made_without_device, "in made_without_device, line 12: return x * torch.ones(3)"),
        (multiplied, "bmm got a tensor on the GPU"),
        (joined, "cat got a tensor on the GPU"),
        (written_into_the_cpu, "what you return is on the CPU"),
        (brought_home, "what you return is on the CPU"),
        (as_array, "can't convert cuda device type tensor to numpy"),
        (caught, "in caught, line 41"),
    ],
)
def test_what_would_stop_on_a_gpu_is_said_with_its_line(function, words):
    assert words in rehearse(function, [X], {}).fails


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * 2.0,
        lambda x: x * torch.tensor(2.0),
        lambda x: torch.where(x > 0, x, torch.tensor(0.0)),
        lambda x: x[:, torch.arange(2)],
        lambda x: torch.tensor([1.0, 2.0, 3.0]).to(x) * x,
        lambda x: torch.nn.functional.pad(x, (1, 1)),
        lambda x: x.cpu().mul(2).to(x.device),
        # Needs numbers: nothing can be said.
        lambda x: x[x > 0],
    ],
)
def test_what_runs_on_a_gpu_is_not_said_to_stop(function):
    assert rehearse(function, [X], {}).fails == ""


def test_a_line_that_reads_a_number_is_noted():
    def largest(x):
        if x.max() > 0:
            return x
        return -x

    seen = rehearse(largest, [X], {})
    assert seen.fails == ""
    assert "in largest, line " in seen.waits
    assert "if x.max() > 0:" in seen.waits


def test_it_prints_nothing(capsys):
    rehearse(lambda x: print(x.shape), [X], {})
    assert capsys.readouterr().out == ""
