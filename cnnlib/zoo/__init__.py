"""Networks that made history, as specifications: each names its source and its variants.

`NETWORKS` has all of them, by name.
"""

from collections.abc import Callable
from functools import partial

from cnnlib.spec import Sequential
from cnnlib.zoo._beyond import text_cnn, two_stream
from cnnlib.zoo._classic import alexnet, lenet5, vgg
from cnnlib.zoo._modern import googlenet, mobilenet_v2, resnet

__all__ = [
    "NETWORKS",
    "alexnet",
    "googlenet",
    "lenet5",
    "mobilenet_v2",
    "resnet",
    "text_cnn",
    "two_stream",
    "vgg",
]

#: Every network and variant, by name, as a function that makes it.
NETWORKS: dict[str, Callable[[], Sequential]] = {
    "lenet5-1998": partial(lenet5, "1998"),
    "lenet5-modern": partial(lenet5, "modern"),
    "alexnet-single": partial(alexnet, "single"),
    "alexnet-paper": partial(alexnet, "paper"),
    "alexnet-torchvision": partial(alexnet, "torchvision"),
    "vgg11": partial(vgg, 11),
    "vgg13": partial(vgg, 13),
    "vgg16": partial(vgg, 16),
    "vgg19": partial(vgg, 19),
    "googlenet-paper": partial(googlenet, "paper"),
    "googlenet-torchvision": partial(googlenet, "torchvision"),
    "resnet18": partial(resnet, 18),
    "resnet34": partial(resnet, 34),
    "resnet50-paper": partial(resnet, 50, "paper"),
    "resnet50-v1.5": partial(resnet, 50, "v1.5"),
    "resnet101-paper": partial(resnet, 101, "paper"),
    "resnet101-v1.5": partial(resnet, 101, "v1.5"),
    "resnet152-paper": partial(resnet, 152, "paper"),
    "resnet152-v1.5": partial(resnet, 152, "v1.5"),
    "mobilenetv2": mobilenet_v2,
    "text-cnn": text_cnn,
    "two-stream": two_stream,
    "two-stream-spatial": partial(two_stream, "spatial"),
    "two-stream-temporal": partial(two_stream, "temporal"),
}
