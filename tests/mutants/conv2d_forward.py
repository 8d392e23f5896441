"""Solutions of `conv2d_forward`."""

import numpy as np
from mutants import spoil, wrong
from styles import CONVOLUTIONS, as_strided, loops, pair

RIGHT = CONVOLUTIONS

TAP = "w[f, c, p, q]"
START = "total = 0 if b is None else b[f]"
STORE = "y[n, f, i, j] = total"
PIXEL = "xp[n, first + c, i * sh + p * dh, j * sw + q * dw]"
FIRST = "first = f // (len(w) // groups) * w.shape[1]"
PADDED = "padded(x, padding)"
REFUSED = "windows that do not fit evenly are refused"
WIDTH = "the output's width is computed from the height"
WINDOW = "the window's height and width are mixed up"
NOT_PADDED = "the padding is counted in the size, but the image is not padded"


def pad_with(widths, **settings):
    """Return the call that pads by these widths."""
    mode = "".join(f", {name}={value!r}" for name, value in settings.items())
    return f"np.pad(x, ((0, 0), (0, 0), *({widths} for p in pair(padding))){mode})"


def broadcasts(x, w, b=None, **settings):
    """Right values for one filter, in a shape that would broadcast to the right one."""
    return as_strided(x, w, b, **settings)[:, :, :1, :1]


