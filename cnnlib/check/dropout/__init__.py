"""The checks of `ps7_dropout`: activations, batch normalisation and dropout."""

from cnnlib.check.dropout.activations import (
    leaky_relu_backward,
    leaky_relu_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
)
from cnnlib.check.dropout.batch_norm import batch_norm2d_backward, batch_norm2d_forward
from cnnlib.check.dropout.dropout import dropout_backward, dropout_forward
from cnnlib.check.dropout.monte_carlo import mc_dropout_predict

CHECKS = (
    relu_forward,
    relu_backward,
    leaky_relu_forward,
    leaky_relu_backward,
    sigmoid_forward,
    sigmoid_backward,
    tanh_backward,
    batch_norm2d_forward,
    batch_norm2d_backward,
    dropout_forward,
    dropout_backward,
    mc_dropout_predict,
)
