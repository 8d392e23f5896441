"""Solutions of the class `ReduceOnPlateau`."""

import numpy as np
from mutants import spoil


class Counter:
    def __init__(self, lr, factor=0.1, patience=10, min_lr=0.0):
        self.lr, self.factor, self.patience, self.min_lr = lr, factor, patience, min_lr
        self.best, self.bad = np.inf, 0

    def step(self, loss):
        if loss < self.best:
            self.best, self.bad = loss, 0
        else:
            self.bad += 1
        if self.bad > self.patience:
            self.lr, self.bad = max(self.lr * self.factor, self.min_lr), 0


class Countdown:
    def __init__(self, lr, factor=0.1, patience=10, min_lr=0.0):
        self.lr, self.factor, self.patience, self.min_lr = lr, factor, patience, min_lr
        self.best, self.left = None, patience

    def step(self, loss):
        if self.best is None or loss < self.best:
            self.best, self.left = loss, self.patience
        elif self.left:
            self.left -= 1
        else:
            self.left = self.patience
            self.lr = np.maximum(self.lr * self.factor, self.min_lr)


RIGHT = (Counter, Countdown)
WRONG = (
    spoil(Counter, "early", "self.bad > self.patience", "self.bad >= max(self.patience, 1)",
          "it waits one epoch too few"),
    spoil(Counter, "late", "self.bad > self.patience", "self.bad > self.patience + 1",
          "it waits one epoch too many"),
    spoil(Counter, "not reset", "self.lr, self.bad = max(self.lr * self.factor, self.min_lr), 0",
          "self.lr = max(self.lr * self.factor, self.min_lr)",
          "the counter is not reset after a reduction"),
    spoil(Counter, "no floor", "max(self.lr * self.factor, self.min_lr)", "self.lr * self.factor",
          "min_lr is not used"),
    spoil(Counter, "above the floor", "max(self.lr * self.factor, self.min_lr)",
          "self.lr if self.lr * self.factor < self.min_lr else self.lr * self.factor",
          "the last step down to min_lr is missing"),
    spoil(Countdown, "best never updated", "self.best, self.left = loss",
          "self.best, self.left = self.best or loss", "the best loss is never updated"),
    spoil(Counter, "last", "        if self.bad >", "        self.best = loss\n"
          "        if self.bad >",
          "the loss is compared with the last one, not the best"),
    spoil(Counter, "more", "loss < self.best", "self.best == np.inf or loss > self.best",
          "a larger loss is treated as better"),
    spoil(Counter, "divided", "max(self.lr * self.factor, self.min_lr)", "self.lr / self.factor",
          "the rate is divided by the factor"),
    spoil(Counter, "no patience", "self.bad > self.patience", "self.bad > 0",
          "patience is not used"),
    spoil(Counter, "counter not reset on a gain", "self.best, self.bad = loss, 0",
          "self.best = loss"),
)  # fmt: skip