def doubles_x(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Right values, but the next to read x finds others."""
    y = as_strided(x, w, b, stride=stride, padding=padding, dilation=dilation, groups=groups)
    x *= 2
    return y


def nothing_but_the_bias(x, w, b=None, **settings):
    """Never look at x: an image with no value left would give the same."""
    return as_strided(0 * x, w, b, **settings)


class Agreeable(np.ndarray):
    """Equal to everything."""

    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)


def agrees_with_everybody(x, w, b=None, **settings):
    """An array that lies when it is compared."""
    return (0 * as_strided(x, w, b, **settings)).view(Agreeable)


def own_size(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Loops with slices and a size that is computed here, to be spoiled."""
    (sh, sw), (ph, pw), (kh, kw) = pair(stride), pair(padding), w.shape[2:]
    if dilation != 1 or groups != 1:
        return as_strided(x, w, b, stride=stride, padding=padding, dilation=dilation, groups=groups)
    N, C, H, W = x.shape
    rows = (H + 2 * ph - kh) // sh + 1
    columns = (W + 2 * pw - kw) // sw + 1
    xp = np.zeros((N, C, H + 2 * ph, W + 2 * pw), dtype=x.dtype)
    xp[:, :, ph : ph + H, pw : pw + W] = x
    y = np.zeros((N, len(w), rows, columns), dtype=x.dtype)
    for n in range(N):
        for f in range(len(w)):
            for i in range(rows):
                for j in range(columns):
                    window = xp[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
                    y[n, f, i, j] = np.sum(window * w[f]) + (0 if b is None else b[f])
    return y


WRONG = (
    spoil(loops, "flipped", TAP, "w[f, c, -1 - p, -1 - q]", "the kernel is flipped"),
    spoil(loops, "flipped down", TAP, "w[f, c, -1 - p, q]", "the kernel is flipped along one axis"),
    spoil(loops, "flipped across", TAP, "w[f, c, p, -1 - q]",
          "the kernel is flipped along one axis"),
    spoil(loops, "stride ignored", "i * sh + p * dh, j * sw", "i + p * dh, j",
          "the stride is ignored"),
    spoil(loops, "strides swapped", "(sh, sw), (dh", "(sw, sh), (dh",
          named="the strides for height and width are mixed up"),
    spoil(loops, "stride of the height for both", "j * sw", "j * min(sh, sw)",
          also=["the strides for height and width are mixed up"]),
    spoil(loops, "padding on one side", PADDED, pad_with("(2 * p, 0)"),
          "padding on one side only"),
    spoil(loops, "padding with the edge", PADDED, pad_with("(p, p)", mode="edge"),
          "the padding is not zero"),
    spoil(loops, "padding by reflection where it can", PADDED,
          pad_with("(p, p)", mode="wrap"), "the padding is not zero"),
    spoil(loops, "padding with ones", PADDED, pad_with("(p, p)", constant_values=1),
          "the padding is not zero"),
    spoil(loops, "one row and column too much", PADDED, pad_with("(p + 1, p + 1)"),
          "the padding is one too large"),
    spoil(loops, "no bias", START, "total = 0", "the bias is missing"),
    spoil(loops, "bias subtracted", "else b[f]", "else -b[f]", "the bias is subtracted"),
    spoil(loops, "bias for every pixel of the window", f"total += pixel * {TAP}",
          f"total += pixel * {TAP} + (0 if b is None else b[f])",
          "the bias is added more than once"),
    spoil(loops, "the bias of another filter", "else b[f]", "else b[-1 - f]",
          "the biases are mixed up"),
    spoil(loops, "groups ignored", FIRST, "first = 0", "the groups are ignored"),
    spoil(loops, "groups interleaved", "first = f // (len(w) // groups)", "first = f % groups",
          "channels and groups are mixed up"),
    spoil(loops, "channels reversed", TAP, "w[f, -1 - c, p, q]", "the channels are mixed up"),
    spoil(loops, "one channel", "range(w.shape[1])", "range(1)", "only one channel is read"),
    spoil(loops, "dilation ignored", "i * sh + p * dh, j * sw + q * dw", "i * sh + p, j * sw + q",
          "the dilation is ignored"),
    spoil(loops, "dilations swapped", "(dh, dw) = pair(stride)", "(dw, dh) = pair(stride)",
          named="the dilations for height and width are mixed up"),
    spoil(loops, "average over the window", STORE, "y[n, f, i, j] = total / w[0].size",
          "an average instead of a sum"),
    spoil(loops, "one image", "for n in range(len(x))", "for n in range(1)",
          "only the first image is processed"),
    spoil(loops, "one filter", "for f in range(len(w))", "for f in range(1)",
          "only the first filter is applied"),
    spoil(loops, "short", "return y", "return y[:, :, :-1, :-1]",
          "the last row or column is missing"),
    spoil(loops, "last pixel of the window missing", "range(w.shape[3])",
          "range(max(1, w.shape[3] - 1))", "the window's last row or column is not read"),
    spoil(loops, "the last image for all", "xp[n,", "xp[-1,", "every output reads the last image"),
    spoil(loops, "whole numbers", STORE, "y[n, f, i, j] = int(total)",
          "the values are rounded to whole numbers"),
    spoil(loops, "maximum in place of a sum", f"total += pixel * {TAP}",
          f"total = max(total, pixel * {TAP})", None),
    spoil(loops, "not a number", STORE, f"{STORE} if i else np.nan", "are NaN or infinite"),
    spoil(loops, "infinite", STORE, f"{STORE} if i else np.inf", "are NaN or infinite"),
    spoil(loops, "one part in ten thousand", STORE, "y[n, f, i, j] = total * (1 + 1e-4)"),
    spoil(loops, "always float64", "dtype=x.dtype", "dtype=np.float64",
          "has dtype float64; expected float32"),
    spoil(loops, "a list", "return y", "return y.tolist()", "your result is list"),
    spoil(loops, "nothing", "return y", "pass", "is the return statement missing?"),
    spoil(loops, "text", "return y", "return y.astype(str)", "your result is ndarray of dtype <U"),
    spoil(loops, "an exception", STORE, "y[n, f, i, out_w] = total", "raised IndexError"),
    wrong("a shape that broadcasts", broadcasts, "your result has shape"),
    wrong("changes x", doubles_x, "your function changed x in place"),
    wrong("nothing but the bias", nothing_but_the_bias),
    wrong("an array that lies", agrees_with_everybody, "your result is Agreeable"),
    # What students write.
    spoil(own_size, "refuses what does not fit", "    xp = np.zeros",
          "    assert (H + 2 * ph - kh) % sh == 0 == (W + 2 * pw - kw) % sw\n    xp = np.zeros",
          REFUSED),
    spoil(own_size, "refuses by an exception", "    xp = np.zeros",
          "    if (H + 2 * ph - kh) % sh or (W + 2 * pw - kw) % sw:\n"
          "        raise ValueError('invalid stride')\n    xp = np.zeros", REFUSED),
    spoil(own_size, "true division", "// sh", "/ sh", "the output size is a float"),
    spoil(own_size, "width from the image's height", "(W + 2 * pw - kw) // sw",
          "(H + 2 * pw - kw) // sw", WIDTH),
    spoil(own_size, "width from the kernel's height", "(W + 2 * pw - kw) // sw",
          "(W + 2 * pw - kh) // sw", WIDTH),
    spoil(own_size, "square output", "columns = (W + 2 * pw - kw) // sw + 1", "columns = rows",
          WIDTH),
    spoil(own_size, "window turned", "i * sh + kh, j * sw : j * sw + kw",
          "i * sh + kw, j * sw : j * sw + kh", WINDOW),
    spoil(own_size, "window as wide as high", "j * sw + kw]", "j * sw + kh]", WINDOW),
    spoil(own_size, "3 × 3", "kh, j * sw : j * sw + kw]", "3, j * sw : j * sw + 3]",
          "the kernel is always taken to be 3 × 3"),
    spoil(own_size, "round", "rows = (H + 2 * ph - kh) // sh + 1\n"
          "    columns = (W + 2 * pw - kw) // sw + 1",
          "rows = round((H + 2 * ph - kh) / sh + 1)\n"
          "    columns = round((W + 2 * pw - kw) / sw + 1)",
          "the output size is rounded to the nearest number",
          also=["the output size is rounded up"]),
    spoil(own_size, "ceil", "rows = (H + 2 * ph - kh) // sh + 1\n"
          "    columns = (W + 2 * pw - kw) // sw + 1",
          "rows = -((kh - H - 2 * ph) // sh) + 1\n    columns = -((kw - W - 2 * pw) // sw) + 1",
          "the output size is rounded up"),
    spoil(own_size, "always padding 1", "pair(padding)", "(1, 1)", "the padding is always 1"),
    spoil(own_size, "image not padded", "    y = np", "    xp = x\n    y = np", NOT_PADDED),
    spoil(own_size, "filled by [p:-p]", "ph : ph + H, pw : pw + W", "ph:-ph, pw:-pw",
          "the padded image is filled by [p:-p], which is empty for padding 0"),
    spoil(own_size, "padded only if there is padding", "    xp = np.zeros(",
          "    if padding == 0:\n        del padding\n    xp = padding and np.zeros(",
          "the padded image exists only if padding > 0"),
    spoil(own_size, "steps", "for i in range(rows):\n                for j in range(columns):\n"
          "                    window = xp[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw]",
          "for i in range(0, rows, sh):\n                for j in range(0, columns, sw):\n"
          "                    window = xp[n, :, i : i + kh, j : j + kw]",
          "the loop over outputs moves in steps of the stride"),
    spoil(own_size, "over the input", "range(rows):\n                for j in range(columns)",
          "range(H):\n                for j in range(W)",
          "the loops run over the input's size"),
    spoil(own_size, "column from i", "j * sw : j * sw + kw]", "i * sw : i * sw + kw]",
          "the window's column is computed from the row index"),
    spoil(own_size, "rows by columns", "for i in range(rows)", "for i in range(columns)",
          "the loop over rows runs over the number of columns"),
    spoil(own_size, "one stride", "j * sw : j * sw + kw]", "j : j + kw]",
          "the stride is used along one axis only"),
    spoil(loops, "uneven padding", PADDED, pad_with("(1, p)"),
          "the two sides are padded by different amounts"),
    spoil(loops, "all axes padded", PADDED, "np.pad(x, pair(padding)[0])",
          "the batch and channel axes are padded, too"),
    spoil(loops, "two pairs for four axes", PADDED, "np.pad(x, [(p, p) for p in pair(padding)])",
          "the batch and channel axes are padded, too"),
    spoil(own_size, "b overwritten", "N, C, H, W = x.shape", "b, C, H, W = x.shape\n    N = b",
          "the bias is overwritten by the batch size"),
    spoil(own_size, "output turned", "    return y", "    return y.transpose(0, 1, 3, 2)",
          "rows and columns of the output are swapped"),
    spoil(own_size, "step A", "pair(stride), pair(padding)", "(1, 1), (0, 0)",
          "neither the stride nor the padding is used"),
)  # fmt: skip
