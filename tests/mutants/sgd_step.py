"""Solutions of `sgd_step`."""

from mutants import spoil


def short(w, dw, v, lr, momentum=0.0, weight_decay=0.0):
    v = momentum * v + dw + weight_decay * w
    return w - lr * v, v


def steps(w, dw, v, lr, momentum=0.0, weight_decay=0.0):
    g = dw.copy()
    if weight_decay:
        g += weight_decay * w
    new = v.copy()
    new *= momentum
    new += g
    moved = w.copy()
    moved -= lr * new
    return moved, new


RIGHT = (short, steps)
WRONG = (
    spoil(short, "no memory", "momentum * v + dw", "dw", "the velocity is not kept"),
    spoil(short, "old velocity returned", "v = momentum * v + dw + weight_decay * w\n"
          "    return w - lr * v, v",
          "return w - lr * (momentum * v + dw + weight_decay * w), v", "the velocity is not kept"),
    spoil(short, "dampened", "+ dw + weight_decay * w",
          "+ (1 - momentum) * (dw + weight_decay * w)",
          "the new gradient is dampened"),
    spoil(short, "all kept", "momentum * v", "v", "the old velocity is kept in full"),
    spoil(short, "weights first", "    v = momentum * v + dw + weight_decay * w\n"
          "    return w - lr * v, v",
          "    return w - lr * v, momentum * v + dw + weight_decay * w",
          "the weights are updated before the velocity"),
    spoil(short, "decoupled", " + weight_decay * w\n    return w -",
          "\n    return w - lr * weight_decay * w -", "the weight decay is decoupled"),
    spoil(short, "decay's sign", "+ weight_decay", "- weight_decay",
          "the weight decay has the wrong sign"),
    spoil(short, "no decay", " + weight_decay * w", "", "the weight decay is missing"),
    spoil(short, "uphill", "w - lr", "w + lr", "the step goes uphill"),
    spoil(short, "lr inside", "dw + weight_decay * w\n    return w - lr * v",
          "lr * (dw + weight_decay * w)\n    return w - v",
          "the learning rate is inside the velocity"),
    spoil(short, "lr inside, minus", "+ dw + weight_decay * w\n    return w - lr * v",
          "- lr * (dw + weight_decay * w)\n    return w + v",
          "the learning rate is inside the velocity"),
    spoil(short, "nesterov", "return w - lr * v",
          "return w - lr * (dw + weight_decay * (w + 0) + momentum * v)",
          "Nesterov momentum instead of plain momentum"),
    spoil(steps, "changes w", "moved = w.copy()", "moved = w"),
    spoil(short, "only w", "lr * v, v", "lr * v", "expected 2 results: w, v"),
    spoil(short, "fixed momentum", "momentum * v", "0.9 * v"),
)  # fmt: skip
