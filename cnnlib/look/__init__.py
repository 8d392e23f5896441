"""How everything looks: colours that mean something, type, drawings, and figures in one style.

One meaning has one colour, in slides, notebooks, explorers, reports and pages: the input is blue,
the kernel orange, the output green, a gradient purple, what is wrong vermilion, and padding is
hatched. Colour never says it alone: a label, a mark or a shape says the same.

Matplotlib is imported only when a figure, or a picture inside a drawing, is made.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnlib.look.draw import Drawing as Drawing
from cnnlib.look.palette import COLOURS as COLOURS
from cnnlib.look.palette import css as css
from cnnlib.look.palette import faces as faces
from cnnlib.look.parts import Box as Box
from cnnlib.look.show import Number as Number
from cnnlib.look.show import Table as Table

if TYPE_CHECKING:
    from cnnlib.look.style import MAPS as MAPS
    from cnnlib.look.style import figure as figure
    from cnnlib.look.style import styled as styled
    from cnnlib.look.style import use as use

_OF_STYLE = frozenset({"MAPS", "figure", "styled", "use"})


def __getattr__(name: str) -> Any:
    if name in _OF_STYLE:
        return getattr(import_module("cnnlib.look.style"), name)
    raise AttributeError(name)
