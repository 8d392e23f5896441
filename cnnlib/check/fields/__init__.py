"""The checks of `ps6_fields`: receptive fields, parameters and cost."""

from cnnlib.check.fields.alexnet import alexnet
from cnnlib.check.fields.checks import effective_field, receptive_field
from cnnlib.check.fields.count import count_macs, count_parameters
from cnnlib.check.fields.design import design

CHECKS = (receptive_field, count_parameters, count_macs, effective_field, design, alexnet)
