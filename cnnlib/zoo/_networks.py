"""The list of networks, into which each function of the zoo enters its own."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from cnnlib.spec import Sequential

Make = TypeVar("Make", bound=Callable[..., Sequential])

#: Every network and variant, by name, as a function that makes it.
NETWORKS: dict[str, Callable[[], Sequential]] = {}


def enter(variants: Mapping[str, tuple[object, ...]]) -> Callable[[Make], Make]:
    """Enter a function's networks: for each name the arguments that make it."""

    def entered(make: Make) -> Make:
        NETWORKS.update({name: partial(make, *given) for name, given in variants.items()})
        return make

    return entered
