"""The arithmetic of convolution and pooling: sizes, parameters, multiply-adds, one axis at a time.

Everything is exactly as PyTorch computes it, dilation, uneven padding, `ceil_mode` and transposed
convolutions included. `explain` shows the working of any of them; `solve` answers the reverse
question.

Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016), and
the documentation of `torch.nn.Conv2d`, `ConvTranspose2d` and `MaxPool2d`.
"""

from cnnlib.arithmetic._costs import macs, parameters
from cnnlib.arithmetic._explain import Explanation, explain, explain_conv, explain_pool
from cnnlib.arithmetic._sizes import (
    AxisPadding,
    before_after,
    conv_output_size,
    conv_transpose_output_size,
    pool_output_size,
    same_padding,
    span,
)
from cnnlib.arithmetic._solve import Setting, solve

__all__ = [
    "AxisPadding",
    "Explanation",
    "Setting",
    "before_after",
    "conv_output_size",
    "conv_transpose_output_size",
    "explain",
    "explain_conv",
    "explain_pool",
    "macs",
    "parameters",
    "pool_output_size",
    "same_padding",
    "solve",
    "span",
]
