"""Solutions of `count_macs`."""

from mutants import spoil


def follow(spec, shape):
    """Follow height and width through the net."""

    def output_size(n, layer):
        span = layer["dilation"] * (layer["kernel_size"] - 1) + 1
        return (n + 2 * layer["padding"] - span) // layer["stride"] + 1

    _, height, width = shape
    total = 0
    for layer in spec:
        before = height, width
        if layer["kind"] in ("conv", "pool"):
            height, width = (output_size(n, layer) for n in before)
        if layer["kind"] == "conv":
            depth = layer["in_channels"] // layer["groups"]
            filters = layer["out_channels"]
            total += filters * height * width * depth * layer["kernel_size"] ** 2
        if layer["kind"] == "linear":
            total += layer["in_features"] * layer["out_features"]
    return total


def output_size(n, layer):
    """How many windows fit."""
    last = n + 2 * layer["padding"] - layer["dilation"] * (layer["kernel_size"] - 1) - 1
    return last // layer["stride"] + 1


def sizes_first(spec, shape):
    """All sizes first, then all products."""
    sizes = [shape[1:]]
    for layer in spec:
        step = "kernel_size" in layer
        sizes.append(tuple(output_size(n, layer) for n in sizes[-1]) if step else sizes[-1])
    pairs = zip(spec, sizes[1:], strict=True)
    return sum(
        a["out_channels"] * (a["in_channels"] * a["kernel_size"] ** 2 // a["groups"]) * h * w
        for a, (h, w) in pairs
        if a["kind"] == "conv"
    ) + sum(a["in_features"] * a["out_features"] for a in spec if a["kind"] == "linear")


def windows_counted(spec, shape):
    """Lay the kernel down, and count how often."""

    def places(n, a):
        last = n + 2 * a["padding"] - a["dilation"] * (a["kernel_size"] - 1)
        return len(range(0, last, a["stride"]))

    _, height, width = shape
    total = 0
    for a in spec:
        if a["kind"] == "linear":
            total += a["in_features"] * a["out_features"]
        elif "kernel_size" in a:
            height, width = places(height, a), places(width, a)
            if a["kind"] == "conv":
                group = (a["in_channels"] // a["groups"]) * (a["out_channels"] // a["groups"])
                total += a["groups"] * group * a["kernel_size"] ** 2 * height * width
    return total


RIGHT = (follow, sizes_first, windows_counted)
TOTAL = 'total += filters * height * width * depth * layer["kernel_size"] ** 2'
LINEAR = 'total += layer["in_features"] * layer["out_features"]'
WRONG = (
    spoil(follow, "at the input", "filters * height * width", "filters * before[0] * before[1]",
          "positions are counted on the input, not on the output"),
    spoil(follow, "two operations", "return total", "return 2 * total",
          "two operations per multiply-add"),
    spoil(follow, "biases", "    return total",
          '        if layer["kind"] in ("conv", "linear") and layer["bias"]:\n'
          '            total += layer.get("out_features") or filters * height * width\n'
          "    return total", "the bias is counted"),
    spoil(follow, "no stride", '// layer["stride"] + 1', "+ 1", "the stride is ignored"),
    spoil(follow, "no padding", 'n + 2 * layer["padding"]', "n", "the padding is ignored"),
    spoil(follow, "padding once", '2 * layer["padding"]', 'layer["padding"]'),
    spoil(follow, "no dilation", 'layer["dilation"] * (', "(", "the dilation is ignored"),
    spoil(follow, "rounds up", ") // ", ") / ", also=("the stride is ignored",)),
    spoil(follow, "no positions", "filters * height * width", "filters",
          "parameters are counted, not multiply-adds"),
    spoil(follow, "no groups", ' // layer["groups"]', "", "the groups are ignored"),
    spoil(follow, "no depth", "* depth *", "*", "the input channels are forgotten"),
    spoil(follow, "no filters", "filters * height", "height", "the output channels are forgotten"),
    spoil(follow, "height twice", "in before)", "in (height, height))",
          "height and width are taken to be equal"),
    spoil(follow, "square", "height * width", "height ** 2",
          "height and width are taken to be equal"),
    spoil(follow, "pooling keeps size", '("conv", "pool")', '("conv",)',
          "pooling does not make the maps smaller"),
    spoil(follow, "pooling costs", '        if layer["kind"] == "conv":\n',
          '        if layer["kind"] == "pool":\n'
          '            total += layer["kernel_size"] ** 2 * height * width\n'
          '        if layer["kind"] == "conv":\n', "pooling is counted"),
    spoil(follow, "no linear", LINEAR, "pass", "linear layers are left out"),
    spoil(follow, "returns early", "    return total", "        return total\n    return 0",
          "only the first layer is counted"),
    spoil(follow, "begins anew", "    for layer in spec:\n",
          "    for layer in spec:\n        total = 0\n", "only the last layer is counted"),
    spoil(follow, "no shape", "_, height, width = shape", "height, width, _ = shape"),
)  # fmt: skip
