"""Two activation functions side by side, and what ten layers of each leave of a gradient."""

import traitlets

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.lessons.activations.chain import chain
from cnnlib.lessons.activations.functions import BY_NAME
from cnnlib.lessons.activations.plane import Plane, figure
from cnnlib.look import Drawing


class Activations(Explorer):
    """Move the input along two curves; see value, slope, and a gradient on its way through layers.

    Attributes
    ----------
    first, second
        Names of functions of the table in `cnnlib.lessons.activations`.
    x
        The sum that goes into the first layer.
    weight
        By which each layer's output is multiplied before the next one.
    """

    _esm = bundle(__file__)

    first = traitlets.Enum(list(BY_NAME), "sigmoid").tag(sync=True)
    second = traitlets.Enum(list(BY_NAME), "ReLU").tag(sync=True)
    x = traitlets.Float(1.0, min=-4.0, max=4.0).tag(sync=True)
    weight = traitlets.Float(1.0, min=0.5, max=2.0).tag(sync=True)

    def still(self) -> str:
        """Return both curves, each with its point, its tangent, and what is left of a gradient."""
        names = self.first, self.second
        left = [float(chain(BY_NAME[name], self.x, self.weight)[0].gradient) for name in names]
        drawing = Drawing(
            f"{self.first} and {self.second} with their tangents at {self.x:g}. Ten layers leave "
            f"{figure(left[0])} and {figure(left[1])} of a gradient of 1."
        )
        for number, (name, gradient) in enumerate(zip(names, left, strict=True)):
            x = 600.0 * number
            drawing.text(x, 26, name, size=30, anchor="start", bold=True)
            plane = Plane(drawing, x, 50, 520, 300, (-4, 4), (-1.9, 2.5))
            plane.axes((-2, 2))
            plane.curve(BY_NAME[name].value, "output", width=6)
            plane.tangent(BY_NAME[name], self.x)
            plane.point(BY_NAME[name], self.x)
            drawing.text(x, 396, f"left after ten layers: {figure(gradient)}", size=26,
                         kind="gradient", anchor="start", bold=True)  # fmt: skip
        return drawing.svg()
