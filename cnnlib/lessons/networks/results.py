"""What networks score on ImageNet, with sources; what they cost comes from their descriptions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log10

from cnnlib.look import Box, Drawing
from cnnlib.spec import Sequential, Summary
from cnnlib.zoo import NETWORKS

_TORCHVISION = (
    "torchvision.models, `meta` of the weights IMAGENET1K_V1: acc@1 on ImageNet's validation "
    "photos, one crop each; num_params and _ops (multiply-adds, in billions)"
)


@dataclass(frozen=True)
class Score:
    """One network's accuracy on ImageNet, and what it costs.

    Attributes
    ----------
    name, year
        Of the network, and of the paper on it.
    accuracy
        Photos in a hundred whose class is the network's first guess.
    zoo
        Its name in `cnnlib.zoo`, from which parameters and multiply-adds follow; "" if it is
        not there.
    published
        Parameters, and multiply-adds in billions, as the source has them.
    source
        Where the accuracy is written.
    """

    name: str
    year: int
    accuracy: float
    zoo: str
    published: tuple[int, float]
    source: str = _TORCHVISION

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return _summary(self.zoo).parameters if self.zoo else self.published[0]

    @property
    def macs(self) -> float:
        """Multiply-adds for one photo."""
        return _summary(self.zoo).macs if self.zoo else 1e9 * self.published[1]


def _summary(name: str) -> Summary:
    return NETWORKS[name]().summary()


#: Read in torchvision's files: the accuracies, and the counts of those that the zoo does not have.
#: The recipes differ: those of 2019 and later were trained longer and with more augmentation, and
#: EfficientNet-B7 sees photos of 600 pixels.
SCORES = (
    Score("AlexNet", 2012, 56.522, "alexnet-torchvision", (61_100_840, 0.714)),
    Score("VGG-16", 2014, 71.592, "vgg16", (138_357_544, 15.47)),
    Score("GoogLeNet", 2014, 69.778, "googlenet-torchvision", (6_624_904, 1.498)),
    Score("ResNet-18", 2015, 69.758, "resnet18", (11_689_512, 1.814)),
    Score("ResNet-50", 2015, 76.130, "resnet50-v1.5", (25_557_032, 4.089)),
    Score("ResNet-152", 2015, 78.312, "resnet152-v1.5", (60_192_808, 11.514)),
    Score("MobileNetV2", 2018, 71.878, "mobilenetv2", (3_504_872, 0.301)),
    Score("EfficientNet-B0", 2019, 77.692, "", (5_288_548, 0.386)),
    Score("EfficientNet-B7", 2019, 84.122, "", (66_347_960, 37.746)),
    Score("ViT-B/16", 2020, 81.072, "", (86_567_656, 17.564)),
    Score("ConvNeXt-T", 2022, 82.520, "", (28_589_128, 4.456)),
)

#: From ResNet-50 to ConvNeXt-T: top-1 accuracy after each change, as the text rounds it. Z. Liu et
#: al., "A ConvNet for the 2020s", CVPR 2022, section 2. The step to 80.6 with 7×7 kernels first
#: falls to 79.9, the one to 81.5 is three changes: 81.3, 81.4 and, with layer normalisation, 81.5.
CONVNEXT = (
    ("ResNet-50", 76.1),
    ("trained like a transformer", 78.8),
    ("blocks per stage: 3, 3, 9, 3", 79.4),
    ("first layer: patches of 4×4", 79.5),
    ("depthwise, and wider", 80.5),
    ("inverted bottleneck", 80.6),
    ("7×7 kernels", 80.6),
    ("fewer activations, norms", 81.5),
    ("separate layers halve the maps", 82.0),
)


#: Accuracy on UCF-101 in per cent, the mean over three splits: K. Simonyan and A. Zisserman,
#: "Two-stream convolutional networks for action recognition in videos", NIPS 2014, table 4.
TWO_STREAM = {"spatial": 73.0, "temporal": 83.7, "both": 86.9}


def draw_scores(scores: Sequence[Score], until: int) -> Drawing:
    """Draw accuracy against multiply-adds; a circle's area is the number of parameters.

    Parameters
    ----------
    until
        Networks of later years are left out.
    """
    shown = [score for score in scores if score.year <= until]
    drawing = Drawing(
        "Accuracy on ImageNet against multiply-adds: "
        + "; ".join(
            f"{s.name} {s.accuracy:.1f} %, {s.macs / 1e9:.2f} billion, "
            f"{s.parameters / 1e6:.1f} million parameters"
            for s in shown
        )
    )
    box = Box(70, 40, 1060, 400)

    def at(macs: float, accuracy: float) -> tuple[float, float]:
        return (
            box.x + box.width * (log10(macs) - 8.3) / (11.0 - 8.3),
            box.bottom - box.height * (accuracy - 54) / (87 - 54),
        )

    for value in range(55, 86, 5):
        _, y = at(1e9, value)
        drawing.line((box.x, y), (box.right, y), "line", width=1)
        drawing.text(box.x - 10, y + 7, f"{value}", size=19, kind="muted", anchor="end")
    for macs, words in ((3e8, "0.3"), (1e9, "1"), (3e9, "3"), (1e10, "10"), (3e10, "30")):
        x, _ = at(macs, 55)
        drawing.line((x, box.bottom), (x, box.bottom + 6), "muted", width=1.5)
        drawing.text(x, box.bottom + 28, words, size=19, kind="muted")
    drawing.text(box.right, box.bottom + 56, "billion multiply-adds per photo", size=20,
                 anchor="end")  # fmt: skip
    drawing.text(box.x, 20, "first guess right, per cent", size=20, anchor="start")
    for score in sorted(shown, key=lambda each: -each.parameters):
        x, y = at(score.macs, score.accuracy)
        radius = 3.6 * (score.parameters / 1e6) ** 0.5
        kind = "output" if score.year > 2016 else "kernel" if score.year > 2014 else "input"
        drawing.circle(x, y, radius, kind, fill=0.35, key=score.name)
        dx, dy, anchor = _LABELS.get(score.name, (1.0, 7.0, "start"))
        place = x + dx * (radius + 8), y + dy
        drawing.text(*place, score.name, size=20, bold=True, anchor=anchor, kind=kind,
                     key=f"{score.name}-name")  # fmt: skip
    drawing.circle(90, box.bottom + 50, 3.6 * 10**0.5, "muted", fill=0.3)
    drawing.text(112, box.bottom + 57, "10 million parameters", size=20, anchor="start")
    return drawing


#: Where names stand that would meet others: sideways in radii, down in units, and their anchor.
_LABELS = {
    "GoogLeNet": (-1.0, 22.0, "end"),
    "ResNet-18": (1.0, 28.0, "start"),
    "ResNet-152": (-1.0, 7.0, "end"),
    "ConvNeXt-T": (-1.0, 7.0, "end"),
    "ResNet-50": (1.0, 22.0, "start"),
    "ViT-B/16": (1.0, 24.0, "start"),
    "EfficientNet-B7": (1.0, -38.0, "end"),
}


def draw_road(steps: Sequence[tuple[str, float]], count: int) -> Drawing:
    """Draw the first steps of a road: a bar of accuracy for each change."""
    shown = steps[:count]
    drawing = Drawing(
        "Accuracy after each change: " + "; ".join(f"{name} {value}" for name, value in shown)
    )
    low, unit, high = 74.0, 82.0, 430 / len(steps)
    for number, (name, value) in enumerate(shown):
        y = high * number
        kind = "input" if number == 0 else "output"
        box = drawing.bar(390, y + 4, unit * (value - low), high - 10, kind)
        drawing.text(376, y + high / 2 + 7, name, size=23, anchor="end",
                     bold=number in (0, len(steps) - 1))  # fmt: skip
        drawing.text(box.right + 12, y + high / 2 + 8, f"{value:.1f}", size=24, kind=kind,
                     anchor="start", bold=True)  # fmt: skip
    drawing.text(390, 456, f"first guess right, per cent; bars begin at {low:.0f}", size=20,
                 kind="muted", anchor="start")  # fmt: skip
    drawing.room(0, 0, 1150, 466)
    return drawing


def draw_heads(
    nets: Mapping[str, Sequential], count: Callable[[Sequential], tuple[int, int, float]]
) -> Drawing:
    """Draw how many poolings and linear layers networks have, and the parameters of the latter.

    Parameters
    ----------
    count
        Gives the poolings, the linear layers, and the latter's share of the parameters.
    """
    counts = {name: count(net) for name, net in nets.items()}
    drawing = Drawing(
        "; ".join(
            f"{name}: {pools} POOL, {dense} FC with {100 * share:.0f} % of the parameters"
            for name, (pools, dense, share) in counts.items()
        )
    )
    for x, words, anchor in ((200.0, "POOL", "start"), (440.0, "FC", "start"),
                             (640.0, "share of the parameters in FC", "start")):  # fmt: skip
        drawing.text(x, 24, words, size=24, anchor=anchor, bold=True)
    high = 430 / len(counts)
    for number, (name, (pools, dense, share)) in enumerate(counts.items()):
        y = 48 + high * number
        middle = y + high / 2
        drawing.text(176, middle + 8, name, size=24, anchor="end", bold=True)
        for place in range(pools):
            drawing.hatch(Box(200 + 40 * place, middle - 16, 32, 32))
        for place in range(dense):
            drawing.frame(Box(440 + 40 * place, middle - 16, 32, 32), "ink", width=1.5, fill=0.7)
        drawing.bar(640, middle - 18, max(3.0, 400 * share), 36, "kernel")
        drawing.text(656 + 400 * share, middle + 9, f"{100 * share:.0f} %", size=25, anchor="start",
                     kind="kernel", bold=True)  # fmt: skip
        if not pools:
            drawing.text(200, middle + 8, "none", size=22, anchor="start", kind="muted")
    drawing.room(0, 0, 1150, 490)
    return drawing
