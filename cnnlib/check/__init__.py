"""One line under an exercise: it says whether a function does what PyTorch does, or what is wrong.

    from cnnlib import check
    check.conv2d_forward(conv2d_forward)

A check is data: cases, a reference, a tolerance and the typical misconceptions. PyTorch is imported
only when a check runs.
"""

from cnnlib.check._check import Check
from cnnlib.check._conv import conv2d_forward, conv2d_im2col, im2col
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

__all__ = [
    "CHECKS",
    "Check",
    "CheckFailed",
    "avg_pool2d_backward",
    "avg_pool2d_forward",
    "conv2d_forward",
    "conv2d_im2col",
    "conv_output_size",
    "conv_parameters",
    "convolve2d",
    "cross_correlate2d",
    "im2col",
    "lp_pool2d",
    "max_pool2d_backward",
    "max_pool2d_forward",
    "max_unpool2d",
    "pad2d",
]

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        conv_output_size,
        pad2d,
        cross_correlate2d,
        convolve2d,
        conv_parameters,
        conv2d_forward,
        im2col,
        conv2d_im2col,
        max_pool2d_forward,
        max_pool2d_backward,
        avg_pool2d_forward,
        avg_pool2d_backward,
        lp_pool2d,
        max_unpool2d,
    )
}
