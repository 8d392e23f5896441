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
from cnnlib.check._digits import generalises, overfits
from cnnlib.check._dropout import dropout_backward, dropout_forward
from cnnlib.check._layers import (
    avg_pool_layer,
    conv_layer,
    cross_entropy,
    lenet5,
    linear_layer,
    tanh_layer,
)
from cnnlib.check._mc_dropout import mc_dropout_predict
from cnnlib.check._report import CheckFailed
from cnnlib.check._training import early_stopping, reduce_on_plateau, sgd_step, step_decay

__all__ = [
    "CHECKS",
    "Check",
    "CheckFailed",
    "avg_pool_layer",
    "batch_norm2d_backward",
    "batch_norm2d_forward",
    "conv2d_forward",
    "conv2d_im2col",
    "conv_layer",
    "cross_entropy",
    "dropout_backward",
    "dropout_forward",
    "early_stopping",
    "generalises",
    "im2col",
    "leaky_relu_backward",
    "leaky_relu_forward",
    "lenet5",
    "linear_layer",
    "mc_dropout_predict",
    "overfits",
    "reduce_on_plateau",
    "relu_backward",
    "relu_forward",
    "sgd_step",
    "sigmoid_backward",
    "sigmoid_forward",
    "step_decay",
    "tanh_backward",
    "tanh_layer",
]

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        conv2d_forward,
        im2col,
        conv2d_im2col,
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
        conv_layer,
        avg_pool_layer,
        tanh_layer,
        linear_layer,
        cross_entropy,
        lenet5,
        sgd_step,
        early_stopping,
        step_decay,
        reduce_on_plateau,
        overfits,
        generalises,
    )
}
