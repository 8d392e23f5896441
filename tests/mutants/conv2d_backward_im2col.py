"""Solutions of `conv2d_backward_im2col`; it may not call the slow one."""

from backward_styles import BACKWARD, columns, loops
from mutants import spoil, wrong

RIGHT = BACKWARD


def conv2d_backward(*arguments, **settings):
    """The slow one."""
    return loops(*arguments, **settings)


def calls_the_slow_one(dy, x, w, **settings):
    """Right numbers, but not by products of matrices."""
    return conv2d_backward(dy, x, w, **settings)


WRONG = (
    wrong(
        "calls the slow one", calls_the_slow_one, "conv2d_backward, line 3 of calls_the_slow_one"
    ),
    spoil(
        columns,
        "averaged",
        ".sum(axis=0).reshape",
        ".mean(axis=0).reshape",
        "the gradient is averaged over the batch",
    ),
    spoil(
        columns,
        "last image",
        "(grads @ cols.swapaxes(2, 3)).sum(axis=0)",
        "(grads @ cols.swapaxes(2, 3))[-1]",
        "only one image of the batch counts",
    ),
    spoil(columns, "no padding back", "return dx, dw", "return dx * (x != x), dw"),
    spoil(
        columns,
        "wrong axes",
        "dy.sum(axis=(0, 2, 3))",
        "dy.sum(axis=(2, 3))",
        "db is summed over the wrong axes",
    ),
)
