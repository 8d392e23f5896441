"""How the checks of gradients call what students write."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Smooth:
    """A smooth function of an array, written so that NumPy and PyTorch both take it.

    Attributes
    ----------
    third
        A bound for its third derivative in any one element of x.
    """

    value: Callable[[Any], Any]
    third: float = 0.0


#: Functions cannot travel to a sandbox, their names can. Each name is what the function computes.
FUNCTIONS = {
    "x * x": Smooth(lambda x: x * x),
    "x ** 3": Smooth(lambda x: x**3, third=6),
    "1 / (1 + x * x)": Smooth(lambda x: 1 / (1 + x * x), third=4.7),
    "(x * x).sum()": Smooth(lambda x: (x * x).sum()),
    "x.T @ x": Smooth(lambda x: x.T @ x),
    "x[1:] * x[:-1]": Smooth(lambda x: x[1:] * x[:-1]),
    "x.T": Smooth(lambda x: x.T),
}


def call_gradient(function: Callable[..., Any], f: str, x: Any, dy: Any, **settings: Any) -> Any:
    """Give the student's function a function by its name."""
    return function(FUNCTIONS[f].value, x, dy, **settings)
