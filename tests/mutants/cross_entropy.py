"""Solutions of `cross_entropy`."""

import numpy as np
from mutants import spoil


def logarithms(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    right = np.arange(len(labels)), labels
    dlogits = np.exp(log_p)
    dlogits[right] -= 1
    return -log_p[right].mean(), dlogits / len(labels)


def one_hot(logits, labels):
    N, K = logits.shape
    t = np.eye(K, dtype=logits.dtype)[labels]
    z = logits - np.max(logits, axis=1)[:, None]
    total = np.log(np.sum(np.exp(z), axis=1))
    loss = np.sum(total - np.sum(t * z, axis=1)) / N
    return loss, (np.exp(z - total[:, None]) - t) / N


def one_by_one(logits, labels):
    loss, dlogits = 0.0, np.zeros_like(logits)
    for n, label in enumerate(labels):
        z = logits[n] - logits[n].max()
        e = np.exp(z)
        loss += (np.log(e.sum()) - z[label]) / len(labels)
        dlogits[n] = e / e.sum() / len(labels)
        dlogits[n, label] -= 1 / len(labels)
    return loss, dlogits


RIGHT = (logarithms, one_hot, one_by_one)
WRONG = (
    spoil(one_hot, "sums", " / N\n    return loss, (np.exp(z - total[:, None]) - t) / N",
          "\n    return loss, (np.exp(z - total[:, None]) - t)",
          "loss and gradient are sums over the batch"),
    spoil(one_hot, "gradient a sum", "- t) / N", "- t)",
          "the gradient is not divided by the batch size"),
    spoil(logarithms, "loss a sum", "].mean()", "].sum()", "the loss is a sum over the batch"),
    spoil(one_hot, "over classes", "- t) / N", "- t) / N / K",
          "the averages also run over the classes"),
    spoil(logarithms, "label not taken off", "    dlogits[right] -= 1\n", "",
          "1 is not subtracted at the right class"),
    spoil(one_hot, "gradient's sign", "- t) / N", "- t) / -N", "the gradient's sign is wrong"),
    spoil(logarithms, "loss's sign", "-log_p[right]", "log_p[right]", "the loss's sign is wrong"),
    spoil(logarithms, "overflow", "logits - logits.max(axis=1, keepdims=True)", "logits",
          named="the maximum is not subtracted"),
    spoil(logarithms, "axis", "np.exp(z).sum(axis=1, keepdims=True)",
          "np.exp(z).sum(axis=0, keepdims=True)",
          named="softmax divides by a sum over the batch"),
    spoil(one_hot, "log 10", "np.log(", "np.log10(",
          named="log10 instead of the natural logarithm"),
    spoil(logarithms, "per example", "-log_p[right].mean()", "-log_p[right]", "loss"),
    # What students write.
    spoil(logarithms, "softmax first", "log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))",
          "p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)\n    log_p = np.log(p)",
          "the logarithm is taken of a probability that is 0"),
    spoil(logarithms, "a little added", "log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))",
          "p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)\n    log_p = np.log(p + 1e-12)",
          "a small constant is added to the probability"),
    spoil(logarithms, "maximum of the batch", "logits.max(axis=1, keepdims=True)\n"
          "    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))",
          "logits.max()\n    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)\n"
          "    log_p = np.log(p)", "the maximum of the whole batch is subtracted",
          also=["the logarithm is taken of a probability that is 0"]),  # it is, in some cases
    spoil(one_hot, "exp of the logit", "np.sum(t * z, axis=1)", "np.sum(t * np.exp(z), axis=1)",
          "the exponential of the right logit is subtracted, not the logit"),
    spoil(one_by_one, "right class twice", "-= 1 / len(labels)",
          "-= (1 - e[label] / e.sum()) / len(labels)",
          "the gradient at the right class counts twice"),
    spoil(one_by_one, "no gradient",
          "dlogits[n] = e / e.sum() / len(labels)\n"
          "        dlogits[n, label] -= 1 / len(labels)",
          "pass", "dlogits is still all zeros"),
)  # fmt: skip
