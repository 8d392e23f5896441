"""Solutions of `design`: each keeps both budgets, or misses one."""

from mutants import wrong

from cnnlib.check.fields.nets import conv, linear, norm, pool, relu


def depthwise():
    """Depthwise and 1×1 layers by turns, with dilation."""
    return [
        conv(3, 16, 3, stride=2, padding=1), relu(),
        conv(16, 16, 5, stride=2, padding=2, groups=16), relu(), conv(16, 32, 1), relu(),
        conv(32, 32, 3, padding=2, dilation=2, groups=32), relu(), conv(32, 32, 1), relu(),
        conv(32, 32, 3, padding=3, dilation=3, groups=32), relu(),
    ]  # fmt: skip


def pooled():
    """Pooling gives a stride, and a field, for nothing."""
    return (
        conv(3, 8, 3, stride=2, padding=1), norm(8), relu(), pool(3, stride=2, padding=1),
        conv(8, 32, 1), *[pool(3, 1, 1)] * 5,
    )  # fmt: skip


def dilated():
    """Two layers, the second with gaps."""
    return [
        conv(3, 8, 4, stride=4, bias=False),
        conv(8, 32, 3, padding=6, dilation=6, bias=False),
    ]


RIGHT = (depthwise, pooled, dilated)


def short_sighted():
    return [conv(3, 32, 1, stride=4)]


def wide():
    return [conv(3, 64, 7, 4, 3), conv(64, 64, 3, padding=1), *[conv(64, 64, 3, 1, 1)] * 3,
            conv(64, 32, 1)]  # fmt: skip


def slow():
    return [
        *(conv(3, 8, 1), conv(8, 8, 3, padding=1), pool(7, 4, 3)),
        *([pool(3, 1, 1)] * 5),
        conv(8, 32, 1),
    ]


def large_output():
    return [conv(3, 32, 3, 2, 1, groups=1), *[pool(5, 1, 2)] * 20]


def misfit():
    return [conv(3, 16, 7, 4, 3), *[pool(3, 1, 1)] * 4, conv(8, 32, 1)]


def flat():
    return [linear(3, 32)]


def no_list():
    return "conv(3, 8, 3)"


def no_layers():
    return [3, 8]


def endless():
    return [relu()] * 41


WRONG = (
    wrong("short-sighted", short_sighted, "the receptive field is 1; it must be at least"),
    wrong("too many parameters", wide, "parameters; at most"),
    wrong("too slow", slow, "multiply-adds; at most"),
    wrong(
        "too large an output",
        large_output,
        "the output has shape (32, 32, 32); expected (32, 16, 16)",
    ),
    wrong("does not fit", misfit, "the layers do not fit together"),
    wrong("one linear layer", flat, "the layers do not fit together"),
    wrong("no layer", list, "the receptive field is 1; it must be at least"),
    wrong("text", no_list, "expected a list of layers"),
    wrong("numbers", no_layers, "layer 0 is 3"),
    wrong("too long", endless, "the network has 41 layers"),
)
