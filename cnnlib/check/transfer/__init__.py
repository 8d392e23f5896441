"""The checks of `ps9_transfer`: features, transfer and text."""

from cnnlib.check.transfer.checks import extract_features, freeze_until, nearest
from cnnlib.check.transfer.text import TextCNN

CHECKS = (freeze_until, extract_features, nearest, TextCNN)
