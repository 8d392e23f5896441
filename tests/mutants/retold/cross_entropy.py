"""Mistakes in `cross_entropy`, by other code than that of the mutants."""

import numpy as np
from mutants import wrong


def softmax(logits):
    powers = np.exp(logits - np.amax(logits, axis=-1)[:, np.newaxis])
    return powers / powers.sum(axis=-1)[:, np.newaxis]


def gradient(p, labels):
    p = p.copy()
    np.subtract.at(p, (np.arange(len(labels)), labels), 1)
    return p / len(labels)


def clipped(logits, labels):
    p = softmax(logits)
    chosen = np.take_along_axis(p, labels[:, None], axis=1)
    return -np.log(np.maximum(chosen, 1e-10)).mean(), gradient(p, labels)


def zero(logits, labels):
    p = softmax(logits)
    return -np.mean([np.log(row[label]) for row, label in zip(p, labels, strict=True)]), gradient(
        p, labels
    )


def large(logits, labels):
    powers = np.exp(logits)
    p = powers / powers.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(p)), labels]).sum() / len(p), gradient(p, labels)


def added_up(logits, labels):
    low = logits - logits.max(1)[:, None]
    losses = np.log(np.exp(low).sum(1)) - np.take_along_axis(low, labels[:, None], 1)[:, 0]
    return losses.sum(), gradient(softmax(logits), labels)


WRONG = (
    wrong("clipped", clipped, "a small constant is added to the probability"),
    wrong("zero", zero, "the logarithm is taken of a probability that is 0"),
    wrong("large", large, "the maximum is not subtracted"),
    wrong("added up", added_up, "the loss is a sum over the batch"),
)
