"""One line under an exercise: it says whether a function does what PyTorch does, or what is wrong.

    from cnnlib import check
    check.conv2d_forward(conv2d_forward)

A check is data: cases, a reference, a tolerance and the typical misconceptions. PyTorch is imported
only when a check runs.
"""

from cnnlib.check._activations import (
    leaky_relu_backward,
    leaky_relu_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
)
from cnnlib.check._batch_norm import batch_norm2d_backward, batch_norm2d_forward
from cnnlib.check._check import Check
from cnnlib.check._conv import conv2d_forward, conv2d_im2col, im2col
from cnnlib.check._count import count_macs, count_parameters
from cnnlib.check._design import alexnet, design
from cnnlib.check._dropout import dropout_backward, dropout_forward
from cnnlib.check._field import effective_field, receptive_field
from cnnlib.check._mc_dropout import mc_dropout_predict
from cnnlib.check._report import CheckFailed
from cnnlib.check._text import TextCNN
from cnnlib.check._transfer import extract_features, freeze_until, nearest

__all__ = [
    "CHECKS",
    "Check",
    "CheckFailed",
    "TextCNN",
    "alexnet",
    "batch_norm2d_backward",
    "batch_norm2d_forward",
    "conv2d_forward",
    "conv2d_im2col",
    "count_macs",
    "count_parameters",
    "design",
    "dropout_backward",
    "dropout_forward",
    "effective_field",
    "extract_features",
    "freeze_until",
    "im2col",
    "leaky_relu_backward",
    "leaky_relu_forward",
    "mc_dropout_predict",
    "nearest",
    "receptive_field",
    "relu_backward",
    "relu_forward",
    "sigmoid_backward",
    "sigmoid_forward",
    "tanh_backward",
]

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        conv2d_forward,
        im2col,
        conv2d_im2col,
        receptive_field,
        count_parameters,
        count_macs,
        effective_field,
        alexnet,
        design,
        relu_forward,
        relu_backward,
        leaky_relu_forward,
        leaky_relu_backward,
        sigmoid_forward,
        sigmoid_backward,
        tanh_backward,
        batch_norm2d_forward,
        batch_norm2d_backward,
        dropout_forward,
        dropout_backward,
        mc_dropout_predict,
        freeze_until,
        extract_features,
        nearest,
        TextCNN,
    )
}
