"""The checks of `ps8_lenet`: LeNet-5 and its training."""

from cnnlib.check.lenet.digits import generalises, overfits
from cnnlib.check.lenet.layers import (
    avg_pool_layer,
    conv_layer,
    cross_entropy,
    lenet5,
    linear_layer,
    tanh_layer,
)
from cnnlib.check.lenet.training import early_stopping, reduce_on_plateau, sgd_step, step_decay

CHECKS = (
    conv_layer,
    avg_pool_layer,
    tanh_layer,
    linear_layer,
    cross_entropy,
    lenet5,
    sgd_step,
    early_stopping,
    step_decay,
    reduce_on_plateau,
    overfits,
    generalises,
)
