"""Figures of Matplotlib in the look of the course."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from cnnlib.look.palette import COLOURS, CYCLE, FONTS

P = ParamSpec("P")
R = TypeVar("R")

_INK, _MUTED, _LINE = (COLOURS[name].light for name in ("ink", "muted", "line"))
#: Points; a figure of 7 inches that fills a slide shows them more than twice as large in pixels.
_SIZE = 11
STYLE: dict[Any, Any] = {
    "font.family": ["Inter", "DejaVu Sans"],
    "font.size": _SIZE,
    "text.color": _INK,
    "axes.titlesize": _SIZE + 1,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelcolor": _INK,
    "axes.labelsize": _SIZE,
    "axes.edgecolor": _MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=[COLOURS[name].light for name in CYCLE]),
    "grid.color": _LINE,
    "grid.linewidth": 0.6,
    "xtick.color": _MUTED,
    "xtick.labelcolor": _INK,
    "ytick.color": _MUTED,
    "ytick.labelcolor": _INK,
    "lines.linewidth": 2.4,
    "lines.solid_capstyle": "round",
    "patch.linewidth": 0.8,
    "legend.frameon": False,
    "hatch.color": _MUTED,
    "hatch.linewidth": 0.8,
    "image.cmap": "gray",
    "image.interpolation": "none",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "none",
    "svg.hashsalt": "cnnlib",
    "mathtext.fontset": "dejavusans",
}
#: From none to much of one meaning, and from one sign to the other.
MAPS = {
    **{
        name: LinearSegmentedColormap.from_list(f"cnn_{name}", ["white", COLOURS[name].light])
        for name in CYCLE
    },
    "signed": LinearSegmentedColormap.from_list(
        "cnn_signed", [COLOURS["kernel"].light, "white", COLOURS["input"].light]
    ),
}


@cache
def _load_fonts() -> None:
    for path in FONTS.glob("*.ttf"):
        font_manager.fontManager.addfont(path)


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function draw in the style of the course, whatever else is set."""

    @wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        _load_fonts()
        with mpl.rc_context(STYLE):
            return function(*args, **kwargs)

    return inner


def use() -> None:
    """Draw everything from here on in the style of the course."""
    _load_fonts()
    mpl.rcParams.update(STYLE)


@styled
def figure(width: float = 9, height: float = 4, **grid: Any) -> tuple[Figure, Any]:
    """Return a figure in the style of the course, and its axes.

    Parameters
    ----------
    width, height
        In inches. 9 by 4 fills a slide below its heading; beside text take 5 by 4.
    grid
        As in `matplotlib.figure.Figure.subplots`: `nrows`, `ncols`, `width_ratios` and so on.
    """
    made = Figure(figsize=(width, height), layout="constrained")
    return made, made.subplots(**grid)
