"""Solutions of `conv2d_forward`."""

from mutants import spoil
from styles import CONVOLUTIONS, loops

RIGHT = CONVOLUTIONS
WRONG = (
    spoil(loops, "flipped", "w[f, c, p, q]", "w[f, c, -1 - p, -1 - q]", "the kernel is flipped"),
    spoil(
        loops,
        "flipped one way",
        "w[f, c, p, q]",
        "w[f, c, p, -1 - q]",
        "the kernel is flipped along one axis",
    ),
    spoil(loops, "no stride", "i * sh + p * dh, j * sw", "i + p * dh, j", "the stride is ignored"),
    spoil(loops, "strides swapped", "(sh, sw), (dh", "(sw, sh), (dh"),
    spoil(
        loops, "no padding", "padded(x, padding)", "np.pad(x, ((0, 0), (0, 0), (0, 50), (0, 50)))"
    ),
    spoil(
        loops,
        "edge padding",
        "padded(x, padding)",
        "np.pad(x, ((0, 0), (0, 0), *((p, p) for p in pair(padding))), mode='edge')",
        "the padding is not zero",
    ),
    spoil(
        loops,
        "one side",
        "padded(x, padding)",
        "np.pad(x, ((0, 0), (0, 0), (2 * pair(padding)[0], 0), (2 * pair(padding)[1], 0)))",
        "padding on one side only",
    ),
    spoil(loops, "no bias", "0 if b is None else b[f]", "0", "the bias is missing"),
    spoil(loops, "bias minus", "else b[f]", "else -b[f]", "the bias is subtracted"),
    spoil(
        loops,
        "bias often",
        "total += pixel * w[f, c, p, q]",
        "total += pixel * w[f, c, p, q] + (0 if b is None else b[f])",
    ),
    spoil(
        loops,
        "no groups",
        "first = f // (len(w) // groups) * w.shape[1]",
        "first = 0",
        "the groups are ignored",
    ),
    spoil(
        loops,
        "groups interleaved",
        "first = f // (len(w) // groups)",
        "first = f % groups",
        "channels and groups are mixed up",
    ),
    spoil(
        loops,
        "channels reversed",
        "w[f, c, p, q]",
        "w[f, -1 - c, p, q]",
        "the channels are mixed up",
    ),
    spoil(loops, "one channel", "range(w.shape[1])", "range(1)", "only one channel is read"),
    spoil(
        loops,
        "no dilation",
        "i * sh + p * dh, j * sw + q * dw",
        "i * sh + p, j * sw + q",
        "the dilation is ignored",
    ),
    spoil(loops, "average", "y[n, f, i, j] = total", "y[n, f, i, j] = total / w[0].size"),
    spoil(
        loops,
        "one image",
        "for n in range(len(x))",
        "for n in range(1)",
        "only the first image is computed",
    ),
    spoil(
        loops,
        "one filter",
        "for f in range(len(w))",
        "for f in range(1)",
        "only the first filter is computed",
    ),
    spoil(
        loops, "short", "return y", "return y[:, :, :-1, :-1]", "the last row or column is missing"
    ),
    spoil(loops, "nan", "y[n, f, i, j] = total", "y[n, f, i, j] = total if i else np.nan"),
    spoil(loops, "off a little", "y[n, f, i, j] = total", "y[n, f, i, j] = total * (1 + 1e-4)"),
    spoil(loops, "wrong dtype", "dtype=x.dtype", "dtype=np.float64"),
    spoil(loops, "list", "return y", "return y.tolist()"),
    spoil(loops, "none", "return y", "pass"),
    spoil(
        loops, "changes x", "xp = padded(x, padding)", "x[...] = 0 * x + 1; xp = padded(x, padding)"
    ),
)
