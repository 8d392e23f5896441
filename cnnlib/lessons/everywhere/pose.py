"""Pose: where are the joints? Regression of coordinates, on figures drawn with sticks."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from skimage import draw, filters

from cnnlib._late import F, torch
from cnnlib.lessons.everywhere.train import fit, tensor

if TYPE_CHECKING:
    from torch import nn

Array = NDArray[Any]
SIDE = 32
JOINTS = ("head", "neck", "hips", "left elbow", "left hand", "right elbow", "right hand",
          "left knee", "left foot", "right knee", "right foot")  # fmt: skip
#: Pairs of joints with a bone between.
BONES = ((0, 1), (1, 2), (1, 3), (3, 4), (1, 5), (5, 6), (2, 7), (7, 8), (2, 9), (9, 10))


def figures(seed: int, count: int) -> tuple[Array, Array]:
    """Return images of stick figures, (N, 1, 32, 32), and their joints, (N, 11, 2), as (x, y).

    Joints are in pixels. Every figure has its own place, size, and angles.
    """
    rng = np.random.default_rng(seed)
    images = np.zeros((count, 1, SIDE, SIDE))
    joints = np.stack([_joints(rng) for _ in range(count)])
    for image, points in zip(images, joints, strict=True):
        for a, b in BONES:
            (x0, y0), (x1, y1) = points[a].round().astype(int), points[b].round().astype(int)
            rows, columns = draw.line(y0, x0, y1, x1)
            image[0, rows.clip(0, SIDE - 1), columns.clip(0, SIDE - 1)] = 1
        at = draw.disk(points[0][::-1], 2.4, shape=(SIDE, SIDE))
        image[0][at] = 1
        image[0] = filters.gaussian(image[0], 0.6)
    images += 0.1 * rng.standard_normal(images.shape)
    return np.clip(images, 0, 1), joints


def _joints(rng: np.random.Generator) -> Array:
    """Return the eleven joints of one figure."""
    size = rng.uniform(0.85, 1.1)
    hips = np.array([16, 17]) + rng.uniform(-3, 3, 2)
    lean = rng.uniform(-0.25, 0.25)

    def way(angle: float, length: float) -> Array:
        """Return a step at an angle from straight down; positive is to the right."""
        return size * length * np.array([np.sin(angle), np.cos(angle)])

    neck = hips + way(np.pi + lean, 7)
    points = [neck + way(np.pi + lean, 3.6), neck, hips]
    for side in (-1, 1):
        angle = side * rng.uniform(0.3, 2.6)
        elbow = neck + way(angle, 4.5)
        points += [elbow, elbow + way(angle + rng.uniform(-1, 1), 4.5)]
    for side in (-1, 1):
        angle = side * rng.uniform(0.1, 0.8)
        knee = hips + way(angle, 5)
        points += [knee, knee + way(angle * rng.uniform(0, 0.8), 5)]
    return np.clip(np.stack(points), 1, SIDE - 2)


def joint_net() -> "nn.Sequential":
    """Return a network whose last layer gives 22 numbers: x and y of eleven joints."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, stride=2), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1, stride=2), nn.ReLU(),
        nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.Flatten(),
        nn.Linear(32 * 64, 128), nn.ReLU(), nn.Linear(128, 2 * len(JOINTS)),
        nn.Unflatten(1, (len(JOINTS), 2)),
    )  # fmt: skip


def poser(seed: int, count: int = 1500, epochs: int = 9) -> tuple["nn.Module", Array]:
    """Return a network that finds joints, trained, and the mean pose of its training figures."""
    torch.manual_seed(seed)
    x, joints = figures(seed, count)
    net = fit(joint_net(), tensor(x), tensor(joints / SIDE - 0.5), F.mse_loss, epochs=epochs,
              seed=seed)  # fmt: skip
    return net, joints.mean(0)


def found_joints(net: "nn.Module", images: Array) -> Array:
    """Return the joints that a network finds, in pixels: (N, 11, 2)."""
    with torch.no_grad():
        joints: Array = net(tensor(images)).double().numpy()
    return SIDE * (joints + 0.5)


def distance(found: Array, true: Array) -> float:
    """Return how far joints are from the true ones, in pixels, on average."""
    return float(np.hypot(*np.moveaxis(found - true, -1, 0)).mean())
