"""Solutions of `numeric_gradient`."""

import numpy as np
from mutants import spoil, wrong

ONE_SIDED = "the difference is one-sided"
STEP = "the difference is divided by the wrong step"


def moved_copy(f, x, dy, eps=1e-6):
    """A fresh copy of x for each side."""
    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        right, left = x.copy(), x.copy()
        right[index] += eps
        left[index] -= eps
        dx[index] = np.sum((f(right) - f(left)) * dy) / (2 * eps)
    return dx


def in_place(f, x, dy, eps=1e-6):
    """Move x itself and put it back."""
    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + eps
        above = np.sum(f(x) * dy)
        x[index] = old - eps
        below = np.sum(f(x) * dy)
        x[index] = old
        dx[index] = (above - below) / (2 * eps)
    return dx


def iterator(f, x, dy, eps=1e-6):
    """NumPy's iterator; results of f are copied."""
    dx = np.zeros_like(x)
    places = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not places.finished:
        i = places.multi_index
        old = x[i]
        x[i] = old + eps
        above = np.copy(f(x))
        x[i] = old - eps
        below = np.copy(f(x))
        x[i] = old
        dx[i] = ((above - below) * dy).sum() / (2 * eps)
        places.iternext()
    return dx


def unit_vectors(f, x, dy, eps=1e-6):
    """Add multiples of unit arrays."""
    steps = eps * np.eye(x.size, dtype=x.dtype).reshape(x.size, *x.shape)
    slopes = [np.vdot(dy, f(x + step) - f(x - step)) / (2 * eps) for step in steps]
    return np.array(slopes, dtype=x.dtype).reshape(x.shape)


def flat_double(f, x, dy, eps=1e-6):
    """A flat copy in float64, moved and put back."""
    flat = x.astype(np.float64).ravel()
    dx = np.empty(x.size)
    for i, old in enumerate(flat.copy()):
        flat[i] = old + eps
        above = np.array(f(flat.reshape(x.shape)))
        flat[i] = old - eps
        dx[i] = np.sum((above - f(flat.reshape(x.shape))) * dy) / 2 / eps
        flat[i] = old
    return dx.reshape(x.shape).astype(x.dtype)


def not_put_back(f, x, dy, eps=1e-6):
    """Moves x back and forth by sums, which do not cancel."""
    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += eps
        above = np.sum(f(x) * dy)
        x[index] -= 2 * eps
        dx[index] = (above - np.sum(f(x) * dy)) / (2 * eps)
        x[index] += eps
    return dx


def views(f, x, dy, eps=1e-6):
    """Keeps what f returned while x moves on: wrong where that is a view."""
    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + eps
        above = f(x)
        x[index] = old - eps
        below = f(x)
        x[index] = old
        dx[index] = np.sum((above - below) * dy) / (2 * eps)
    return dx


def raveled(f, x, dy, eps=1e-6):
    """Moves a flat view of x, which is a copy where x is a slice."""
    flat, dx = x.ravel(), np.zeros_like(x)
    for i, index in enumerate(np.ndindex(x.shape)):
        old = flat[i]
        flat[i] = old + eps
        above = np.sum(f(x) * dy)
        flat[i] = old - eps
        dx[index] = (above - np.sum(f(x) * dy)) / (2 * eps)
        flat[i] = old
    return dx


def all_at_once(f, x, dy, eps=1e-6):
    return (f(x + eps) - f(x - eps)) * dy / (2 * eps)


def all_at_once_summed(f, x, dy, eps=1e-6):
    return np.full_like(x, np.sum((f(x + eps) - f(x - eps)) * dy) / (2 * eps))


RIGHT = (moved_copy, in_place, iterator, unit_vectors, flat_double)
WRONG = (
    spoil(moved_copy, "forward", "left[index] -= eps", "pass", ONE_SIDED),
    spoil(moved_copy, "one-sided", "f(left)) * dy) / (2 * eps)", "f(x)) * dy) / eps", ONE_SIDED),
    spoil(
        moved_copy,
        "one-sided, backward",
        "(f(right) - f(left)) * dy) / (2 * eps)",
        "(f(x) - f(left)) * dy) / eps",
        ONE_SIDED,
    ),
    spoil(moved_copy, "off a little", "/ (2 * eps)", "/ (2 * eps) * (1 + 1e-4)"),
    spoil(moved_copy, "not halved", "/ (2 * eps)", "/ eps", STEP),
    spoil(moved_copy, "precedence", "/ (2 * eps)", "/ 2 * eps", STEP),
    spoil(moved_copy, "not divided", "/ (2 * eps)", "", STEP),
    spoil(moved_copy, "no dy", " * dy) /", ") /", "dy is forgotten"),
    spoil(
        moved_copy,
        "summed apart",
        "np.sum((f(right) - f(left)) * dy)",
        "np.sum(f(right) - f(left)) * np.sum(dy)",
        "changes and dy are summed before they are multiplied",
    ),
    spoil(moved_copy, "average", "np.sum(", "np.mean(", "an average instead of a sum"),
    spoil(moved_copy, "sign", "f(right) - f(left)", "f(left) - f(right)", "the sign is wrong"),
    spoil(
        moved_copy,
        "rows",
        "np.ndindex(x.shape)",
        "range(len(x))",
        "whole rows of x are changed at once",
    ),
    spoil(moved_copy, "double", "zeros_like(x)", "zeros(x.shape)", "expected float32"),
    spoil(in_place, "left moved", "x[index] = old\n", "pass\n", "your function changed x in place"),
    wrong("not quite put back", not_put_back, "your function changed x in place"),
    # It shows only where f returns a view, or x is sliced: too seldom to be named.
    wrong("views", views),
    wrong("a copy is moved", raveled),
    wrong("all at once", all_at_once, "all elements of x are changed at once"),
    wrong("all at once, summed", all_at_once_summed, "all elements of x are changed at once"),
)
