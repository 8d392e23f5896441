"""Networks with branches: GoogLeNet, ResNet and MobileNetV2."""

from typing import Literal

from cnnlib.spec import (
    LRN,
    BatchNorm,
    Concat,
    Conv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Layer,
    Linear,
    MaxPool,
    ReLU,
    ReLU6,
    Residual,
    Sequential,
)
from cnnlib.zoo._arguments import one_of
from cnnlib.zoo._networks import enter

#: Channels of the branches: 1×1; reduction and 3×3; reduction and 5×5; after pooling (table 1).
_INCEPTIONS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


@enter({"googlenet-paper": ("paper",), "googlenet-torchvision": ("torchvision",)})
def googlenet(
    variant: Literal["paper", "torchvision"] = "paper", classes: int = 1000
) -> Sequential:
    """GoogLeNet, the winner of ILSVRC 2014, without the auxiliary classifiers used in training.

    C. Szegedy et al., "Going deeper with convolutions", CVPR 2015, table 1; "torchvision":
    `torchvision.models.googlenet`.

    Parameters
    ----------
    variant
        "paper": with biases and local response normalisation, dropout 0.4.
        "torchvision": batch normalisation and no biases, 3×3 where the paper has 5×5, a 2×2 fourth
        pooling, dropout 0.2.
    """
    paper = one_of(variant, ("paper", "torchvision"), "variant") == "paper"

    def conv(channels: int, kernel_size: int, stride: int = 1) -> list[Layer]:
        padding = kernel_size // 2
        norm = [] if paper else [BatchNorm(eps=1e-3)]
        layer = Conv(channels, kernel_size, stride=stride, padding=padding, bias=paper)
        return [layer, *norm, ReLU()]

    def inception(name: str) -> Concat:
        one, reduce3, three, reduce5, five, pooled = _INCEPTIONS[name]
        return Concat(
            Sequential(*conv(one, 1)),
            Sequential(*conv(reduce3, 1), *conv(three, 3)),
            Sequential(*conv(reduce5, 1), *conv(five, 5 if paper else 3)),
            Sequential(MaxPool(3, 1, padding=1), *conv(pooled, 1)),
            name=f"inception{name}",
        )

    norm = [LRN(5)] if paper else []
    return Sequential(
        *conv(64, 7, stride=2),
        MaxPool(3, 2, ceil_mode=True, name="pool1"),
        *norm,
        *conv(64, 1),
        *conv(192, 3),
        *norm,
        MaxPool(3, 2, ceil_mode=True, name="pool2"),
        inception("3a"),
        inception("3b"),
        MaxPool(3, 2, ceil_mode=True, name="pool3"),
        *map(inception, ("4a", "4b", "4c", "4d", "4e")),
        MaxPool(3 if paper else 2, 2, ceil_mode=True, name="pool4"),
        inception("5a"),
        inception("5b"),
        GlobalAvgPool(),
        Flatten(),
        Dropout(0.4 if paper else 0.2),
        Linear(classes, name="fc"),
        name=f"GoogLeNet ({variant})",
        input_shape=(3, 224, 224),
    )


#: Blocks in each of the four stages (table 1).
_RESNET_STAGES = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
_WITH_BOTTLENECK = 50  # from this depth on


