"""Solutions of `conv2d_im2col`; it may not call the slow one."""

from mutants import wrong
from styles import CONVOLUTIONS, loops

RIGHT = CONVOLUTIONS


def conv2d_forward(*arguments, **settings):
    """The slow one."""
    return loops(*arguments, **settings)


def calls_the_slow_one(x, w, b=None, **settings):
    """Right numbers, but not by one product."""
    return conv2d_forward(x, w, b, **settings)


def asks_a_helper(x, w, b=None, **settings):
    """The same, one step further away."""
    return helper(x, w, b, **settings)


def helper(x, w, b, **settings):
    return conv2d_forward(x, w, b, **settings)


WRONG = (
    wrong("calls the slow one", calls_the_slow_one, "conv2d_forward, line 3 of calls_the_slow_one"),
    wrong("asks a helper", asks_a_helper, "conv2d_forward, line 2 of helper"),
)
