"""The checks of `ps5_device`: the same layers on tensors."""

from cnnlib.check.device.conv import device_conv2d, device_conv2d_backward
from cnnlib.check.device.pool import device_max_pool2d, device_max_pool2d_backward

CHECKS = (device_conv2d, device_conv2d_backward, device_max_pool2d, device_max_pool2d_backward)
