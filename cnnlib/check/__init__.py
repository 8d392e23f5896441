"""One line under an exercise: it says whether a function does what PyTorch does, or what is wrong.

    from cnnlib import check
    check.conv2d_forward(conv2d_forward)

A check is data: cases, a reference, a tolerance and the typical misconceptions. PyTorch is imported
only when a check runs.
"""

from cnnlib.check._check import Check
from cnnlib.check._conv import conv2d_forward, conv2d_im2col, im2col
from cnnlib.check._count import count_macs, count_parameters
from cnnlib.check._design import alexnet, design
from cnnlib.check._field import effective_field, receptive_field
from cnnlib.check._report import CheckFailed
from cnnlib.check._text import TextCNN
from cnnlib.check._transfer import extract_features, freeze_until, nearest

_CHECKS = (
    *(conv2d_forward, im2col, conv2d_im2col),
    *(receptive_field, count_parameters, count_macs, effective_field, design, alexnet),
    *(freeze_until, extract_features, nearest, TextCNN),
)
CHECKS: dict[str, Check] = {check.name: check for check in _CHECKS}

__all__ = [
    "CHECKS",
    "Check",
    "CheckFailed",
    "TextCNN",
    "alexnet",
    "conv2d_forward",
    "conv2d_im2col",
    "count_macs",
    "count_parameters",
    "design",
    "effective_field",
    "extract_features",
    "freeze_until",
    "im2col",
    "nearest",
    "receptive_field",
]
