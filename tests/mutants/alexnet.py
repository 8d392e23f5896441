"""Solutions of `alexnet`."""

from mutants import spoil

from cnnlib.check.fields.nets import conv, flatten, linear, pool, relu


def listed(groups):
    """As the table has it."""
    return [
        conv(3, 96, 11, stride=4), relu(), pool(3, stride=2),
        conv(96, 256, 5, padding=2, groups=groups), relu(), pool(3, stride=2),
        conv(256, 384, 3, padding=1), relu(),
        conv(384, 384, 3, padding=1, groups=groups), relu(),
        conv(384, 256, 3, padding=1, groups=groups), relu(), pool(3, stride=2),
        flatten(),
        linear(256 * 6 * 6, 4096), relu(), linear(4096, 4096), relu(), linear(4096, 1000),
    ]  # fmt: skip


def appended(groups):
    """Layer by layer, pooling before ReLU."""
    layers = []
    for sizes, settings, pooled in (
        ((3, 96, 11), {"stride": 4}, True),
        ((96, 256, 5), {"padding": 2, "groups": groups}, True),
        ((256, 384, 3), {"padding": 1}, False),
        ((384, 384, 3), {"padding": 1, "groups": groups}, False),
        ((384, 256, 3), {"padding": 1, "groups": groups}, True),
    ):
        layers.append(conv(*sizes, **settings))
        layers += [pool(3, stride=2)] * pooled + [relu()]
    layers.append(flatten())
    for sizes in ((9216, 4096), (4096, 4096), (4096, 1000)):
        layers += [linear(*sizes), relu()]
    return layers[:-1]


RIGHT = (listed, appended)
WRONG = (
    spoil(listed, "224 pixels", "256 * 6 * 6", "256 * 5 * 5",
          "the images are 224 pixels wide, as in the paper"),
    spoil(listed, "no groups", "groups=groups", "groups=1", "the groups are ignored"),
    spoil(listed, "groups in layer 3", "conv(256, 384, 3, padding=1)",
          "conv(256, 384, 3, padding=1, groups=groups)", "groups in the wrong layers"),
    spoil(listed, "groups in layer 2 only", "3, padding=1, groups=groups", "3, padding=1",
          "groups in the wrong layers"),
    spoil(listed, "no biases", "groups=groups)", "groups=groups, bias=False)"),
    spoil(listed, "no last pooling", "relu(), pool(3, stride=2),\n        flatten()",
          "relu(), flatten()", "the layers do not fit together"),
    spoil(listed, "not flat", "flatten(),", "", "the layers do not fit together"),
    spoil(listed, "64 filters, as in torchvision", "96", "64",
          "parameters are wrong"),
    spoil(listed, "one layer less", "linear(4096, 4096), relu(), ", "", "of parameters are wrong"),
    spoil(listed, "pooling without overlap", "pool(3, stride=2)", "pool(2, stride=2)",
          "receptive field is 167; expected 195"),
    spoil(listed, "no padding", "5, padding=2", "5", "of multiply-adds are wrong"),
    spoil(listed, "forgets to return", "return [", "layers = ["
          , "expected a list of layers"),
)  # fmt: skip
