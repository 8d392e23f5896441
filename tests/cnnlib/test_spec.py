"""Networks as values, what is derived from them, and the same networks in PyTorch."""

import json
import subprocess
import sys
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cnnlib import spec
from cnnlib.arithmetic import macs
from cnnlib.spec import (
    LRN,
    AdaptiveAvgPool,
    Add,
    AvgPool,
    BatchNorm,
    Channels,
    Concat,
    Conv,
    ConvTranspose,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Identity,
    Layer,
    Linear,
    LPPool,
    MaxPool,
    Pad,
    PReLU,
    ReLU,
    Residual,
    Sequential,
    SpecError,
    Upsample,
)


def pairs(least: int, most: int) -> st.SearchStrategy[Any]:
    """One number for both axes, or one for each."""
    numbers = st.integers(least, most)
    return numbers | st.tuples(numbers, numbers)


sides = st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 3))] * 2)
paddings = pairs(0, 3) | sides | st.sampled_from(["same", "valid"])

convs = st.builds(
    Conv,
    st.sampled_from([2, 4, 6]),
    pairs(1, 4),
    stride=st.just(1) | pairs(1, 3),
    padding=paddings,
    dilation=st.just(1) | pairs(1, 3),
    groups=st.sampled_from([1, 2]),
    bias=st.booleans(),
)
transposed = st.builds(
    ConvTranspose,
    st.sampled_from([2, 4]),
    pairs(1, 4),
    stride=pairs(1, 3),
    padding=pairs(0, 2),
    output_padding=pairs(0, 1),
    groups=st.sampled_from([1, 2]),
    dilation=pairs(1, 2),
)
pools = st.one_of(
    st.builds(
        MaxPool,
        pairs(1, 4),
        stride=st.none() | pairs(1, 3),
        padding=pairs(0, 1) | sides,
        dilation=pairs(1, 2),
        ceil_mode=st.booleans(),
    ),
    st.builds(
        AvgPool,
        pairs(1, 4),
        stride=st.none() | pairs(1, 3),
        padding=pairs(0, 1) | sides,
        ceil_mode=st.booleans(),
        count_include_pad=st.booleans(),
    ),
    st.builds(LPPool, st.just(2.0), pairs(1, 3), stride=st.none() | pairs(1, 3)),
    st.builds(AdaptiveAvgPool, pairs(1, 9)),
    st.builds(GlobalAvgPool),
    st.builds(GlobalMaxPool),
)
others = st.one_of(
    st.builds(Upsample, pairs(1, 3), mode=st.sampled_from(["nearest", "bilinear"])),
    st.builds(
        Pad,
        pairs(0, 2) | sides,
        mode=st.sampled_from(["constant", "reflect", "replicate", "circular"]),
    ),
    st.builds(Channels, st.just(0), st.just(2)),
    st.sampled_from([BatchNorm(), ReLU(), PReLU(), Dropout(), Identity(), BatchNorm(affine=False)]),
)
layers: st.SearchStrategy[Layer] = st.one_of(convs, transposed, pools, others)


@pytest.mark.slow
@settings(max_examples=1500, derandomize=True, deadline=None)
@given(layers, st.sampled_from([2, 4, 6]), st.integers(1, 12), st.integers(1, 12))
def test_a_layer_is_as_its_module(layer, channels, height, width):
    """A layer that takes an input gives PyTorch's shape, and has PyTorch's parameters."""
    shape = (channels, height, width)
    try:
        (row,) = layer.summary(shape).rows
    except SpecError:
        return
    module = layer.to_torch(shape).eval()
    assert tuple(module(torch.zeros(1, *shape)).shape[1:]) == row.output_shape
    assert sum(p.numel() for p in module.parameters()) == row.parameters
    assert eval(repr(layer), vars(spec)) == layer


SMALL = Sequential(
    Conv(4, 3, padding=((0, 1), (1, 0)), name="first"),
    BatchNorm(),
    ReLU(),
    Residual(Conv(4, (1, 3), padding="same"), PReLU(4), shortcut=Conv(4, 1, bias=False)),
    Concat(MaxPool(3, 1, padding=1), Conv(2, 3, padding=2, dilation=2, groups=2)),
    ConvTranspose(3, 4, stride=2, padding=1),
    LRN(3),
    Flatten(),
    Dropout(0.1),
    BatchNorm(),
    Linear(5),
    name="small",
    input_shape=(2, 6, 5),
)


