"""The checks of `ps2_forward`: convolution forward."""

from cnnlib.check.forward.checks import conv2d_forward, conv2d_im2col, im2col

CHECKS = (conv2d_forward, im2col, conv2d_im2col)
