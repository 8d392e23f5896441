"""What the zoo's functions have in common."""

from typing import TypeVar

T = TypeVar("T")


def one_of(value: T, known: tuple[T, ...], name: str) -> T:
    """Return `value` if it is known; a `ValueError` names those that are.

    Examples
    --------
    >>> one_of("v2", ("paper", "v1.5"), "variant")
    Traceback (most recent call last):
    ValueError: variant must be 'paper' or 'v1.5', got 'v2'
    """
    if value not in known:
        *first, last = map(repr, known)
        raise ValueError(f"{name} must be {', '.join(first)} or {last}, got {value!r}")
    return value