def test_networks_are_values():
    assert SMALL == eval(repr(SMALL), vars(spec)) == eval(str(SMALL), vars(spec))
    assert hash(SMALL) == hash(eval(repr(SMALL), vars(spec)))
    assert Conv(4, 3) == Conv(4, (3, 3), padding=(0, 0)) != Conv(4, 3, padding=1)
    assert Add(Conv(4, 3)) != Concat(Conv(4, 3)) != Sequential(Conv(4, 3))
    assert repr(MaxPool(3, 2)) == "MaxPool(3, stride=2)"
    with pytest.raises(AttributeError):
        SMALL.name = "other"


def test_a_module_with_inputs_found_later_is_the_same():
    x = torch.randn(2, *SMALL.input_shape)
    torch.manual_seed(0)
    known = SMALL.to_torch()
    layers = Sequential(*SMALL.layers)
    found = layers.to_torch()
    found.eval()(x)
    found.load_state_dict(known.state_dict())
    torch.testing.assert_close(found.eval()(x), known.eval()(x))


def test_weights_are_those_of_the_plain_module():
    """Not only shapes: a network computes what its layers, called by hand, compute."""
    net = Sequential(Conv(4, 3, padding=((1, 0), (2, 1))), MaxPool(2, 2, padding=((1, 0), (0, 1))))
    module = net.to_torch((2, 6, 6))
    x = torch.randn(1, 2, 6, 6) - 5
    conv = next(part for part in module.modules() if isinstance(part, nn.Conv2d))
    y = conv(nn.functional.pad(x, (2, 1, 1, 0)))
    y = nn.functional.pad(y, (0, 1, 1, 0), value=-torch.inf)
    torch.testing.assert_close(module(x), nn.functional.max_pool2d(y, 2, 2))


def test_branches_are_added_and_put_together():
    net = Sequential(
        Residual(Conv(3, 3, padding=1), ReLU(), shortcut=Conv(3, 1)),
        Concat(Identity(), AvgPool(3, 1, padding=1)),
    )
    module = net.to_torch((3, 5, 5))
    x = torch.randn(2, 3, 5, 5)
    body, shortcut = module[0].body, module[0].shortcut
    y = torch.relu(body[0](x)) + shortcut(x)
    expected = torch.cat([y, nn.functional.avg_pool2d(y, 3, 1, 1)], dim=1)
    torch.testing.assert_close(module(x), expected)


def test_a_connection_table_is_a_convolution_with_holes():
    net = Conv(3, 3, connections=((0,), (1, 2), (0, 2)))
    module = net.to_torch((3, 6, 6))
    x = torch.randn(2, 3, 6, 6)
    weight = torch.zeros(3, 3, 3, 3)
    for value, (o, i) in zip(module.weight, [(0, 0), (1, 1), (1, 2), (2, 0), (2, 2)], strict=True):
        weight[o, i] = value
    torch.testing.assert_close(module(x), nn.functional.conv2d(x, weight, module.bias))
    assert net.summary((3, 6, 6)).macs == 5 * 9 * 16


@pytest.mark.parametrize("name", ["ReLU", "ELU", "GELU", "SiLU", "Tanh", "Softmax", "Softsign"])
def test_activations_are_pytorchs(name):
    layer = getattr(spec, name)()
    x = torch.randn(1, 3, 4, 4)
    expected = nn.Softmax(dim=1) if name == "Softmax" else getattr(nn, name)()
    torch.testing.assert_close(layer.to_torch((3, 4, 4))(x), expected(x))


def test_conventions_of_cost():
    conv = Conv(10, 5, padding=2)
    shape = (3, 32, 32)
    assert conv.summary(shape).macs == macs(3, 10, 5, 32)
    options = {"batch": 3, "bias": True, "count": 2}
    assert conv.summary(shape, **options).macs == macs(3, 10, 5, 32, **options)
    assert conv.summary(shape, **options).convention == (
        "multiplications and additions with biases, for 3 images"
    )
    plain = Conv(10, 5, padding=2, bias=False)
    assert plain.summary(shape, bias=True).macs == plain.summary(shape).macs
    # A transposed convolution puts its kernel down once for each *input* place.
    assert ConvTranspose(10, 5, stride=2).summary(shape).macs == macs(3, 10, 5, 32)
    assert Linear(10).summary((64,), bias=True).macs == 650


