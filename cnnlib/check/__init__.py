"""One line under an exercise: it says whether a function does what PyTorch does, or what is wrong.

    from cnnlib import check
    check.conv2d_forward(conv2d_forward)

A check is data: cases, a reference, a tolerance and the typical misconceptions. PyTorch is imported
only when a check runs.
"""

from cnnlib.check._check import Check
from cnnlib.check._conv import conv2d_forward, conv2d_im2col, im2col
from cnnlib.check._device import device_conv2d, device_conv2d_backward
from cnnlib.check._device_pool import device_max_pool2d, device_max_pool2d_backward
from cnnlib.check._report import CheckFailed

__all__ = [
    "CHECKS",
    "Check",
    "CheckFailed",
    "conv2d_forward",
    "conv2d_im2col",
    "device_conv2d",
    "device_conv2d_backward",
    "device_max_pool2d",
    "device_max_pool2d_backward",
    "im2col",
]

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        conv2d_forward,
        im2col,
        conv2d_im2col,
        device_conv2d,
        device_conv2d_backward,
        device_max_pool2d,
        device_max_pool2d_backward,
    )
}
