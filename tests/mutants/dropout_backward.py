"""Solutions of `dropout_backward`."""

import numpy as np
from mutants import spoil


def product(dy, mask):
    return dy * mask


def where(dy, mask):
    return np.where(mask == 0, 0, dy * mask).astype(dy.dtype)


def in_place(dy, mask):
    dx = dy.copy()
    dx *= mask
    return dx


RIGHT = (product, where, in_place)
WRONG = (
    spoil(product, "new mask", "mask\n", "(np.random.rand(*dy.shape) > 0.5) * mask.max()\n",
          "backward draws a new mask"),
    spoil(product, "shuffled mask", "dy * mask", "dy * np.random.permutation(mask.ravel())"
          ".reshape(dy.shape)", "backward draws a new mask"),
    spoil(product, "no mask", "dy * mask", "dy.copy()", "the mask is not used"),
    spoil(product, "no scale", "dy * mask", "dy * (mask > 0)", "the scale is lost"),
    spoil(product, "scaled twice", "dy * mask", "dy * mask * mask", "the gradient is scaled twice"),
    spoil(product, "inverted", "dy * mask", "dy * (mask == 0)",
          "the gradient goes to the dropped elements"),
    spoil(product, "one less", "dy * mask", "dy * (1 - mask)",
          "the gradient goes to the dropped elements"),
    spoil(product, "no dy", "dy * mask", "1 * mask", "dy is left out"),
    spoil(product, "share of zeros", "dy * mask",
          "(dy * (mask > 0) / np.mean(mask > 0)).astype(dy.dtype)",
          named="the scale is guessed from the fraction of zeros"),
    spoil(in_place, "changes dy", "dy.copy()", "dy", "changed dy in place"),
)  # fmt: skip
