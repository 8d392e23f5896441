"""Solutions of `im2col`."""

from mutants import spoil
from styles import WINDOWS, im2col

RIGHT = WINDOWS
WRONG = (
    spoil(im2col, "stride", "(sh, sw), (dh, dw) = pair(stride)", "(sh, sw), (dh, dw) = (1, 1)"),
    spoil(
        im2col,
        "swapped",
        ".reshape(len(x), -1, out_h * out_w)",
        ".reshape(len(x), -1, out_h * out_w).swapaxes(1, 2)",
        "rows and columns of the result are swapped",
    ),
    spoil(
        im2col,
        "folded",
        "return padded(x, padding)[:, :, rows, columns].reshape(len(x), -1, out_h * out_w)",
        "y = padded(x, padding)[:, :, rows, columns].reshape(len(x), -1, out_h * out_w)\n"
        "    return np.concatenate(list(y), axis=1)",
        "the batch is folded into the columns",
    ),
    spoil(im2col, "padding", "padded(x, padding)[", "padded(x, 0)["),
    spoil(
        im2col,
        "channels last",
        "[:, :, rows, columns]",
        "[:, :, rows, columns].transpose(0, 2, 3, 1, 4, 5)",
        "the channels come last in a column",
    ),
    spoil(
        im2col,
        "window down",
        "[:, :, rows, columns]",
        "[:, :, rows, columns].transpose(0, 1, 3, 2, 4, 5)",
        "windows are read down first, then across",
    ),
    spoil(
        im2col,
        "positions down",
        "[:, :, rows, columns]",
        "[:, :, rows, columns].transpose(0, 1, 2, 3, 5, 4)",
        "windows are taken down first, then across",
    ),
)
