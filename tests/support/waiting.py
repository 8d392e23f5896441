"""The one way to wait: until something is so, and never forever."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def wait_until(
    condition: Callable[[], Found], what: str, *, seconds: float = 120, every: float = 0.02
) -> Found:
    """Look again and again until a condition holds; return what it found.

    Raises
    ------
    TimeoutError
        It did not come about; the message says what was waited for.
    """
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:g} seconds in vain: {what}")
        time.sleep(every)
    return found
