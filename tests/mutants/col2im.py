"""Solutions of `col2im`."""

from backward_styles import FOLDS, col2im, col2im_places, col2im_windows
from mutants import spoil

OVERWRITTEN = "overlapping windows overwrite each other"
ONE_SIDE = "the padding is cut off on one side only"

RIGHT = FOLDS
WRONG = (
    spoil(col2im, "= by element", "+= cols", "= cols", OVERWRITTEN),
    spoil(col2im_windows, "= by window", "+= cols", "= cols", OVERWRITTEN),
    spoil(
        col2im_places,
        "fancy index",
        "np.add.at(image, (slice(None), slice(None), places), cols.reshape(N, C, *places.shape))",
        "image[:, :, places] += cols.reshape(N, C, *places.shape)",
        OVERWRITTEN,
    ),
    spoil(
        col2im,
        "averaged",
        "return image[",
        "ones = np.zeros_like(image)\n"
        "    for p in range(kh):\n"
        "        for q in range(kw):\n"
        "            rows = slice(p * dh, p * dh + sh * out_h, sh)\n"
        "            ones[:, :, rows, q * dw:q * dw + sw * out_w:sw] += 1\n"
        "    return (image / np.maximum(ones, 1).astype(image.dtype))[",
        "overlapping windows are averaged",
    ),
    spoil(col2im, "not cut", "[:, :, ph : ph + H, pw : pw + W]", "", "the padding is not cut off"),
    spoil(col2im, "cut below", "ph : ph + H, pw : pw + W", ":H, :W", ONE_SIDE),
    spoil(col2im, "cut above", "ph : ph + H, pw : pw + W", "2 * ph :, 2 * pw :", ONE_SIDE),
    spoil(
        col2im,
        "cut by minus zero",
        "ph : ph + H, pw : pw + W",
        "ph:-ph, pw:-pw",
        "the padding is cut off by [p:-p], which is empty for padding 0",
    ),
    spoil(
        col2im,
        "padding swapped",
        "ph : ph + H, pw : pw + W",
        "pw : pw + H, ph : ph + W",
        "the paddings for height and width are mixed up",
    ),
    spoil(
        col2im,
        "what windows read",
        "image = np.zeros((N, C, H + 2 * ph, W + 2 * pw)",
        "image = np.zeros((N, C, sh * (out_h - 1) + dh * (kh - 1) + 1, "
        "sw * (out_w - 1) + dw * (kw - 1) + 1)",
        "rows and columns that no window reads are missing",
    ),
    spoil(col2im, "off a little", "+= cols[:, :, p, q]", "+= cols[:, :, p, q] * (1 + 1e-4)"),
    spoil(
        col2im_windows,
        "strides swapped",
        "(sh, sw), (ph",
        "(sw, sh), (ph",
    ),
    spoil(
        col2im,
        "stride ignored",
        "slice(p * dh, p * dh + sh * out_h, sh)\n            "
        "columns = slice(q * dw, q * dw + sw * out_w, sw)",
        "slice(p * dh, p * dh + out_h)\n            columns = slice(q * dw, q * dw + out_w)",
        "the stride is ignored",
    ),
    spoil(
        col2im,
        "dilation ignored",
        "slice(p * dh, p * dh + sh * out_h, sh)\n            "
        "columns = slice(q * dw, q * dw + sw * out_w, sw)",
        "slice(p, p + sh * out_h, sh)\n            columns = slice(q, q + sw * out_w, sw)",
        "the dilation is ignored",
    ),
    spoil(
        col2im,
        "channels last",
        "cols.reshape(N, C, kh, kw, out_h, out_w)",
        "cols.reshape(N, kh, kw, C, out_h, out_w).transpose(0, 3, 1, 2, 4, 5)",
        "the channels come last in a column",
    ),
    spoil(
        col2im,
        "window down",
        "cols.reshape(N, C, kh, kw, out_h, out_w)",
        "cols.reshape(N, C, kw, kh, out_h, out_w).swapaxes(2, 3)",
        "the pixels of each window run down first, then across",
    ),
    spoil(
        col2im,
        "windows down",
        "cols.reshape(N, C, kh, kw, out_h, out_w)",
        "cols.reshape(N, C, kh, kw, out_w, out_h).swapaxes(4, 5)",
        "the windows run down first, then across",
    ),
    spoil(col2im, "double", ", dtype=cols.dtype", "", "expected float32"),
)
