"""The arithmetic of convolution and pooling: sizes, parameters, multiply-adds, one axis at a time.

Everything is exactly as PyTorch computes it, dilation, uneven padding, `ceil_mode` and transposed
convolutions included. `explain` shows the working of any of them; `solve` answers the reverse
question.

Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016), and
the documentation of `torch.nn.Conv2d`, `ConvTranspose2d` and `MaxPool2d`.
"""

from cnnlib.arithmetic._costs import macs, parameters
from cnnlib.arithmetic._explain import Explanation, explain
from cnnlib.arithmetic._sizes import (
    conv_output_size,
    conv_transpose_output_size,
    pool_output_size,
    same_padding,
)
from cnnlib.arithmetic._solve import Setting, solve

__all__ = [
    "Explanation",
    "Setting",
    "conv_output_size",
    "conv_transpose_output_size",
    "explain",
    "macs",
    "parameters",
    "pool_output_size",
    "same_padding",
    "solve",
]
