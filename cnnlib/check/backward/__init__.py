"""The checks of `ps3_backward`: convolution backward."""

from cnnlib.check.backward.checks import col2im, conv2d_backward, conv2d_backward_im2col
from cnnlib.check.backward.gradient import numeric_gradient

CHECKS = (numeric_gradient, conv2d_backward, col2im, conv2d_backward_im2col)
