"""The checks of `ps1_sizes`: sizes, padding, and one channel by hand."""

from cnnlib.check.sizes.checks import (
    conv_output_size,
    conv_parameters,
    convolve2d,
    cross_correlate2d,
    pad2d,
)

CHECKS = (pad2d, cross_correlate2d, convolve2d, conv_output_size, conv_parameters)
