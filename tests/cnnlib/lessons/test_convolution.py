"""The drawings of the lecture on convolution say the numbers that they are made from."""

import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from cnnlib.data import photo
from cnnlib.lessons.convolution import FILTERS, learned, photos, windows

IMAGE = np.array([[1, 1, 1, 0], [0, 1, 1, 1], [0, 0, 1, 1]])
KERNEL = np.array([[1, 0], [2, -1]])


def words(drawing):
    return [re.sub("<[^>]+>", "", t) for t in re.findall(r"<text.*?</text>", drawing.svg())]


@pytest.mark.parametrize("stride", [1, 2])
def test_a_correlation_is_pytorchs(stride):
    image, kernel = np.random.default_rng(0).normal(size=(2, 7, 7))[:, :, :6]
    kernel = kernel[:3, :2]
    wanted = F.conv2d(torch.as_tensor(image)[None, None], torch.as_tensor(kernel)[None, None],
                      stride=stride)  # fmt: skip
    assert np.allclose(windows.correlate(image, kernel, stride), wanted[0, 0].numpy())


def test_each_step_writes_its_sum_and_one_more_output():
    drawings = windows.sliding(IMAGE, KERNEL)
    output = windows.correlate(IMAGE, KERNEL)
    assert len(drawings) == output.size
    for drawing, value in zip(drawings, output.ravel(), strict=True):
        assert words(drawing)[-1].endswith(f"= {value:g}")
    numbers = [len(words(drawing)) for drawing in drawings]
    assert np.diff(numbers).tolist() == [1] * (output.size - 1)


def test_letters_end_with_all_six_sums():
    last = words(windows.letters()[-1])
    assert {"aw + bx + ey + fz", "gw + hx + ky + lz"} <= set(last)
    assert sum(" + " in word for word in last) == 6


def test_the_turned_kernel_comes_second_and_its_result_third():
    steps = [words(drawing) for drawing in windows.turned(IMAGE, KERNEL)]
    assert ["convolution" in step for step in steps] == [False, False, True]
    assert ["k, turned by 180°" in step for step in steps] == [False, True, True]


def test_several_channels_and_filters_give_pytorchs_maps():
    draw = np.random.default_rng(1)
    volume = draw.integers(0, 3, (3, 5, 5)).astype(float)
    weights, biases = draw.integers(-1, 2, (2, 3, 3, 3)).astype(float), np.array([1.0, -2])
    drawings = windows.channels_step(volume, weights, biases, [(0, 0), (2, 2)])
    maps = F.conv2d(torch.as_tensor(volume)[None], torch.as_tensor(weights),
                    torch.as_tensor(biases), stride=2, padding=1)[0]  # fmt: skip
    shown = words(drawings[-1])
    for each in maps.flatten().tolist():
        assert f"{each:g}".replace("-", "−") in shown
    assert len(words(drawings[0])) == len(shown) - 2 * 8


def test_gradient_descent_finds_the_kernel():
    grey = photo(60)
    wanted = windows.correlate(grey, FILTERS["Sobel"])
    history = learned.find_kernel(grey - grey.mean(), wanted, show=(0, 300))
    assert (history.kernels[0] == 0).all()
    assert np.abs(history.kernels[300] - FILTERS["Sobel"]).max() < 0.05
    assert history.errors[300] < 1e-3 * history.errors[0]
    assert len(photos.learning(history.kernels, history.outputs, wanted, history.errors)) == 2


def test_the_bars_say_their_counts():
    drawing = learned.saved({"one": 1000, "two": 10, "three": 1})
    assert {"1,000", "10", "1"} <= set(words(drawing))
