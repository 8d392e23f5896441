"""Solutions of the class `LeNet5`."""

import numpy as np
from beside import load_beside
from mutants import spoil

layers = {
    kind: load_beside(__file__, f"{kind}_layer.py")
    for kind in ("conv", "avg_pool", "linear", "tanh")
}
Conv, Linear = layers["conv"].Rows, layers["linear"].Product
AvgPool, Tanh = layers["avg_pool"].Blocks, layers["tanh"].FromY


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dy):
        return dy.reshape(self.shape)


class Listed:
    """A list of layers."""

    def __init__(self, weights):
        w = list(weights)
        self.layers = [
            Conv(w[0], w[1]), Tanh(), AvgPool(), Conv(w[2], w[3]), Tanh(), AvgPool(), Flatten(),
            Linear(w[4], w[5]), Tanh(), Linear(w[6], w[7]), Tanh(), Linear(w[8], w[9]),
        ]  # fmt: skip

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dlogits):
        gradients = []
        for layer in self.layers[::-1]:
            dlogits = layer.backward(dlogits)
            if hasattr(layer, "w"):
                gradients = [layer.dw, layer.db, *gradients]
        return gradients


class Named:
    """Every layer by name, its convolution by offsets."""

    def __init__(self, weights):
        w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = weights
        conv = layers["conv"].Offsets
        self.c1, self.c2 = conv(w1, b1), conv(w2, b2)
        self.f1, self.f2, self.f3 = Linear(w3, b3), Linear(w4, b4), Linear(w5, b5)
        self.p1, self.p2 = AvgPool(), AvgPool()

    def forward(self, x):
        self.a1 = np.tanh(self.c1.forward(x))
        self.a2 = np.tanh(self.c2.forward(self.p1.forward(self.a1)))
        self.flat = self.p2.forward(self.a2).reshape(len(x), 400)
        self.a3 = np.tanh(self.f1.forward(self.flat))
        self.a4 = np.tanh(self.f2.forward(self.a3))
        return self.f3.forward(self.a4)

    def backward(self, dlogits):
        d = self.f2.backward(self.f3.backward(dlogits) * (1 - self.a4**2))
        d = self.f1.backward(d * (1 - self.a3**2)).reshape(-1, 16, 5, 5)
        d = self.c2.backward(self.p2.backward(d) * (1 - self.a2**2))
        self.c1.backward(self.p1.backward(d) * (1 - self.a1**2))
        weighted = (self.c1, self.c2, self.f1, self.f2, self.f3)
        return [g for layer in weighted for g in (layer.dw, layer.db)]


RIGHT = (Listed, Named)
NO_TANH = "a tanh is missing"
WRONG = (
    spoil(Listed, "no tanh at the end", "Linear(w[6], w[7]), Tanh()", "Linear(w[6], w[7])",
          NO_TANH),
    spoil(Listed, "no tanh at first", "Conv(w[0], w[1]), Tanh()", "Conv(w[0], w[1])", NO_TANH),
    spoil(Listed, "tanh on the logits", "Linear(w[8], w[9])", "Linear(w[8], w[9]), Tanh()",
          "the logits go through tanh"),
    spoil(Listed, "pooled first", "Tanh(), AvgPool()", "AvgPool(), Tanh()",
          "tanh comes after the average"),
    spoil(Listed, "reversed gradients", "[layer.dw, layer.db, *gradients]",
          "[*gradients, layer.dw, layer.db]", "dw1 has shape"),
    spoil(Listed, "pairs swapped", "[layer.dw, layer.db, *gradients]",
          "[layer.db, layer.dw, *gradients]", "dw1 has shape"),
    spoil(Listed, "tuple", "return gradients", "return tuple(gradients)"),
    spoil(Named, "no tanh in backward", " * (1 - self.a2**2)", ""),
    spoil(Named, "flattened otherwise", ".reshape(len(x), 400)",
          ".transpose(0, 2, 3, 1).reshape(len(x), 400)",
          "the maps are flattened in the wrong order"),
)  # fmt: skip
