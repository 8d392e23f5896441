"""One description of a network, in the field's words, from which everything else is derived.

A network is a value: `Sequential(Conv(96, 11, stride=4), ReLU(), MaxPool(3, 2))`. It can be
compared, hashed and printed; and it can be asked for its `summary` (shapes, parameters, cost,
receptive fields), its diagram (`to_svg`) and the same network in PyTorch (`to_torch`).
"""

from cnnlib.spec._combine import Add, Concat, Residual, Sequential
from cnnlib.spec._conv import Conv, ConvTranspose, Linear
from cnnlib.spec._elementwise import (
    ELU,
    GELU,
    LRN,
    SELU,
    BatchNorm,
    Channels,
    Dropout,
    Flatten,
    Hardtanh,
    Identity,
    LeakyReLU,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
)
from cnnlib.spec._fields import ReceptiveField, Undefined
from cnnlib.spec._layer import Layer, Shape, SpecError
from cnnlib.spec._pool import (
    AdaptiveAvgPool,
    AvgPool,
    GlobalAvgPool,
    GlobalMaxPool,
    LPPool,
    MaxPool,
    Pad,
    Upsample,
)
from cnnlib.spec._summary import Row, Summary
from cnnlib.spec._trace import Step, trace

__all__ = [
    "ELU",
    "GELU",
    "LRN",
    "SELU",
    "AdaptiveAvgPool",
    "Add",
    "AvgPool",
    "BatchNorm",
    "Channels",
    "Concat",
    "Conv",
    "ConvTranspose",
    "Dropout",
    "Flatten",
    "GlobalAvgPool",
    "GlobalMaxPool",
    "Hardtanh",
    "Identity",
    "LPPool",
    "Layer",
    "LeakyReLU",
    "Linear",
    "MaxPool",
    "PReLU",
    "Pad",
    "ReLU",
    "ReLU6",
    "ReceptiveField",
    "Residual",
    "Row",
    "Sequential",
    "Shape",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Softsign",
    "SpecError",
    "Step",
    "Summary",
    "Tanh",
    "Undefined",
    "Upsample",
    "trace",
]
