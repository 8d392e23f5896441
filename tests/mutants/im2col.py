"""Solutions of `im2col`."""

from mutants import spoil
from styles import WINDOWS, im2col, im2col_loops

RIGHT = WINDOWS

GRID = "[:, :, rows, columns]"
RESULT = "padded(x, padding)[:, :, rows, columns].reshape(len(x), -1, out_h * out_w)"

WRONG = (
    spoil(im2col_loops, "stride ignored", "i * sh, i * sh + dh", "i, i + dh",
          named="the stride is used along one axis only"),
    spoil(im2col_loops, "strides swapped", "(sh, sw), (dh, dw), (kh", "(sw, sh), (dh, dw), (kh",
          named="the strides for height and width are mixed up"),
    spoil(im2col_loops, "dilation ignored", "+ dh * (kh - 1) + 1, dh)", "+ kh, 1)",
          named="the dilation is used along one axis only"),
    spoil(im2col, "rows and columns swapped", RESULT, f"{RESULT}.swapaxes(1, 2)",
          "rows and columns of the result are swapped"),
    spoil(im2col, "batch folded", f"return {RESULT}", f"return np.concatenate(list({RESULT}), 1)",
          "the batch is folded into the columns"),
    spoil(im2col, "padding with the edge", "padded(x, padding)[",
          "np.pad(x, ((0, 0), (0, 0), *((p, p) for p in pair(padding))), mode='edge')[",
          "the padding is not zero"),
    spoil(im2col, "padding above and left only", "padded(x, padding)[",
          "np.pad(x, ((0, 0), (0, 0), *((2 * p, 0) for p in pair(padding))))[",
          "padding on one side only"),
    spoil(im2col, "channels last", GRID, f"{GRID}.transpose(0, 2, 3, 1, 4, 5)",
          "the channels come last in a column"),
    spoil(im2col, "window down first", GRID, f"{GRID}.transpose(0, 1, 3, 2, 4, 5)",
          "the pixels of each window run down first, then across"),
    spoil(im2col, "positions down first", GRID, f"{GRID}.transpose(0, 1, 2, 3, 5, 4)",
          "the windows run down first, then across"),
    spoil(im2col, "windows flipped", GRID, f"{GRID}[:, :, ::-1, ::-1]", "the windows are flipped"),
    spoil(im2col, "one channel", GRID, f"{GRID}[:, :1].repeat(x.shape[1], axis=1)",
          "only one channel is read"),
    spoil(im2col, "float64", f"return {RESULT}", f"return {RESULT}.astype(np.float64)",
          "has dtype float64; expected float32"),
)  # fmt: skip
