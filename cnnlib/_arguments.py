"""One place that puts arguments into their one form.

A size is a whole number, or one number an axis, as in PyTorch; a padding may also differ by side.
The *type* is checked when a layer is written down. Whether the *value* makes sense (a stride of
zero) is checked where it is used, because only there the layer's place in its network is known.
"""

from operator import index
from typing import TypeAlias

#: One number for both axes, or one for height and one for width.
Size: TypeAlias = int | tuple[int, int]
#: Padding by side: ((top, bottom), (left, right)).
Sides: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
#: What a layer takes as padding; a string is "same" or "valid".
Padding: TypeAlias = int | tuple[int, int] | Sides | str


def whole(value: object, name: str, least: int | None = None) -> int:
    """Return `value` as an `int`.

    Raises
    ------
    TypeError
        If it is not a whole number (a `bool` is not one).
    ValueError
        If it is smaller than `least`.

    Examples
    --------
    >>> whole(3, "stride", least=1)
    3
    >>> whole(0, "stride", least=1)
    Traceback (most recent call last):
    ValueError: stride must be at least 1, got 0
    """
    if type(value) is not int:
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise TypeError(f"{name} must be a whole number, got {value!r}")
        value = index(value)
    if least is not None and value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return value


def pair(value: object, name: str = "a size") -> tuple[int, int]:
    """Return a size as (height, width).

    Examples
    --------
    >>> pair(3, "kernel_size"), pair((3, 5), "kernel_size")
    ((3, 3), (3, 5))
    """
    if isinstance(value, tuple | list):
        if len(value) != 2:
            raise TypeError(f"{name} must be a whole number or (height, width), got {value!r}")
        return whole(value[0], name), whole(value[1], name)
    number = whole(value, name)
    return number, number


def sides(value: object, name: str = "padding") -> Sides | str:
    """Return a padding as ((top, bottom), (left, right)), or as "same" or "valid".

    Examples
    --------
    >>> sides(1)
    ((1, 1), (1, 1))
    >>> sides((1, 2))
    ((1, 1), (2, 2))
    >>> sides(((0, 1), (0, 1)))
    ((0, 1), (0, 1))
    """
    if isinstance(value, str):
        if value not in ("same", "valid"):
            raise ValueError(f'{name} must be numbers, "same" or "valid", got {value!r}')
        return value
    if isinstance(value, tuple | list):
        if len(value) != 2:
            raise TypeError(
                f"{name} must be a whole number, (height, width) or "
                f"((top, bottom), (left, right)), got {value!r}"
            )
        return pair(value[0], name), pair(value[1], name)
    return pair(value, name), pair(value, name)


def short(value: object) -> object:
    """Undo `pair` and `sides`: the briefest form that means the same.

    Examples
    --------
    >>> short((3, 3)), short((3, 5)), short(((1, 1), (1, 1))), short(((0, 1), (0, 1)))
    (3, (3, 5), 1, ((0, 1), (0, 1)))
    """
    if not isinstance(value, tuple):
        return value
    first, second = map(short, value)
    if isinstance(first, int) and isinstance(second, int):
        return first if first == second else (first, second)
    return value
