"""Pictures of cells, of the map on the cortex, and of the Neocognitron's planes."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Rectangle

from cnnlib.lessons.history.cortex import Cell, HypercomplexCell, bar
from cnnlib.lessons.history.retinotopy import Complex, cortex_image
from cnnlib.plots import DASHES, Grid, Picture


def curves(
    alt: str,
    x: Sequence[float],
    responses: Mapping[str, Grid],
    xlabel: str,
    ylabel: str,
    *,
    pictures: Mapping[str, Grid] | None = None,
    ticks: Mapping[float, str] | None = None,
) -> Picture:
    """Draw curves told apart by their dashes, and pictures, if any, on their left.

    Parameters
    ----------
    alt
        What the picture shows.
    x
        Common to all curves.
    responses
        Curves by name.
    xlabel, ylabel
        Names of the axes.
    pictures
        Grey images by title, one below the other, 0 in the middle of black and white.
    ticks
        Words for places on the x-axis.
    """
    count = len(pictures or {})
    figure = Figure(figsize=(9.2, 3.7), layout="constrained")
    widths = (1.6 / count, 3) if count else (3,)
    places = figure.add_gridspec(max(1, count), len(widths), width_ratios=widths)
    for row, (title, picture) in enumerate((pictures or {}).items()):
        _grey(figure.add_subplot(places[row, 0]), picture, title)
    ax = figure.add_subplot(places[:, -1])
    for (name, values), dashes in zip(responses.items(), DASHES, strict=False):
        ax.plot(x, values, dashes, color="black", linewidth=2, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_xticks(
        list(ticks) if ticks else _round_ticks(x), list(ticks.values()) if ticks else None
    )
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    if len(responses) > 1:
        ax.legend(handlelength=3.5, frameon=False, fontsize=11)
    return Picture(figure, alt)


def _round_ticks(x: Sequence[float]) -> list[float]:
    """Return angles at every 45 degrees, and about six places of anything else."""
    low, high = min(x), max(x)
    step = 45 if high - low >= 135 else max(1, round((high - low) / 6))
    return [float(tick) for tick in np.arange(low, high + 1e-9, step)]


def _grey(ax: Axes, picture: Grid, title: str = "") -> None:
    """Draw an image around 0: grey is 0, white positive, black negative."""
    most = float(np.nanmax(np.abs(picture))) or 1.0
    ax.imshow(picture, cmap="gray", vmin=-most, vmax=most, interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=10)


def experiment(alt: str, cell: Cell, orientations: Iterable[float]) -> Picture:
    """Draw the way from screen to electrode, and below it bars with the spikes of a model cell.

    Parameters
    ----------
    alt
        What the picture shows.
    cell
        A bar of its own orientation gives twelve spikes.
    orientations
        Of the bars.
    """
    angles = list(orientations)
    figure = Figure(figsize=(9.2, 4.1))
    rows = figure.add_gridspec(3, len(angles), height_ratios=(1.25, 1, 0.55), hspace=0.15)
    _pathway(figure.add_subplot(rows[0, :]), cell)
    size = cell.gabor.size
    best = cell(bar(cell.gabor.orientation, length=20, size=size))
    rng = np.random.default_rng(0)
    for column, angle in enumerate(angles):
        stimulus = bar(angle, length=20, size=size)
        _grey(figure.add_subplot(rows[1, column]), _crop(stimulus))
        ax = figure.add_subplot(rows[2, column])
        spikes = round(12 * cell(stimulus) / best)
        ax.vlines((np.arange(spikes) + rng.uniform(0.2, 0.8, spikes)) / max(1, spikes), 0, 0.8,
                  color="black", linewidth=2)  # fmt: skip
        ax.axhline(0, color="black", linewidth=1)
        ax.set(xlim=(-0.05, 1.05), ylim=(-0.1, 1))
        ax.axis("off")
        ax.set_title(f"{spikes} spike{'' if spikes == 1 else 's'}", fontsize=10, y=-0.55)
    return Picture(figure, alt)


def _pathway(ax: Axes, cell: Cell) -> None:
    ax.set(xlim=(0, 10), ylim=(0, 1.4), aspect="equal")
    ax.axis("off")
    ax.add_patch(Rectangle((0.2, 0.15), 1.3, 1.1, facecolor="0.6", edgecolor="black"))
    angle = np.deg2rad(cell.gabor.orientation)
    x, y = 0.35 * np.cos(angle), 0.35 * np.sin(angle)
    ax.plot([0.85 - x, 0.85 + x], [0.7 - y, 0.7 + y], color="white", linewidth=5)
    ax.add_patch(Ellipse((2.9, 0.7), 1.1, 0.9, facecolor="white", edgecolor="black"))
    ax.add_patch(Ellipse((2.5, 0.7), 0.22, 0.4, facecolor="0.3", edgecolor="black"))
    for left, name in ((4.2, "LGN"), (6.2, "V1")):
        ax.add_patch(Rectangle((left, 0.3), 1.2, 0.8, facecolor="0.92", edgecolor="black"))
        ax.text(left + 0.6, 0.7, name, ha="center", va="center", fontsize=12)
    for start, end in ((1.6, 2.3), (3.5, 4.15), (5.45, 6.15), (7.45, 8.1)):
        ax.annotate("", (end, 0.7), (start, 0.7), arrowprops={"arrowstyle": "->", "lw": 1.5})
    ax.text(8.2, 0.7, "electrode:\nspikes", va="center", fontsize=11)
    for place, name in ((0.85, "screen"), (2.9, "eye")):
        ax.text(place, 0.06, name, ha="center", va="top", fontsize=11)
    ax.text(4.8, 0.06, "relay in the thalamus", ha="center", va="top", fontsize=11)
    ax.text(6.8, 0.06, "visual cortex", ha="center", va="top", fontsize=11)


def hierarchy(alt: str, cell: HypercomplexCell) -> Picture:
    """Draw the fields of simple cells, of the complex cell on them, and of an end-stopped one."""
    figure = Figure(figsize=(9.4, 3.6))
    big = figure.add_gridspec(1, 5, width_ratios=(2, 0.9, 2, 0.9, 2), wspace=0.05)
    small = big[0, 0].subgridspec(2, 2, wspace=0.1, hspace=0.35)
    for number, simple in enumerate(cell.middle.inputs):
        title = f"phase {simple.gabor.phase:g}°"
        _grey(figure.add_subplot(small[divmod(number, 2)]), _crop(simple.gabor.weights), title)
    _grey(figure.add_subplot(big[0, 2]), _crop(_reach(cell.middle.inputs)), "a complex cell")
    ends = sum(_reach(end.inputs) for end in cell.ends)
    whole = _reach(cell.middle.inputs) - cell.inhibition * ends
    _grey(figure.add_subplot(big[0, 4]), whole, "a hypercomplex cell")
    for column, words in ((1, "square\nand add"), (3, "middle\nminus\nends")):
        ax = figure.add_subplot(big[0, column])
        ax.axis("off")
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.annotate("", (0.95, 0.42), (0.05, 0.42), arrowprops={"arrowstyle": "->", "lw": 2})
        ax.text(0.5, 0.48, words, ha="center", va="bottom", fontsize=11)
    return Picture(figure, alt)


def _crop(picture: Grid) -> Grid:
    """Leave out the outer quarter on each side, where there is little to see."""
    edge = len(picture) // 4
    return picture[edge:-edge, edge:-edge]


def _reach(cells: Iterable[Cell]) -> Grid:
    """Return where cells together are sensitive, whatever the sign: the root of squares."""
    reach: Grid = np.sqrt(sum(cell.gabor.weights**2 for cell in cells))
    return reach


def retinotopy(
    alt: str, picture: Grid, fovea: tuple[float, float], grid: Complex, radii: Sequence[float]
) -> Picture:
    """Draw a picture and its map on both halves of the cortex, circles around the fovea on each.

    Parameters
    ----------
    alt
        What the picture shows.
    picture
        (H, W).
    fovea
        Row and column that are looked at.
    grid
        As `cnnlib.lessons.history.retinotopy.cortex_grid` returns it.
    radii
        Of the circles, in pixels; each has dashes of its own.
    """
    figure = Figure(figsize=(9.4, 4.0), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 2))
    row, column = fovea
    left.imshow(picture, cmap="gray")
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    styles = [("--", ":", "-.", "-")[number % 4] for number in range(len(radii))]
    _contours(left, np.hypot(y - row, x - column), radii, styles)
    left.plot(column, row, "+", color="white", markersize=14, markeredgewidth=2.5)
    left.set_title("the picture; + is looked at", fontsize=11)
    right.imshow(cortex_image(picture, fovea, grid), cmap="gray")
    half = np.abs(grid)
    _contours(right, np.concatenate([half[:, ::-1], half], axis=1), radii, styles)
    right.axvline(grid.shape[1] - 0.5, color="white", linewidth=4)
    right.set_title(
        "its left half, right hemisphere | its right half, left hemisphere", fontsize=11
    )
    for ax in (left, right):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    return Picture(figure, alt)


def _contours(ax: Axes, distance: Grid, radii: Sequence[float], styles: Sequence[str]) -> None:
    masked = np.ma.masked_invalid(distance)
    for color, width in (("black", 3.5), ("white", 1.8)):  # seen on dark and on bright
        ax.contour(masked, levels=list(radii), colors=color, linewidths=width,
                   linestyles=list(styles))  # fmt: skip


def planes(alt: str, layers: Mapping[str, Grid], columns: int = 3, height: float = 3.9) -> Picture:
    """Draw the planes of layers, dark where cells fire; layers stand side by side.

    Parameters
    ----------
    alt
        What the picture shows.
    layers
        (planes, H, W) by title; planes are drawn in rows of `columns`, one alone large.
    columns
        Planes in a row.
    height
        Of the picture, in inches.
    """
    figure = Figure(figsize=(11.5, height))
    widths = [1.1 if len(layer) == 1 else 1.0 for layer in layers.values()]
    cells = figure.add_gridspec(1, len(layers), width_ratios=widths, wspace=0.12)
    for number, (title, layer) in enumerate(layers.items()):
        ax = figure.add_subplot(cells[0, number])
        _tiles(ax, layer, min(columns, len(layer)))
        ax.set_title(title, fontsize=11)
    return Picture(figure, alt)


def _tiles(ax: Axes, layer: Grid, columns: int) -> None:
    """Draw planes in rows, with frames, and a tenth of a plane between them."""
    rows = -(-len(layer) // columns)
    most = float(layer.max()) or 1.0
    for place, plane in enumerate(layer):
        row, column = divmod(place, columns)
        left, top = 1.1 * column, 1.1 * row
        ax.imshow(plane, cmap="gray_r", vmin=0, vmax=most, interpolation="nearest",
                  extent=(left, left + 1, top + 1, top))  # fmt: skip
        ax.add_patch(Rectangle((left, top), 1, 1, fill=False, edgecolor="0.6"))
    ax.set(xlim=(-0.05, 1.1 * columns - 0.05), ylim=(1.1 * rows - 0.05, -0.05))
    ax.axis("off")
