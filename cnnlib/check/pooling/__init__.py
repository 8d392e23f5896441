"""The checks of `ps4_pooling`: pooling and un-pooling."""

from cnnlib.check.pooling.checks import (
    avg_pool2d_backward,
    avg_pool2d_forward,
    lp_pool2d,
    max_pool2d_backward,
    max_pool2d_forward,
    max_unpool2d,
)

CHECKS = (
    max_pool2d_forward,
    max_pool2d_backward,
    avg_pool2d_forward,
    avg_pool2d_backward,
    lp_pool2d,
    max_unpool2d,
)
