"""Networks of one chain: LeNet-5, AlexNet and VGG."""

from typing import Literal

from cnnlib.spec import (
    LRN,
    AdaptiveAvgPool,
    AvgPool,
    Conv,
    Dropout,
    Flatten,
    Layer,
    Linear,
    MaxPool,
    ReLU,
    Sequential,
    Tanh,
)
from cnnlib.zoo._arguments import one_of
from cnnlib.zoo._networks import enter

#: Krizhevsky et al. 2012, section 3.3: n = 5, k = 2, β = 0.75, α = 10⁻⁴. There α multiplies the sum
#: of squares; PyTorch's multiplies their mean, and must be n times as large.
ALEXNET_NORM = LRN(5, alpha=5e-4, beta=0.75, k=2.0)

#: LeNet-5's table I: which of six maps each of the sixteen maps of C3 reads.
_LENET_TABLE = (
    *(tuple(sorted((i + j) % 6 for j in range(3))) for i in range(6)),
    *(tuple(sorted((i + j) % 6 for j in range(4))) for i in range(6)),
    *((i, i + 1, (i + 3) % 6, (i + 4) % 6) for i in range(3)),
    tuple(range(6)),
)


@enter({"lenet5-1998": ("1998",), "lenet5-modern": ("modern",)})
def lenet5(variant: Literal["1998", "modern"] = "1998") -> Sequential:
    """LeNet-5, for 32×32 grey images.

    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86 (1998), section II.B.

    Parameters
    ----------
    variant
        "1998": as in the paper. C3 reads its input by table I, and the subsampling layers S2 and S4
        learn a coefficient and a bias a map: here an average pooling (the paper's sum, up to that
        coefficient) and a 1×1 convolution with a group a map. It ends at F6, 84 units: the ten
        radial basis functions after it have fixed weights, which the paper does not count either.
        "modern": as it is mostly taught: C3 reads all maps, pooling learns nothing, and a linear
        layer gives the ten scores.
    """
    old = one_of(variant, ("1998", "modern"), "variant") == "1998"

    def subsample(maps: int, name: str) -> list[Layer]:
        pool = AvgPool(2, name=name)
        return [pool, Conv(maps, 1, groups=maps), Tanh()] if old else [pool]

    return Sequential(
        Conv(6, 5, name="c1"),
        Tanh(),
        *subsample(6, "s2"),
        Conv(16, 5, connections=_LENET_TABLE if old else None, name="c3"),
        Tanh(),
        *subsample(16, "s4"),
        Conv(120, 5, name="c5"),
        Tanh(),
        Flatten(),
        Linear(84, name="f6"),
        Tanh(),
        *([] if old else [Linear(10, name="output")]),
        name=f"LeNet-5 ({variant})",
        input_shape=(1, 32, 32),
    )


@enter(
    {
        "alexnet-single": ("single",),
        "alexnet-paper": ("paper",),
        "alexnet-torchvision": ("torchvision",),
    }
)
def alexnet(
    variant: Literal["single", "paper", "torchvision"] = "paper", classes: int = 1000
) -> Sequential:
    """AlexNet, the winner of ILSVRC 2012.

    A. Krizhevsky, I. Sutskever and G. Hinton, "ImageNet classification with deep convolutional
    neural networks", NIPS 2012; "torchvision": A. Krizhevsky, "One weird trick for parallelizing
    convolutional neural networks" (2014), as `torchvision.models.alexnet`.

    Parameters
    ----------
    variant
        "paper": two halves, one a GPU, of which layers 2, 4 and 5 read only their own: two groups.
        "single": one tower, without groups, as it is mostly taught. Both take 227×227: the paper
        says 224, from which its first layer's 55×55 cannot come without padding.
        "torchvision": 64 filters first, no normalisation, 224×224 with padding.
    """
    if one_of(variant, ("single", "paper", "torchvision"), "variant") == "torchvision":
        return _alexnet_2014(classes)
    groups = 2 if variant == "paper" else 1
    return Sequential(
        Conv(96, 11, stride=4, name="conv1"),
        ReLU(),
        ALEXNET_NORM,
        MaxPool(3, 2, name="pool1"),
        Conv(256, 5, padding=2, groups=groups, name="conv2"),
        ReLU(),
        ALEXNET_NORM,
        MaxPool(3, 2, name="pool2"),
        Conv(384, 3, padding=1, name="conv3"),
        ReLU(),
        Conv(384, 3, padding=1, groups=groups, name="conv4"),
        ReLU(),
        Conv(256, 3, padding=1, groups=groups, name="conv5"),
        ReLU(),
        MaxPool(3, 2, name="pool5"),
        *_classifier(classes),
        name=f"AlexNet ({variant})",
        input_shape=(3, 227, 227),
    )


def _classifier(classes: int) -> list[Layer]:
    return [
        Flatten(),
        Linear(4096, name="fc6"),
        ReLU(),
        Dropout(),
        Linear(4096, name="fc7"),
        ReLU(),
        Dropout(),
        Linear(classes, name="fc8"),
    ]


def _alexnet_2014(classes: int) -> Sequential:
    return Sequential(
        Conv(64, 11, stride=4, padding=2, name="conv1"),
        ReLU(),
        MaxPool(3, 2, name="pool1"),
        Conv(192, 5, padding=2, name="conv2"),
        ReLU(),
        MaxPool(3, 2, name="pool2"),
        Conv(384, 3, padding=1, name="conv3"),
        ReLU(),
        Conv(256, 3, padding=1, name="conv4"),
        ReLU(),
        Conv(256, 3, padding=1, name="conv5"),
        ReLU(),
        MaxPool(3, 2, name="pool5"),
        AdaptiveAvgPool(6),
        Flatten(),
        Dropout(),
        Linear(4096, name="fc6"),
        ReLU(),
        Dropout(),
        Linear(4096, name="fc7"),
        ReLU(),
        Linear(classes, name="fc8"),
        name="AlexNet (torchvision)",
        input_shape=(3, 224, 224),
    )


#: Convolutions in each of the five blocks (table 1, columns A, B, D and E).
_VGG_BLOCKS = {
    11: (1, 1, 2, 2, 2),
    13: (2, 2, 2, 2, 2),
    16: (2, 2, 3, 3, 3),
    19: (2, 2, 4, 4, 4),
}


@enter({f"vgg{depth}": (depth,) for depth in _VGG_BLOCKS})
def vgg(depth: Literal[11, 13, 16, 19] = 16, classes: int = 1000) -> Sequential:
    """VGG, with 11, 13, 16 or 19 layers that learn, without batch normalisation.

    K. Simonyan and A. Zisserman, "Very deep convolutional networks for large-scale image
    recognition", ICLR 2015, table 1. torchvision's are the same networks.
    """
    layers: list[Layer] = []
    counts = _VGG_BLOCKS[one_of(depth, tuple(_VGG_BLOCKS), "depth")]
    for block, (count, width) in enumerate(zip(counts, (64, 128, 256, 512, 512), strict=True), 1):
        for i in range(1, count + 1):
            layers += [Conv(width, 3, padding=1, name=f"conv{block}_{i}"), ReLU()]
        layers.append(MaxPool(2, name=f"pool{block}"))
    return Sequential(
        *layers,
        *_classifier(classes),
        name=f"VGG-{depth}",
        input_shape=(3, 224, 224),
    )
