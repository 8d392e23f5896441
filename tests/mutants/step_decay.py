"""Solutions of the class `StepDecay`."""

from mutants import spoil


class Multiplied:
    def __init__(self, lr, step_size, gamma=0.1):
        self.lr, self.step_size, self.gamma = lr, step_size, gamma
        self.epoch = 0

    def step(self):
        self.epoch += 1
        if self.epoch % self.step_size == 0:
            self.lr *= self.gamma


class Power:
    def __init__(self, lr, step_size, gamma=0.1):
        self.first, self.step_size, self.gamma = lr, step_size, gamma
        self.epoch = 0

    @property
    def lr(self):
        return self.first * self.gamma ** (self.epoch // self.step_size)

    def step(self):
        self.epoch += 1


RIGHT = (Multiplied, Power)
WRONG = (
    spoil(Power, "each epoch", "self.epoch // self.step_size", "self.epoch",
          "the rate decays in every epoch"),
    spoil(Power, "early", "(self.epoch //", "((self.epoch + 1) //",
          "the rate falls one epoch too early", also=["the rate decays in every epoch"]),
    spoil(Power, "late", "(self.epoch //", "(max(self.epoch - 1, 0) //",
          "the rate falls one epoch too late"),
    spoil(Power, "smooth", "self.epoch // self", "self.epoch / self",
          "the rate falls continuously, not in steps"),
    spoil(Multiplied, "compounded", "if self.epoch % self.step_size == 0:\n"
          "            self.lr *= self.gamma",
          "self.lr *= self.gamma ** (self.epoch // self.step_size)",
          "the lowered rate is multiplied by the whole factor again"),
    spoil(Multiplied, "once", "self.epoch % self.step_size == 0", "self.epoch == self.step_size",
          "the rate falls only once"),
    spoil(Power, "taken away", "self.gamma **", "(1 - self.gamma) **",
          "gamma is used as the fraction that is taken away"),
    spoil(Multiplied, "never", "self.lr *= self.gamma", "pass"),
)  # fmt: skip
