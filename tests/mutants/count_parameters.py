"""Solutions of `count_parameters`."""

from mutants import spoil


def branches(spec):
    """One branch a kind."""
    total = 0
    for layer in spec:
        if layer["kind"] == "conv":
            depth = layer["in_channels"] // layer["groups"]
            weights = layer["out_channels"] * depth * layer["kernel_size"] ** 2
            total += weights
            if layer["bias"]:
                total += layer["out_channels"]
        elif layer["kind"] == "norm":
            total += 2 * layer["channels"]
        elif layer["kind"] == "linear":
            total += layer["in_features"] * layer["out_features"]
            if layer["bias"]:
                total += layer["out_features"]
    return total


def by_group(spec):
    """A grouped layer is a few small layers side by side; a linear one has a kernel of 1."""
    total = 0
    for a in spec:
        groups, k = a.get("groups", 1), a.get("kernel_size", 1)
        inputs = a.get("in_channels", a.get("in_features", 0)) // groups
        outputs = a.get("out_channels", a.get("out_features", 0)) // groups
        one_group = outputs * (inputs * k * k + a.get("bias", False))
        total += groups * one_group + 2 * a.get("channels", 0)
    return total


def matched(spec):
    """By pattern."""

    def one(layer):
        match layer:
            case {"kind": "conv", "in_channels": c, "out_channels": f, "kernel_size": k, **rest}:
                return f * (c * k * k // rest["groups"] + rest["bias"])
            case {"kind": "linear", "in_features": i, "out_features": o, "bias": b}:
                return (i + b) * o
            case {"kind": "norm", "channels": c}:
                return c + c
        return 0

    return sum(map(one, spec))


def with_arrays(spec):
    """Make the weights, and look how many there are."""
    import numpy as np

    total = 0
    for a in spec:
        if a["kind"] == "conv":
            k = a["kernel_size"]
            total += np.empty((a["out_channels"], a["in_channels"] // a["groups"], k, k)).size
            total += np.empty(a["out_channels"]).size if a["bias"] else 0
        if a["kind"] == "linear":
            total += np.empty((a["out_features"], a["in_features"] + a["bias"])).size
        if a["kind"] == "norm":
            total += np.empty((2, a["channels"])).size
    return total


RIGHT = (branches, by_group, matched, with_arrays)
WRONG = (
    spoil(branches, "no bias", 'if layer["bias"]:', "if False:", "the bias is missing"),
    spoil(branches, "always bias", 'if layer["bias"]:', "if True:",
          "a bias is counted where there is none"),
    spoil(branches, "one bias", '+= layer["out_channels"]\n', "+= 1\n",
          "one bias per layer, not one per filter"),
    spoil(branches, "bias of the input", '+= layer["out_channels"]\n', '+= layer["in_channels"]\n',
          "one bias per input channel"),
    spoil(branches, "bias often", '+= layer["out_channels"]\n', "+= weights\n",
          "one bias per weight"),
    spoil(branches, "no depth", "* depth *", "*", "the input channels are forgotten"),
    spoil(branches, "k, not k²", '** 2', "", "the kernel is counted along one axis only"),
    spoil(branches, "no groups", ' // layer["groups"]', "", "the groups are ignored"),
    spoil(branches, "groups twice", "total += weights", 'total += weights // layer["groups"]',
          "divided by the number of groups twice"),
    spoil(branches, "groups multiply", "total += weights",
          'total += weights * layer["groups"] ** 2',
          "multiplied by the number of groups, not divided"),
    spoil(branches, "no norm", '2 * layer["channels"]', "0",
          "batch normalisation is left out"),
    spoil(branches, "running statistics", '2 * layer["channels"]', '4 * layer["channels"]',
          "running statistics are counted as parameters"),
    spoil(branches, "no linear", 'layer["kind"] == "linear"', "False",
          "linear layers are left out"),
    spoil(branches, "only convolutions", 'elif layer["kind"] == "norm"',
          'elif layer["kind"] != "conv":\n'
          '            pass\n        elif layer["kind"] == "norm"',
          "only convolutions are counted",
          also=("linear layers are left out", "batch normalisation is left out")),
    spoil(branches, "returns early", "    return total", "        return total\n    return 0",
          "only the first layer is counted"),
    spoil(branches, "begins anew", "    for layer in spec:\n",
          "    for layer in spec:\n        total = 0\n", "only the last layer is counted"),
    spoil(branches, "prints", "return total", "print(end='')", "is the return statement missing?"),
    spoil(branches, "a float", "return total", "return float(total)", "expected integer"),
)  # fmt: skip
