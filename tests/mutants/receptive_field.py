"""Solutions of `receptive_field`."""

from mutants import spoil, wrong


def forward(layers):
    """From the image to the output, as the curriculum says it."""
    size, jump, start = 1, 1, 0
    for layer in layers:
        if layer["kind"] not in ("conv", "pool"):
            continue
        size += layer["dilation"] * (layer["kernel_size"] - 1) * jump
        start -= layer["padding"] * jump
        jump *= layer["stride"]
    return size, jump, start


def backward(layers):
    """From the output back to the image: the first and the last pixel of one unit."""
    first, last, jump = 0, 0, 1
    for layer in reversed([layer for layer in layers if "kernel_size" in layer]):
        first = first * layer["stride"] - layer["padding"]
        last = last * layer["stride"] - layer["padding"]
        last += layer["dilation"] * (layer["kernel_size"] - 1)
        jump *= layer["stride"]
    return [last - first + 1, jump, first]


def by_recursion(layers):
    """One layer, then the rest."""
    if not layers:
        return 1, 1, 0
    size, jump, start = by_recursion(layers[:-1])
    match layers[-1]:
        case {"kernel_size": k, "stride": s, "padding": p, "dilation": d}:
            return size + (k - 1) * d * jump, jump * s, start - p * jump
    return size, jump, start


def by_sets(layers):
    """The very pixels of unit 0 and of unit 1."""

    def pixels(unit):
        seen = {unit}
        for layer in layers[::-1]:
            if "kernel_size" in layer:
                taps = [i * layer["dilation"] for i in range(layer["kernel_size"])]
                seen = {u * layer["stride"] - layer["padding"] + t for u in seen for t in taps}
        return min(seen), max(seen)

    (first, last), (second, _) = pixels(0), pixels(1)
    return last - first + 1, second - first, first


def with_products(layers):
    """All jumps first, then one sum."""
    import numpy as np

    windows = [layer for layer in layers if "kernel_size" in layer]
    k, s, p, d = (
        np.array([layer[name] for layer in windows], dtype=int)
        for name in ("kernel_size", "stride", "padding", "dilation")
    )
    jumps = np.cumprod(np.concatenate([[1], s]))
    return 1 + np.sum(d * (k - 1) * jumps[:-1]), jumps[-1], -np.sum(p * jumps[:-1])


RIGHT = (forward, backward, by_recursion, by_sets, with_products)


def three_numbers_as_one(layers):
    """Only the size."""
    return forward(layers)[0]


GROWS = 'size += layer["dilation"] * (layer["kernel_size"] - 1) * jump'
WRONG = (
    spoil(forward, "k, not k - 1", '(layer["kernel_size"] - 1)', 'layer["kernel_size"]',
          "kernel sizes are added up, not what each layer adds to the field"),
    spoil(forward, "begins at 0", "size, jump, start = 1, 1, 0", "size, jump, start = 0, 1, 0",
          "the first pixel is not counted"),
    spoil(forward, "no dilation", 'layer["dilation"] * (', "(", "the dilation is ignored"),
    spoil(forward, "d k - 1", '(layer["kernel_size"] - 1) * jump', 'layer["kernel_size"] * jump'
          '\n        size -= jump', "the dilation multiplies the whole kernel"),
    spoil(forward, "no jump", GROWS, GROWS.replace(" * jump", ""), "the strides are ignored"),
    spoil(forward, "no strides", 'jump *= layer["stride"]', "pass", "the strides are ignored"),
    spoil(forward, "stride early", GROWS,
          'jump *= layer["stride"]\n        ' + GROWS + '\n        jump //= layer["stride"]',
          "a layer's own stride is used before it counts"),
    spoil(forward, "stride very early", GROWS, 'jump *= layer["stride"]\n        ' + GROWS,
          also=("a layer's own stride is used before it counts", "strides are added")),
    spoil(forward, "own stride only", "* jump\n", '* layer["stride"]\n'),
    spoil(forward, "strides added", 'jump *= layer["stride"]', 'jump += layer["stride"] - 1'),
    spoil(forward, "last stride", "return size, jump, start",
          'return size, [1, *(a["stride"] for a in layers if "stride" in a)][-1], start',
          "the jump is the last layer's stride"),
    spoil(forward, "jump of the input", "return size, jump, start",
          'return size, jump // [1, *(a["stride"] for a in layers if "stride" in a)][-1], start',
          "the last layer's stride is missing from the jump"),
    spoil(forward, "padding widens", GROWS,
          GROWS + '\n        size += 2 * layer["padding"] * jump',
          "padding makes the field larger"),
    spoil(forward, "padding narrows", GROWS,
          GROWS + '\n        size -= 2 * layer["padding"] * jump',
          "padding makes the field smaller"),
    spoil(forward, "no pooling", '("conv", "pool")', '("conv",)', "pooling layers are left out"),
    spoil(forward, "pooling has no width", GROWS,
          'if layer["kind"] == "conv":\n            ' + GROWS,
          "pooling layers are left out"),
    spoil(forward, "from the end", "for layer in layers", "for layer in layers[::-1]",
          "the layers are read in the wrong order"),
    spoil(forward, "start without jump", 'start -= layer["padding"] * jump',
          'start -= layer["padding"]', "the start ignores the jump"),
    spoil(forward, "start positive", 'start -= layer["padding"] * jump',
          'start += layer["padding"] * jump', "the start has the wrong sign"),
    spoil(forward, "no start", 'start -= layer["padding"] * jump', "pass",
          "the start ignores the padding"),
    spoil(forward, "start after stride", 'start -= layer["padding"] * jump',
          'start -= layer["padding"] * jump * layer["stride"]',
          "the start uses a layer's own stride too early"),
    spoil(forward, "centre", "return size, jump, start",
          "return size, jump, start + (size - 1) // 2", "the start is the centre"),
    spoil(forward, "start at the edge", "return size, jump, start",
          "return size, jump, max(start, 0)", "the start ignores the padding"),
    spoil(forward, "floats", "return size, jump, start", "return size / 1, jump, start",
          "size has dtype float64; expected integer"),
    spoil(forward, "changes the layers", "return size", "layers.clear(); return size",
          "changed layers in place"),
    wrong("one number", three_numbers_as_one, "your function returned int; expected 3 results"),
)  # fmt: skip
