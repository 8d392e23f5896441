"""Units that look for a handwritten 5, and pool over places or over channels.

I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning" (2016), section 9.3 and figure 9.9: the
maximum over filters that are learned separately can become invariant to whatever they differ in.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.data import digits
from cnnlib.data.bundled import Split
from cnnlib.training import fit, predict

if TYPE_CHECKING:
    from torch import nn

Images = NDArray[np.float32]
Labels = NDArray[np.int64]

#: The digit that is looked for, the side of an image and of a filter, and how far turns go.
WANTED, SIDE, WIDEST = 5, 16, 75
#: How many other digits may be taken for a 5 when it is counted how many fives are found.
FALSE_ALARMS = 0.05


def enlarged(split: Split) -> tuple[Images, Labels]:
    """Return digits of 12 by 12 pixels in the middle of 16 by 16, and what they are."""
    images, labels = digits(split)
    small = torch.as_tensor(images, dtype=torch.float32)
    large = F.interpolate(small, size=12, mode="bilinear", align_corners=False)
    return F.pad(large, (2, 2, 2, 2)).numpy(), labels


def turned(images: Images, degrees: float | NDArray[np.float64]) -> Images:
    """Return images turned about their middle, all by one angle or each by its own."""
    angles = torch.as_tensor(np.deg2rad(np.broadcast_to(degrees, len(images)).copy()))
    cos, sin, none = angles.cos(), angles.sin(), torch.zeros(len(images), dtype=torch.float64)
    turns = torch.stack([cos, -sin, none, sin, cos, none], 1).reshape(-1, 2, 3).float()
    grid = F.affine_grid(turns, list(images.shape), align_corners=False)
    made: Images = F.grid_sample(torch.as_tensor(images), grid, align_corners=False).numpy()
    return made


def shifted(images: Images, pixels: int) -> Images:
    """Return images moved to the right; what leaves on one side is lost."""
    room = SIDE // 2
    wide = np.pad(images, ((0, 0), (0, 0), (0, 0), (room, room)))
    return wide[..., room - pixels : room - pixels + images.shape[-1]]


def unit(channels: int, places: int) -> "nn.Sequential":
    """Return a unit that pools over so many filters, each shifted by up to so many pixels."""
    nn = torch.nn
    return nn.Sequential(
        nn.ZeroPad2d(places),
        nn.Conv2d(1, channels, SIDE),
        nn.Flatten(),
        nn.AdaptiveMaxPool1d(1),  # the maximum over all places and channels
        nn.ConstantPad1d((1, 0), 0.0),  # the score of "not a 5" is 0
    )


def lesson(turn: float, seed: int) -> tuple[Images, Labels]:
    """Return as many fives as other digits, each turned at random by up to so many degrees."""
    images, labels = enlarged("train")
    fives = images[labels == WANTED]
    others = np.tile(images[labels != WANTED], (2, 1, 1, 1))
    fives = np.tile(fives, (round(len(others) / len(fives)), 1, 1, 1))
    both = np.concatenate([fives, others])
    angles = np.random.default_rng(seed).uniform(-turn, turn, len(both))
    return turned(both, angles), (np.arange(len(both)) < len(fives)).astype(np.int64)


def trained(channels: int, places: int, turn: float, seed: int, epochs: int = 8) -> "nn.Sequential":
    """Return a unit that has learned from digits turned at random by up to so many degrees."""
    torch.manual_seed(seed)
    made = unit(channels, places)
    images, wanted = lesson(turn, seed)
    # Each filter starts near the average 5, in the middle: else it could settle anywhere.
    template = images[wanted == 1].mean(0) - images[wanted == 0].mean(0)
    with torch.no_grad():
        next(made.parameters()).add_(torch.as_tensor(template), alpha=0.3)
    list(fit(made, images, wanted, epochs=epochs, batch=128, lr=1e-2, seed=seed))
    return made


def found(net: "nn.Module", images: Images, labels: Labels) -> float:
    """Return the share of fives that are found if 5 % of the other digits are taken for one."""
    scores = predict(net, images)[:, 1].numpy()
    limit = np.quantile(scores[labels != WANTED], 1 - FALSE_ALARMS)
    return float((scores[labels == WANTED] > limit).mean())


def new_digits() -> tuple[Images, Labels]:
    """Return the digits that no unit has learned from."""
    parts = [enlarged("validation"), enlarged("test")]
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


def curves(
    nets: Mapping[str, Sequence["nn.Module"]], angles: Sequence[int], shifts: Sequence[int]
) -> dict[str, tuple[Any, Any]]:
    """Return what each kind of unit finds under turns and under shifts, (seeds, amounts)."""
    images, labels = new_digits()
    changed = [
        [turned(images, angle) for angle in angles],
        [shifted(images, shift) for shift in shifts],
    ]
    return {
        name: tuple(  # type: ignore[misc]
            np.array([[found(net, each, labels) for each in row] for net in several])
            for row in changed
        )
        for name, several in nets.items()
    }


def responses(net: "nn.Sequential", angles: Sequence[int]) -> NDArray[np.float64]:
    """Return the mean score of each filter for new fives at each angle, (angles, channels)."""
    images, labels = new_digits()
    fives = images[labels == WANTED]
    with torch.no_grad():
        rows = [net[1](torch.as_tensor(turned(fives, a))).flatten(1).mean(0) for a in angles]
    made: NDArray[np.float64] = torch.stack(rows).double().numpy()
    return made
