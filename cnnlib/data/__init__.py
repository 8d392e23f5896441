"""Images: those that come along, and two sets for those who have their files."""

from cnnlib.data.bundled import SPLITS, Split, digits, photo
from cnnlib.data.downloads import CIFAR10_CLASSES, cifar10, mnist

__all__ = ["CIFAR10_CLASSES", "SPLITS", "Split", "cifar10", "digits", "mnist", "photo"]
