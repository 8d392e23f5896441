"""Classic 3×3 filters, as image processing knows them.

Sources: R. Gonzalez and R. Woods, Digital Image Processing, 4th ed., chapter 3, for the Laplacian,
Sobel, "vertical edges" (which they call Prewitt) and the blurs. The kernels from "identity" to
"Gaussian blur" are the table of Wikipedia's "Kernel (image processing)" as many slides print it.
Which book has which kernel is from memory.

They are laid on an image as they are, without a flip. Slides that flip the kernel first print
Sobel's with its columns exchanged, (1, 0, -1) and so on: the result is the same.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray


def _kernel(*rows: tuple[float, float, float], divide_by: float = 1) -> NDArray[np.float64]:
    kernel = np.array(rows, dtype=np.float64) / divide_by
    kernel.flags.writeable = False  # shared by everybody who looks it up
    return kernel


#: Kernels by name. Smoothing ones sum to 1, edge detectors to 0.
FILTERS: Mapping[str, NDArray[np.float64]] = MappingProxyType(
    {
        "identity": _kernel((0, 0, 0), (0, 1, 0), (0, 0, 0)),
        "diagonal edges": _kernel((1, 0, -1), (0, 0, 0), (-1, 0, 1)),
        "Laplacian": _kernel((0, 1, 0), (1, -4, 1), (0, 1, 0)),
        "all edges": _kernel((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
        "sharpen": _kernel((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
        "box blur": _kernel((1, 1, 1), (1, 1, 1), (1, 1, 1), divide_by=9),
        "Gaussian blur": _kernel((1, 2, 1), (2, 4, 2), (1, 2, 1), divide_by=16),
        "vertical edges": _kernel((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
        "Sobel": _kernel((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    }
)