def test_a_summary_as_plain_data():
    summary = SMALL.summary()
    data = json.loads(json.dumps(summary.to_dict()))
    assert data["parameters"] == summary.parameters == sum(r["parameters"] for r in data["rows"])
    assert data["rows"][0]["receptive_field"] == {
        "size": [3, 3],
        "stride": [1.0, 1.0],
        "offset": [0, -1],
    }
    assert data["output_shape"] == [5]
    assert "undefined" in data["rows"][-4]["receptive_field"]  # that of Flatten


def test_networks_without_maps():
    net = Sequential(Linear(5), ReLU(), Linear(2), input_shape=(3,))
    assert net.summary().parameters == 3 * 5 + 5 + 5 * 2 + 2
    assert net.summary()["2"].field.reason.startswith("the network's input is a vector")
    assert net.to_torch()(torch.zeros(7, 3)).shape == (7, 2)
    assert "linear" in net.to_svg()


def test_a_network_in_a_notebook():
    assert SMALL._repr_svg_() == SMALL.to_svg()
    assert Sequential(ReLU())._repr_svg_() is None


def test_a_summary_in_a_notebook():
    html = SMALL.summary()._repr_html_()
    assert html.startswith("<table>")
    assert html.count("<tr>") == len(SMALL.summary().rows) + 2


def test_rows_are_found_by_their_path():
    assert SMALL.summary()["3.body.0"].output_shape == (4, 5, 4)
    with pytest.raises(KeyError, match="no layer at 'last'; there are first, 1, 2"):
        SMALL.summary()["last"]


def test_labels_say_what_a_stride_does():
    assert Conv(8, 3, stride=2).label == "conv 3×3, /2"
    assert MaxPool((2, 3)).label == "max pool 2×3, /2×3"
    assert ConvTranspose(8, 2, stride=2).label == "transposed 2×2, ×2"


def test_a_layer_explains_itself():
    text = "\n".join(map(str, MaxPool(3, 2).explain((96, 56, 55))))
    assert text == (
        "⌊(56 − 3)/2⌋ + 1 = ⌊26.50⌋ + 1 = 27\n"
        "The stride does not fit: row 55 is never seen.\n"
        "(55 − 3)/2 + 1 = 27"
    )
    assert [e.value for e in ConvTranspose(8, 4, stride=2, padding=1).explain((4, 16, 8))] == [
        32,
        16,
        8 * 4 * 16 + 8,
        16 * 8 * 8 * 4 * 16,
    ]
    assert [e.value for e in Linear(10).explain((64,))] == [650, 640]


