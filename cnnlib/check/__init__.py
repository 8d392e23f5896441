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
from cnnlib.check._backward import col2im, conv2d_backward, conv2d_backward_im2col
from cnnlib.check._batch_norm import batch_norm2d_backward, batch_norm2d_forward
from cnnlib.check._check import Check
from cnnlib.check._conv import conv2d_forward, conv2d_im2col, im2col
from cnnlib.check._count import count_macs, count_parameters
from cnnlib.check._design import alexnet, design
from cnnlib.check._device import device_conv2d, device_conv2d_backward
from cnnlib.check._device_pool import device_max_pool2d, device_max_pool2d_backward
from cnnlib.check._digits import generalises, overfits
from cnnlib.check._dropout import dropout_backward, dropout_forward
from cnnlib.check._field import effective_field, receptive_field
from cnnlib.check._gradient import numeric_gradient
from cnnlib.check._layers import (
    avg_pool_layer,
    conv_layer,
    cross_entropy,
    lenet5,
    linear_layer,
    tanh_layer,
)
from cnnlib.check._mc_dropout import mc_dropout_predict
from cnnlib.check._pool import (
    avg_pool2d_backward,
    avg_pool2d_forward,
    lp_pool2d,
    max_pool2d_backward,
    max_pool2d_forward,
    max_unpool2d,
)
from cnnlib.check._report import CheckFailed
from cnnlib.check._sizes import (
    conv_output_size,
    conv_parameters,
    convolve2d,
    cross_correlate2d,
    pad2d,
)
from cnnlib.check._text import TextCNN
from cnnlib.check._training import early_stopping, reduce_on_plateau, sgd_step, step_decay
from cnnlib.check._transfer import extract_features, freeze_until, nearest

__all__ = [
    "CHECKS",
    "Check",
    "CheckFailed",
    "TextCNN",
    "alexnet",
    "avg_pool2d_backward",
    "avg_pool2d_forward",
    "avg_pool_layer",
    "batch_norm2d_backward",
    "batch_norm2d_forward",
    "col2im",
    "conv2d_backward",
    "conv2d_backward_im2col",
    "conv2d_forward",
    "conv2d_im2col",
    "conv_layer",
    "conv_output_size",
    "conv_parameters",
    "convolve2d",
    "count_macs",
    "count_parameters",
    "cross_correlate2d",
    "cross_entropy",
    "design",
    "device_conv2d",
    "device_conv2d_backward",
    "device_max_pool2d",
    "device_max_pool2d_backward",
    "dropout_backward",
    "dropout_forward",
    "early_stopping",
    "effective_field",
    "extract_features",
    "freeze_until",
    "generalises",
    "im2col",
    "leaky_relu_backward",
    "leaky_relu_forward",
    "lenet5",
    "linear_layer",
    "lp_pool2d",
    "max_pool2d_backward",
    "max_pool2d_forward",
    "max_unpool2d",
    "mc_dropout_predict",
    "nearest",
    "numeric_gradient",
    "overfits",
    "pad2d",
    "receptive_field",
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
        # ps1_sizes
        *(pad2d, cross_correlate2d, convolve2d, conv_output_size, conv_parameters),
        # ps2_forward
        *(conv2d_forward, im2col, conv2d_im2col),
        # ps3_backward
        *(numeric_gradient, conv2d_backward, col2im, conv2d_backward_im2col),
        # ps4_pooling
        *(max_pool2d_forward, max_pool2d_backward, avg_pool2d_forward, avg_pool2d_backward),
        *(lp_pool2d, max_unpool2d),
        # ps5_device
        *(device_conv2d, device_conv2d_backward, device_max_pool2d, device_max_pool2d_backward),
        # ps6_fields
        *(receptive_field, count_parameters, count_macs, effective_field, design, alexnet),
        # ps7_dropout
        *(relu_forward, relu_backward, leaky_relu_forward, leaky_relu_backward),
        *(sigmoid_forward, sigmoid_backward, tanh_backward),
        *(batch_norm2d_forward, batch_norm2d_backward, dropout_forward, dropout_backward),
        mc_dropout_predict,
        # ps8_lenet
        *(conv_layer, avg_pool_layer, tanh_layer, linear_layer, cross_entropy, lenet5),
        *(sgd_step, early_stopping, step_decay, reduce_on_plateau, overfits, generalises),
        # ps9_transfer
        *(freeze_until, extract_features, nearest, TextCNN),
    )
}