@enter(
    {
        "resnet18": (18,),
        "resnet34": (34,),
        "resnet50-paper": (50, "paper"),
        "resnet50-v1.5": (50, "v1.5"),
        "resnet101-paper": (101, "paper"),
        "resnet101-v1.5": (101, "v1.5"),
        "resnet152-paper": (152, "paper"),
        "resnet152-v1.5": (152, "v1.5"),
    }
)
def resnet(
    depth: Literal[18, 34, 50, 101, 152] = 50,
    variant: Literal["paper", "v1.5"] = "paper",
    classes: int = 1000,
) -> Sequential:
    """ResNet, the winner of ILSVRC 2015.

    K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", CVPR 2016,
    table 1, with projection shortcuts where the size changes (option B).

    Parameters
    ----------
    variant
        Where a bottleneck has its stride: "paper" in its first 1×1 convolution, which skips three
        of four places; "v1.5" in its 3×3, as in torchvision. ResNet-18 and 34 have no
        bottlenecks, and are the same in both.
    """
    stages = _RESNET_STAGES[one_of(depth, tuple(_RESNET_STAGES), "depth")]
    one_of(variant, ("paper", "v1.5"), "variant")
    blocks: list[Layer] = []
    for stage, (count, width) in enumerate(zip(stages, (64, 128, 256, 512), strict=True), 2):
        for i in range(count):
            stride = 2 if i == 0 and stage > 2 else 1
            if depth >= _WITH_BOTTLENECK:
                body, out = _bottleneck(width, stride, variant), 4 * width
                project = i == 0
            else:
                body, out = _basic(width, stride), width
                project = stride > 1
            shortcut = Sequential(*_norm_conv(out, 1, stride)) if project else None
            name = f"conv{stage}_{i + 1}"
            blocks += [Residual(*body, shortcut=shortcut, name=name), ReLU()]
    return Sequential(
        *_norm_conv(64, 7, 2),
        ReLU(),
        MaxPool(3, 2, padding=1),
        *blocks,
        GlobalAvgPool(),
        Flatten(),
        Linear(classes, name="fc"),
        name=f"ResNet-{depth}" + (f" ({variant})" if depth >= _WITH_BOTTLENECK else ""),
        input_shape=(3, 224, 224),
    )


def _norm_conv(channels: int, kernel_size: int, stride: int = 1, groups: int = 1) -> list[Layer]:
    padding = kernel_size // 2
    conv = Conv(channels, kernel_size, stride, padding=padding, groups=groups, bias=False)
    return [conv, BatchNorm()]


def _basic(width: int, stride: int) -> list[Layer]:
    return [*_norm_conv(width, 3, stride), ReLU(), *_norm_conv(width, 3)]


def _bottleneck(width: int, stride: int, variant: str) -> list[Layer]:
    first, second = (stride, 1) if variant == "paper" else (1, stride)
    return [
        *_norm_conv(width, 1, first),
        ReLU(),
        *_norm_conv(width, 3, second),
        ReLU(),
        *_norm_conv(4 * width, 1),
    ]


#: Expansion, output channels, repeats, stride of the first (table 2).
_MOBILENET_STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


@enter({"mobilenetv2": ()})
def mobilenet_v2(classes: int = 1000) -> Sequential:
    """MobileNetV2, with width multiplier 1.

    M. Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018, table 2.
    `torchvision.models.mobilenet_v2` is the same network.
    """
    blocks: list[Layer] = []
    width = 32
    for stage, (expansion, out, repeats, first_stride) in enumerate(_MOBILENET_STAGES, 1):
        for i in range(repeats):
            stride = first_stride if i == 0 else 1
            body = _inverted(width, expansion, out, stride)
            kind = Residual if stride == 1 and width == out else Sequential
            blocks.append(kind(*body, name=f"stage{stage}_{i + 1}"))
            width = out
    return Sequential(
        *_norm_conv(32, 3, 2),
        ReLU6(),
        *blocks,
        *_norm_conv(1280, 1),
        ReLU6(),
        GlobalAvgPool(),
        Flatten(),
        Dropout(0.2),
        Linear(classes, name="fc"),
        name="MobileNetV2",
        input_shape=(3, 224, 224),
    )


def _inverted(width: int, expansion: int, out: int, stride: int) -> list[Layer]:
    """Expand by a 1×1, filter each channel by itself, and project back without activation."""
    wide = width * expansion
    expand = [*_norm_conv(wide, 1), ReLU6()] if expansion > 1 else []
    return [*expand, *_norm_conv(wide, 3, stride, groups=wide), ReLU6(), *_norm_conv(out, 1)]
