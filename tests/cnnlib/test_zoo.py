"""The zoo against PyTorch, layer by layer, and against published totals."""

import pytest
import torch

from cnnlib.zoo import NETWORKS, lenet5, resnet, vgg

# Parameters: LeNet-5's paper gives 60,000; AlexNet's (section 3.5) 60 million for two groups. The
# others are those that torchvision publishes with its weights, `meta["num_params"]`; GoogLeNet's
# there leaves out the auxiliary classifiers, as here.
PARAMETERS = {
    "lenet5-1998": 60_000,
    "lenet5-modern": 61_706,
    "alexnet-single": 62_378_344,
    "alexnet-paper": 60_965_224,
    "alexnet-torchvision": 61_100_840,
    "vgg11": 132_863_336,
    "vgg13": 133_047_848,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "googlenet-torchvision": 6_624_904,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50-v1.5": 25_557_032,
    "resnet101-v1.5": 44_549_160,
    "resnet152-v1.5": 60_192_808,
    "mobilenetv2": 3_504_872,
}
# Billions of multiply-adds: torchvision's `meta["_ops"]`, and, for ResNet-50 as in its paper, 3.8
# (table 1; truncated).
BILLION_MACS = {
    "alexnet-torchvision": 0.714,
    "vgg11": 7.609,
    "vgg13": 11.308,
    "vgg16": 15.470,
    "vgg19": 19.632,
    "googlenet-torchvision": 1.498,
    "resnet18": 1.814,
    "resnet34": 3.664,
    "resnet50-v1.5": 4.089,
    "resnet101-v1.5": 7.801,
    "resnet152-v1.5": 11.514,
    "mobilenetv2": 0.301,
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_published_parameters(name):
    assert NETWORKS[name]().summary().parameters == PARAMETERS[name]


@pytest.mark.parametrize("name", BILLION_MACS)
def test_published_macs(name):
    assert round(NETWORKS[name]().summary().macs / 1e9, 3) == BILLION_MACS[name]


def test_resnet50_of_the_paper_takes_fewer_macs():
    assert 3.8e9 <= resnet(50, "paper").summary().macs < 3.9e9


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_is_as_in_pytorch(name):
    """Shapes and parameters of every row are those of the submodule of the same name."""
    net = NETWORKS[name]()
    with torch.device("meta"):  # PyTorch's own shapes, without its arithmetic
        module = net.to_torch()
        shapes = {}
        for path, part in module.named_modules():
            part.register_forward_hook(
                lambda _m, _i, y, path=path: shapes.update({path: tuple(y.shape[1:])})
            )
        module.eval()(torch.zeros(1, *net.input_shape))
    summary = net.summary()
    for row in summary.rows:
        part = module.get_submodule(row.path)
        assert shapes[row.path] == row.output_shape
        if not list(part.children()):
            assert sum(p.numel() for p in part.parameters()) == row.parameters, row.path
    assert sum(p.numel() for p in module.parameters()) == summary.parameters
    leaves = {path for path, part in module.named_modules() if not list(part.children())}
    assert leaves <= {row.path for row in summary.rows}


# Krizhevsky et al. 2012 without its two groups, as it is mostly taught.
ALEXNET = {
    "conv1": 34_944,
    "conv2": 614_656,
    "conv3": 885_120,
    "conv4": 1_327_488,
    "conv5": 884_992,
    "fc6": 37_752_832,
    "fc7": 16_781_312,
    "fc8": 4_097_000,
}


def test_alexnets_table():
    summary = NETWORKS["alexnet-single"]().summary()
    assert {row.path: row.parameters for row in summary.rows if row.parameters} == ALEXNET


# LeCun et al. 1998, section II.B: the trainable parameters of each layer.
LENET = {"c1": 156, "s2": 12, "c3": 1_516, "s4": 32, "c5": 48_120, "f6": 10_164}


def test_lenets_layers():
    summary = lenet5("1998").summary()
    learnt = [row.parameters for row in summary.rows if row.parameters]
    assert learnt == list(LENET.values())


def test_lenets_table_has_sixty_connections():
    table = next(layer.connections for layer in lenet5().layers if layer.name == "c3")
    assert [len(row) for row in table] == [3] * 6 + [4] * 9 + [6]
    assert len(set(table)) == 16


# LeCun et al. 1998, table I: the feature maps of S2 that each map of C3 combines.
def test_lenets_table_is_that_of_the_paper():
    table = next(layer.connections for layer in lenet5().layers if layer.name == "c3")
    columns = "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345"
    assert ["".join(map(str, sorted(row))) for row in table] == columns.split()


def test_unknown_variants_are_named():
    with pytest.raises(ValueError, match="depth must be 11, 13, 16 or 19, got 12"):
        vgg(12)
    with pytest.raises(ValueError, match=r"variant must be 'paper' or 'v1\.5', got 'v2'"):
        resnet(50, "v2")
