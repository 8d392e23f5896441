"""Are these two photos of the same face? Distances between features, and what a threshold costs."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from skimage import transform

from cnnlib._late import F, torch
from cnnlib.lessons.everywhere.train import fit, tensor
from cnnlib.lessons.images import photos

if TYPE_CHECKING:
    from torch import nn

Array = NDArray[Any]
#: How many of the hundred faces a network learns from; it is asked about the others.
KNOWN = 60


def retaken(face: Array, rng: np.random.Generator) -> Array:
    """Return a small face as another photo could show it: moved, turned, lit, grainy."""
    middle = (len(face) - 1) / 2
    turn = transform.SimilarityTransform(
        scale=rng.uniform(0.9, 1.1), rotation=rng.uniform(-0.2, 0.2)
    )
    there = transform.SimilarityTransform(translation=(-middle, -middle))
    back = transform.SimilarityTransform(translation=middle + rng.uniform(-2, 2, 2))
    moved = transform.warp(face, (there + turn + back).inverse, mode="edge")
    lit = photos.relit(moved, rng.uniform(0, 0.6), rng.uniform(0, 360), rng.uniform(0.7, 1.2))
    return np.asarray(np.clip(lit + 0.02 * rng.standard_normal(face.shape), 0, 1))


def people(seed: int) -> tuple[Array, Array]:
    """Return the faces to learn from, and those that are new, drawn at random."""
    order = np.random.default_rng(seed).permutation(100)
    return photos.faces()[order[:KNOWN]], photos.faces()[order[KNOWN:]]


def shots(faces: Array, count: int, seed: int) -> Array:
    """Return several photos of each face: (faces, count, 25, 25)."""
    rng = np.random.default_rng(seed)
    return np.stack([[retaken(face, rng) for _ in range(count)] for face in faces])


def face_net() -> "nn.Sequential":
    """Return a network that names one of the faces it learns from; its last layer is for that."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(32 * 16, 64), nn.ReLU(), nn.Linear(64, KNOWN),
    )  # fmt: skip


def recogniser(seed: int, count: int = 20, epochs: int = 10) -> "nn.Module":
    """Return a network that learned to tell sixty faces apart."""
    torch.manual_seed(seed)
    taken = shots(people(seed)[0], count, seed)
    x = evened(taken.reshape(-1, 25, 25))
    y = np.repeat(np.arange(KNOWN), count)
    return fit(face_net(), tensor(x), tensor(y), F.cross_entropy, epochs=epochs, seed=seed)


def evened(images: Array) -> Array:
    """Return images with mean 0 and deviation 1 each: (N, 1, H, W)."""
    flat = images.reshape(len(images), -1)
    even = (flat - flat.mean(1, keepdims=True)) / flat.std(1, keepdims=True)
    return np.asarray(even.reshape(len(images), 1, *images.shape[1:]))


def representation(net: "nn.Sequential", images: Array) -> Array:
    """Return the 64 numbers before the last layer, as vectors of length 1."""
    with torch.no_grad():
        features = net[:-2](tensor(evened(images)))
        vectors: Array = F.normalize(features).double().numpy()
    return vectors


def pixels(images: Array) -> Array:
    """Return images as vectors of length 1, for comparison."""
    flat = evened(images).reshape(len(images), -1)
    return np.asarray(flat / np.linalg.norm(flat, axis=1, keepdims=True))


def pairs(vectors: Array) -> tuple[Array, Array]:
    """Return the distances of two photos of the same face, and of different faces.

    Parameters
    ----------
    vectors
        (faces, 2, features).
    """
    first, second = vectors[:, 0], vectors[:, 1]
    all_of_them = np.linalg.norm(first[:, None] - second[None], axis=2)
    same = np.eye(len(first), dtype=bool)
    return all_of_them[same], all_of_them[~same]


def rates(same: Array, different: Array) -> tuple[Array, Array]:
    """Return, for every threshold, the share of false matches and of true matches."""
    steps = np.sort(np.concatenate([[0.0], same, different]))
    return (
        (different[None] <= steps[:, None]).mean(1),
        (same[None] <= steps[:, None]).mean(1),
    )


def matched(same: Array, different: Array, false: float = 0.01) -> float:
    """Return the share of true matches where this share of strangers is let through."""
    wrong, right = rates(same, different)
    return float(right[wrong <= false].max())
