"""Computed fields against measured ones, and against published ones."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cnnlib import spec
from cnnlib.receptive_field import linearise, measure, receptive_field
from cnnlib.spec import (
    Add,
    AvgPool,
    BatchNorm,
    Channels,
    Concat,
    Conv,
    ConvTranspose,
    Flatten,
    Identity,
    Layer,
    Linear,
    MaxPool,
    Pad,
    ReceptiveField,
    ReLU,
    Residual,
    Sequential,
    SpecError,
    Upsample,
)
from cnnlib.zoo import NETWORKS, alexnet, resnet, vgg

#: What keeps height and width, for branches.
keeping = st.one_of(
    st.builds(Conv, st.just(2), st.sampled_from([1, 3, 5]), padding=st.just("same")),
    st.builds(
        Conv, st.just(2), st.just(3), padding=st.just("same"), dilation=st.sampled_from([2, 3])
    ),
    st.just(Conv(2, 2, padding="same")),
    st.just(MaxPool(3, 1, padding=1)),
    st.just(Sequential(MaxPool(2), Upsample(2))),
    st.just(Sequential(Conv(2, 4, stride=2, padding=1), ConvTranspose(2, 4, stride=2, padding=1))),
    st.sampled_from([Identity(), ReLU(), BatchNorm()]),
)
#: What changes the size, such that it stays even.
resizing = st.sampled_from(
    [
        Conv(2, 3, stride=2, padding=1),
        Conv(2, 2, stride=2),
        MaxPool(2),
        MaxPool((2, 4), 2, padding=(0, 1)),
        AvgPool(3, 2, padding=1),
        AvgPool(3, 2, padding=1, ceil_mode=True),
        ConvTranspose(2, 4, stride=2, padding=1),
        ConvTranspose(2, 3, stride=2, padding=1, output_padding=1),
        ConvTranspose(2, 1, stride=2, output_padding=1),
        ConvTranspose(2, 2, stride=2, dilation=3, padding=1),
        Upsample(2, mode="bilinear"),
        Upsample((2, 1)),
        Conv(2, (1, 3), dilation=(1, 2)),
    ]
)


def _branches(inner: st.SearchStrategy[Layer]) -> st.SearchStrategy[Layer]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda each: Add(*each)),
        several.map(lambda each: Sequential(Concat(*each), Conv(2, 1))),
        st.tuples(inner, inner).map(lambda each: Residual(*each)),
    )


branching = _branches(keeping | _branches(keeping))
#: Networks for an input of two channels and an even size of at least 48.
networks = st.lists(keeping | resizing | branching, min_size=1, max_size=5).map(
    lambda each: Sequential(*each)
)


def thin(layer: Layer) -> Layer:
    """Give the same network with a single channel everywhere: its receptive fields stay."""
    if isinstance(layer, Residual):
        return Residual(*map(thin, layer.layers), shortcut=thin(layer.shortcut), name=layer.name)
    if isinstance(layer, Sequential | Add | Concat):
        return type(layer)(*map(thin, layer.layers), name=layer.name)
    if isinstance(layer, Conv):
        return replace(layer, out_channels=1, groups=1, connections=None)
    if isinstance(layer, Linear):
        return replace(layer, out_features=1)
    if isinstance(layer, Channels):
        return replace(layer, start=0, stop=1)
    return layer


def is_elementwise(layer: Layer) -> bool:
    """Say whether each unit reads its own place, so that its field is the one before it."""
    return not isinstance(layer, Flatten | Linear) and layer.taps((1, 8, 8)) is None


def reach(gradient: torch.Tensor) -> tuple[range, range]:
    """Give the rows and the columns that have a gradient."""
    seen = gradient.abs().sum(dim=(0, 1)) > 0
    found = []
    for axis in (1, 0):
        places = seen.any(dim=axis).nonzero().flatten().tolist()
        found.append(range(places[0], places[-1] + 1) if places else range(0))
    return found[0], found[1]


def check_every_layer(net: Sequential, shape: tuple[int, ...], everywhere: bool) -> int:
    """Compare the computed field of every layer with the measured one; give how many there were.

    The middle unit is compared, and its neighbours where `everywhere`: after an upsampling, fields
    differ from unit to unit. Near the border a field may end before the edge of the image (a stride
    leaves gaps, a crop takes units away), so there it need only lie within the computed one.
    """
    module = linearise(net.to_torch(shape))
    outputs: dict[str, torch.Tensor] = {}
    for path, part in module.named_modules():
        part.register_forward_hook(lambda _m, _i, y, path=path: outputs.update({path: y}))
    image = torch.rand(1, *shape, dtype=torch.float64, requires_grad=True)
    module.eval()(image)
    compared = 0
    for row in net.summary(shape).rows:
        field = row.field
        if not isinstance(field, ReceptiveField) or is_elementwise(row.layer):
            continue
        output = outputs[row.path]
        h, w = output.shape[2:] if output.dim() == 4 else (1, 1)
        near = {(h // 2, w // 2)}
        if everywhere:
            near |= {(min(h // 2 + i, h - 1), min(w // 2 + i, w - 1)) for i in (1, 2, 3)}
        for y, x in near:
            unit = output[0, :, y, x] if output.dim() == 4 else output
            (gradient,) = torch.autograd.grad(unit.sum(), image, retain_graph=True)
            measured, whole = reach(gradient), field.window((y, x))
            inside = all(
                each.start >= 0 and each.stop <= n for each, n in zip(whole, shape[1:], strict=True)
            )
            clipped = field.visible((y, x))
            if inside or not everywhere:
                assert [list(each) for each in measured] == [list(each) for each in clipped], row
                compared += 1
            else:
                assert all(set(m) <= set(c) for m, c in zip(measured, clipped, strict=True)), row
    return compared


@pytest.mark.slow
@settings(max_examples=600, derandomize=True, deadline=None)
@given(networks)
def test_random_networks_see_what_is_computed(net):
    check_every_layer(net, (2, 64, 48), everywhere=True)


@pytest.mark.parametrize("padding", [((0, 1), (0, 1)), ((0, 9), (7, 0)), ((5, 0), (0, 0))])
def test_units_in_a_border_on_one_side_hide_nothing(padding):
    net = Sequential(Pad(padding), Conv(1, 3, stride=2), Pad(padding), Conv(1, 3))
    assert check_every_layer(net, (1, 40, 32), everywhere=False) == 4


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_zoo_sees_what_is_computed(name):
    net = thin(NETWORKS[name]())
    _, height, width = NETWORKS[name]().input_shape
    assert check_every_layer(net, (1, height, width), everywhere=False) >= 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["resnet50-v1.5", "resnet50-paper", "resnet101-v1.5", "mobilenetv2"]
)
def test_fields_larger_than_the_image_are_whole_on_a_larger_one(name):
    net = NETWORKS[name]()
    last = [row for row in net.summary().rows if isinstance(row.layer, Conv)][-1]
    tall = (1, last.field.size[0] + 96, 64)
    slim = thin(net)
    field = receptive_field(slim, tall, at=last.path)
    measured = measure(linearise(slim.to_torch(tall)), tall, at=last.path)
    rows = slim.summary(tall)[last.path].output_shape[1]
    assert measured.rows == field.window((rows // 2, 0))[0]
    assert len(measured.rows) == last.field.size[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "at"),
    [("alexnet-paper", "conv5"), ("resnet18", "conv4_2"), ("mobilenetv2", "stage4_4")],
)
def test_networks_of_full_width_see_what_is_computed(name, at):
    net = NETWORKS[name]()
    _, height, width = net.summary()[at].output_shape
    measured = measure(linearise(net.to_torch()), net.input_shape, at=at)
    visible = receptive_field(net, at=at).visible((height // 2, width // 2))
    assert (measured.rows, measured.columns) == visible


# Sizes: Araujo, Norris and Sim, "Computing receptive fields" (Distill 2019), table in the section
# "Discussion": AlexNet 195, VGG-16 212, ResNet-50 483 (TF-Slim's first version, as in the paper)
# and 427 (stride in the 3×3).
@pytest.mark.parametrize(
    ("net", "at", "size", "stride"),
    [
        (alexnet("single"), "pool5", 195, 32),
        (vgg(16), "pool5", 212, 32),
        (resnet(50, "paper"), "conv5_3", 483, 32),
        (resnet(50, "v1.5"), "conv5_3", 427, 32),
    ],
)
def test_published_fields(net, at, size, stride):
    field = receptive_field(net, at=at)
    assert field.size == (size, size)
    assert field.stride == (stride, stride)


def test_three_small_kernels_see_as_much_as_a_large_one():
    net = Sequential(*[Conv(8, 3, padding=1) for _ in range(3)])
    sizes = [row.field.size for row in net.summary((8, 32, 32)).rows]
    assert sizes == [(3, 3), (5, 5), (7, 7)]


def test_centre_and_window_of_any_unit():
    field = receptive_field(Sequential(Conv(1, 3, padding=1), MaxPool(2)), (1, 8, 8))
    assert field.centre((0, 3)) == (0.5, 6.5)
    assert field.window((0, 3)) == (range(-1, 3), range(5, 9))
    assert field.visible((0, 3)) == (range(0, 3), range(5, 8))


def test_an_edge_that_a_stride_drops_is_not_visible():
    net = Sequential(Conv(1, 3, stride=3), Conv(1, 3, padding=1))
    field = receptive_field(net, (1, 8, 8))
    assert field.window((1, 1))[0] == range(0, 9)
    assert field.visible((1, 1))[0] == range(0, 6)


def test_transposed_convolutions_alternate():
    net = ConvTranspose(1, 3, stride=2, padding=1)
    field = receptive_field(net, (1, 8, 8))
    assert [len(field.window((o, 0))[0]) for o in range(4)] == [1, 2, 1, 2]
    assert float(field.stride[0]) == 0.5


def test_a_unit_may_see_nothing():
    field = receptive_field(ConvTranspose(1, 1, stride=2), (1, 4, 4))
    assert field.window((1, 1)) == (range(0), range(0))
    assert np.isnan(field.centre((1, 0))[0])


def test_an_up_and_down_path_is_aligned_with_its_shortcut():
    net = Concat(Identity(), Sequential(MaxPool(2), ConvTranspose(1, 2, stride=2)))
    assert receptive_field(net, (1, 8, 8)).size == (2, 2)


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (
            Sequential(
                Add(
                    Conv(4, 3, stride=2, padding=1, name="left"),
                    Sequential(AvgPool(2), Conv(4, 1), name="right"),
                )
            ),
            "0 has no receptive field: branches '0.left' and '0.right' are misaligned: in height, "
            "the centre of the first unit is 0 in '0.left' and 1/2 in '0.right'",
        ),
        (
            Sequential(Concat(Conv(4, 5, stride=3), Sequential(Conv(4, 7, stride=4), Pad(1)))),
            "0 has no receptive field: branches '0.0' and '0.1' are misaligned: in height, the "
            "stride is 3 in '0.0' and 4 in '0.1'",
        ),
        (
            Sequential(Pad(2, mode="circular"), Conv(4, 5)),
            "1 has no receptive field: with circular padding, units at the border see another "
            "part of the image, so that the offset is undefined",
        ),
        (
            Sequential(Conv(4, 3), Flatten()),
            "1 has no receptive field: each unit of a flattened map has a field of its own",
        ),
    ],
)
def test_undefined_fields_say_why(net, message):
    shape = (3, 20, 20)
    with pytest.raises(SpecError) as error:
        receptive_field(net, shape)
    assert str(error.value) == message
    summary = net.summary(shape)
    assert message.split(": ", 1)[1] in str(summary)
    json.dumps(summary.to_dict())


def test_a_linear_layer_sees_what_the_flattened_map_sees():
    net = Sequential(Conv(4, 3), Flatten(), Linear(2))
    assert receptive_field(net, (3, 20, 20)).window((0, 0)) == (range(20), range(20))


def test_a_linear_layer_sees_what_all_branches_see():
    net = Sequential(
        Concat(
            Sequential(Conv(2, 3, stride=2), Flatten()), Sequential(MaxPool(8, stride=4), Flatten())
        ),
        Linear(2),
    )
    assert receptive_field(net, (3, 20, 20)).window((0, 0)) == (range(20), range(20))


def test_unknown_path():
    with pytest.raises(KeyError, match="no layer at '7'; there are 0"):
        receptive_field(Sequential(Conv(4, 3)), (3, 8, 8), at="7")


def test_measure_leaves_the_module_as_it_was():
    module = Sequential(Conv(2, 3), Flatten(), Linear(3)).to_torch((1, 6, 6))
    module.train()
    measured = measure(module, (1, 6, 6), at="0", unit=(0, 0))
    assert str(measured) == "3×3: rows 0 to 2, columns 0 to 2"
    assert measured.effective.shape == (6, 6)
    assert module.training and all(p.grad is None for p in module.parameters())
    assert not any(part._forward_hooks for part in module.modules())


def test_measure_outside_the_map():
    module = Conv(2, 3).to_torch((1, 6, 6))
    with pytest.raises(ValueError, match=r"no unit \(4, 0\) in a map of 4×4"):
        measure(module, (1, 6, 6), unit=(4, 0))


def test_the_effective_field_is_a_bump_in_the_middle():
    net = Sequential(*[Conv(1, 3, padding=1) for _ in range(8)])
    effective = measure(linearise(net.to_torch((1, 33, 33))), (1, 33, 33)).effective
    assert np.unravel_index(effective.argmax(), effective.shape) == (16, 16)
    assert effective[16, 8] < effective[16, 16] / 100
    np.testing.assert_allclose(effective, effective.T)


#: What a layer needs to be made, by its class.
ARGUMENTS = {
    spec.Add: (Conv(4, 3, padding=1), Identity()),
    spec.AdaptiveAvgPool: (2,),
    spec.AvgPool: (2,),
    spec.Channels: (0, 2),
    spec.Concat: (Conv(4, 3, padding=1), Identity()),
    spec.Conv: (4, 3),
    spec.ConvTranspose: (4, 3),
    spec.Linear: (4,),
    spec.LPPool: (2.0, 2),
    spec.LRN: (3,),
    spec.MaxPool: (2,),
    spec.Pad: (1,),
    spec.Residual: (Conv(4, 3, padding=1),),
    spec.Sequential: (Conv(4, 3),),
    spec.Upsample: (2,),
}
CLASSES = [
    each
    for each in vars(spec).values()
    if isinstance(each, type) and issubclass(each, Layer) and each is not Layer
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_layer_has_a_twin_in_pytorch_that_shows_its_field(kind):
    layer = kind(*ARGUMENTS.get(kind, ()))
    before = [Conv(4, 3)] if kind is not Linear else [Conv(4, 3), Flatten()]
    net = Sequential(*before, layer, name="net")
    shape = (2, 12, 12)
    measured = measure(linearise(net.to_torch(shape)), shape)
    *_, row = net.summary(shape).rows
    if len(row.output_shape) == 1:
        assert measured.size == (12, 12)
    else:
        _, height, width = row.output_shape
        field = receptive_field(net, shape)
        assert (measured.rows, measured.columns) == field.visible((height // 2, width // 2))


def test_what_may_be_a_gate_is_refused():
    with pytest.raises(TypeError, match=r"through Threshold\(.*linearise does not say whether"):
        linearise(nn.Sequential(nn.Conv2d(1, 1, 3), nn.Threshold(0.1, 0)))


def test_a_module_of_ones_own_is_taken_as_it_is():
    class Doubled(nn.Module):
        def forward(self, x):
            return 2 * x

    assert measure(linearise(nn.Sequential(Doubled(), nn.Conv2d(1, 1, 3))), (1, 8, 8)).size == (
        3,
        3,
    )