ERRORS = [
    (
        Sequential(Conv(8, 3), Sequential(ReLU(), Conv(8, 7), name="block")),
        (3, 8, 8),
        "block.1: Conv(8, 7) cannot take (8, 6, 6): in height, a kernel of 7 is larger than the "
        "padded input, 6 + 0 + 0 = 6; it needs an input of at least 7",
    ),
    (
        Sequential(Conv(8, (1, 3), dilation=4, padding=1)),
        (3, 8, 6),
        "0: Conv(8, (1, 3), padding=1, dilation=4) cannot take (3, 8, 6): in width, a kernel of 3 "
        "(dilation 4 spreads it to 9) is larger than the padded input, 6 + 1 + 1 = 8; it needs an "
        "input of at least 7",
    ),
    (
        Sequential(Conv(8, 3, groups=2, name="0")),
        (3, 8, 8),
        "0: Conv(8, 3, groups=2) cannot take (3, 8, 8): groups must divide in_channels: 3 is not "
        "a multiple of 2",
    ),
    (
        Sequential(Conv(9, 3, groups=2)),
        (4, 8, 8),
        "0: Conv(9, 3, groups=2) cannot take (4, 8, 8): groups must divide out_channels: 9 is not "
        "a multiple of 2",
    ),
    (
        Sequential(ReLU(), Conv(8, 3, stride=0)),
        (3, 8, 8),
        "1: Conv(8, 3, stride=0) cannot take (3, 8, 8): in height, stride must be at least 1, "
        "got 0",
    ),
    (
        Sequential(Conv(8, 3), Linear(10)),
        (3, 8, 8),
        "1: Linear(10) cannot take (8, 6, 6): it needs a vector (features,): put Flatten() before "
        "it",
    ),
    (
        Sequential(Flatten(), MaxPool(2)),
        (3, 8, 8),
        "1: MaxPool(2) cannot take (192,): it needs a map (channels, height, width)",
    ),
    (
        Sequential(Residual(Conv(8, 3, padding=1), name="block")),
        (3, 8, 8),
        "block: Residual(…) cannot take (3, 8, 8): it needs branches of one shape, but 'body' "
        "gives 8@8×8 and 'shortcut' gives 3@8×8",
    ),
    (
        Concat(Conv(8, 3), Conv(8, 1)),
        (3, 8, 8),
        "Concat(…) cannot take (3, 8, 8): it needs branches of one height and width, but '0' "
        "gives 8@6×6 and '1' gives 8@8×8",
    ),
    (
        Sequential(MaxPool(2, padding=2)),
        (3, 8, 8),
        "0: MaxPool(2, padding=2) cannot take (3, 8, 8): in height, padding must be at most half "
        "the kernel, 1, got 2",
    ),
    (
        Sequential(ConvTranspose(4, 3, padding=((0, 1), (0, 0)))),
        (3, 8, 8),
        "0: ConvTranspose(4, 3, padding=((0, 1), (0, 0))) cannot take (3, 8, 8): in height, a "
        "transposed convolution takes the same padding on both sides, got (0, 1)",
    ),
    (
        Sequential(MaxPool(3, 2, padding=((0, 1), (0, 1)), ceil_mode=True)),
        (3, 8, 8),
        "0: MaxPool(3, stride=2, padding=((0, 1), (0, 1)), ceil_mode=True) cannot take (3, 8, 8): "
        "ceil_mode and count_include_pad=False need the same padding on both sides",
    ),
    (
        Sequential(Conv(4, 1, connections=((0,), (3,), (1,), (2,)))),
        (3, 8, 8),
        "0: Conv(4, 1, connections=((0,), (3,), (1,), (2,))) cannot take (3, 8, 8): connections "
        "need channels from 0 to 2, each once, got (3,)",
    ),
]


@pytest.mark.parametrize(("net", "shape", "message"), ERRORS)
def test_errors_name_the_path_and_the_need(net, shape, message):
    for derive in (net.summary, net.to_torch, net.to_svg):
        with pytest.raises(SpecError) as error:
            derive(shape)
        assert str(error.value) == message


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Conv(8, 3.5), TypeError, "kernel_size must be a whole number, got 3.5"),
        (lambda: Conv(8, (3, 3, 3)), TypeError, r"\(height, width\), got \(3, 3, 3\)"),
        (lambda: Conv(8, 3, padding="full"), ValueError, '"same" or "valid", got \'full\''),
        (lambda: Sequential(ReLU), TypeError, "Sequential holds layers, got <class"),
        (lambda: Sequential(ReLU(name="a"), ReLU(name="a")), ValueError, "are called 'a'"),
        (lambda: Sequential(ReLU(name="a.b")), ValueError, "has no dot, got 'a.b'"),
        (lambda: Sequential(ReLU()).summary(), SpecError, "the input's shape is not known"),
        (lambda: ReLU().summary((3, 4)), SpecError, r"or \(features,\), got \(3, 4\)"),
        (lambda: ReLU().summary((3, 4, 4), count=3), ValueError, "count must be 1 or 2"),
    ],
)
def test_mistakes_in_writing(make, error, message):
    with pytest.raises(error, match=message):
        make()


WITHOUT_TORCH = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "matplotlib", "ipywidgets", "IPython"}:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())
import cnnlib
assert not {"numpy", "torch"} & set(sys.modules), "import cnnlib is to be cheap"

from cnnlib import arithmetic, receptive_field, spec, zoo

for name, make in zoo.NETWORKS.items():
    net = make()
    assert str(net.summary()) and net.summary()._repr_html_() and net.to_svg(), name
    json = net.summary().to_dict()
assert receptive_field.receptive_field(zoo.vgg(16), at="pool5").size == (212, 212)
assert arithmetic.explain(arithmetic.conv_output_size, 7, 3, 3).value == 2
try:
    zoo.vgg(16).to_torch()
except ImportError as error:
    assert str(error) == "torch is blocked"
else:
    raise AssertionError("PyTorch was there after all")
"""


def test_only_to_torch_and_measure_need_pytorch():
    subprocess.run([sys.executable, "-c", WITHOUT_TORCH], check=True)
