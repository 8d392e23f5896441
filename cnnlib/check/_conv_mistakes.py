"""Typical mistakes in convolution: what each computes, and a hint.

The mistakes are those that beginners make in public solutions of these exercises, most frequent
ones included: height and width swapped, stride forgotten, padding on one side. Each is written
with the reference, on changed arguments, so that it gives no answer away.
"""

from typing import Any

from cnnlib.check._case import Arguments, Array


def _conv(arguments: Arguments, **changes: Any) -> Array:
    from cnnlib.check._reference import conv2d

    return conv2d(arguments, **changes)
