"""Solutions of the class `EarlyStopping`."""

import numpy as np
from mutants import spoil


class Counter:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.bad = np.inf, 0

    def step(self, loss):
        if loss < self.best - self.min_delta:
            self.best, self.bad = loss, 0
        else:
            self.bad += 1
        return self.bad > self.patience


class Epochs:
    """Remembers when the best epoch was."""

    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.when, self.epoch = None, 0, -1

    def step(self, loss):
        self.epoch += 1
        if self.best is None or self.best - loss > self.min_delta:
            self.best, self.when = loss, self.epoch
        if self.epoch - self.when > self.patience:
            return True


class History:
    """Keeps all losses and looks back."""

    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta, self.losses = patience, min_delta, []

    def step(self, loss):
        self.losses.append(loss)
        best, last = self.losses[0], 0
        for epoch, value in enumerate(self.losses):
            if value < best - self.min_delta:
                best, last = value, epoch
        return len(self.losses) - 1 - last >= self.patience + 1


RIGHT = (Counter, Epochs, History)
WRONG = (
    spoil(Counter, "early", "self.bad > self.patience", "self.bad >= self.patience",
          "it stops one epoch too early"),
    spoil(Counter, "late", "self.bad > self.patience", "self.bad > self.patience + 1",
          "it stops one epoch too late"),
    spoil(Counter, "not reset", "self.best, self.bad = loss, 0", "self.best = loss",
          "the counter is not reset"),
    spoil(Epochs, "best never updated", "self.best, self.when = loss, self.epoch",
          "self.best, self.when = self.best or loss, self.epoch",
          "the best loss is never updated"),
    spoil(Counter, "last", "        return self.bad >", "        self.best = loss\n"
          "        return self.bad >", "the loss is compared with the last one, not the best"),
    spoil(Counter, "no delta", "self.best - self.min_delta", "self.best", "min_delta is not used"),
    spoil(Counter, "delta's sign", "self.best - self", "self.best + self",
          "min_delta has the wrong sign"),
    spoil(Counter, "more", "loss < self.best - self.min_delta",
          "self.best == np.inf or loss > self.best + self.min_delta",
          "a larger loss is treated as better"),
    spoil(Counter, "equal", "loss < self", "loss <= self", "an equal loss counts as a gain",
          also=["min_delta is not used"]),
    spoil(Counter, "no return", "return self.bad > self.patience", "self.bad > self.patience",
          "it never stops"),
    spoil(Counter, "relative", "self.best - self.min_delta", "self.best * (1 - self.min_delta)"),
)  # fmt: skip
