"""What a network is asked, its layers answer."""

import pytest

from cnnlib.spec import Concat, Conv, MaxPool, Sequential


def test_a_network_answers_for_all_its_layers():
    net = Sequential(Conv(8, 3, stride=2), MaxPool(2))
    assert net.output_shape((3, 32, 32)) == (8, 7, 7)
    assert net.weights((3, 32, 32)) == 8 * 3 * 9
    assert net.biases((3, 32, 32)) == 8
    both = Concat(Sequential(Conv(4, 1)), Sequential(Conv(6, 3, padding=1)))
    assert both.output_shape((3, 5, 5)) == (10, 5, 5)
    assert both.weights((3, 5, 5)) == 4 * 3 + 6 * 3 * 9
    summary = Sequential(both, MaxPool(2)).summary((3, 5, 5), bias=True)
    assert both.multiply_adds((3, 5, 5), (10, 5, 5)) == 25 * (4 * 3 + 6 * 3 * 9)
    assert both.bias_adds((3, 5, 5), (10, 5, 5)) == 25 * 10
    assert summary.macs == 25 * (4 * 3 + 6 * 3 * 9) + 25 * 10
    with pytest.raises(TypeError, match="ask for summary"):
        net.receptive_field(None, (3, 32, 32))
