"""EfficientNet-Lite0: small enough for a processor, and its trained weights come as a package."""

from cnnlib.spec import (
    BatchNorm,
    Conv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Layer,
    Linear,
    Pad,
    ReLU6,
    Residual,
    Sequential,
)
from cnnlib.zoo._networks import enter

#: Expansion, output channels, repeats, kernel, stride of the first (EfficientNet, table 1; the lite
#: networks leave out the squeeze-and-excitation of each block).
_STAGES = (
    (1, 16, 1, 3, 1),
    (6, 24, 2, 3, 2),
    (6, 40, 2, 5, 2),
    (6, 80, 3, 3, 2),
    (6, 112, 3, 5, 1),
    (6, 192, 4, 5, 2),
    (6, 320, 1, 3, 1),
)


@enter({"efficientnet-lite0": ()})
def efficientnet_lite0(classes: int = 1000) -> Sequential:
    """EfficientNet-Lite0, for 224×224 images with values (x − 127) / 128 from bytes x.

    M. Tan and Q. Le, "EfficientNet: rethinking model scaling for convolutional neural networks",
    ICML 2019, table 1; R. Liu, "Higher accuracy on vision models with EfficientNet-Lite",
    TensorFlow blog (2020): no squeeze-and-excitation, and ReLU6 in place of swish. Each Conv with a
    stride is padded as TensorFlow's "same" pads maps of even size: one less before than after.
    `cnnlib.zoo.pretrained` returns it as trained on ImageNet.
    """
    blocks: list[Layer] = []
    width = 32
    for expansion, out, repeats, kernel, first_stride in _STAGES:
        for i in range(repeats):
            stride = first_stride if i == 0 else 1
            body = _inverted(width, expansion, out, kernel, stride)
            kind = Residual if stride == 1 and width == out else Sequential
            blocks.append(kind(*body, name=f"block{len(blocks)}"))
            width = out
    return Sequential(
        *_padded_conv(32, 3, 2),
        ReLU6(),
        *blocks,
        *_padded_conv(1280, 1),
        ReLU6(name="features"),
        GlobalAvgPool(),
        Flatten(),
        Dropout(0.2),
        Linear(classes, name="fc"),
        name="EfficientNet-Lite0",
        input_shape=(3, 224, 224),
    )


def _inverted(width: int, expansion: int, out: int, kernel: int, stride: int) -> list[Layer]:
    """Expand by a 1×1, filter each channel by itself, and project back without activation."""
    wide = width * expansion
    expand = [*_padded_conv(wide, 1), ReLU6()] if expansion > 1 else []
    depthwise = _padded_conv(wide, kernel, stride, groups=wide)
    return [*expand, *depthwise, ReLU6(), *_padded_conv(out, 1)]


def _padded_conv(channels: int, kernel: int, stride: int = 1, groups: int = 1) -> list[Layer]:
    norm = BatchNorm(eps=1e-3, momentum=0.01)
    half = kernel // 2
    if stride == 1:
        return [Conv(channels, kernel, padding=half, groups=groups, bias=False), norm]
    border = Pad(((half - 1, half), (half - 1, half)))
    return [border, Conv(channels, kernel, stride, groups=groups, bias=False), norm]
