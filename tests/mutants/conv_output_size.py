"""Solutions of `conv_output_size`."""

from mutants import spoil


def formula(n, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    return max(0, (n + 2 * padding - span) // stride + 1)


def counting(n, kernel_size, stride=1, padding=0, dilation=1):
    """Try every place."""
    windows = 0
    first = -padding
    while first + dilation * (kernel_size - 1) < n + padding:
        windows += 1
        first += stride
    return windows


def ranges(n, kernel_size, stride=1, padding=0, dilation=1):
    """The length of a range is such a formula already."""
    return len(range(0, n + 2 * padding - dilation * (kernel_size - 1), stride))


RIGHT = (formula, counting, ranges)
FITS = "max(0, (n + 2 * padding - span) // stride + 1)"
SPAN = "dilation * (kernel_size - 1) + 1"
WRONG = (
    spoil(formula, "no + 1", "// stride + 1", "// stride", "one window too few"),
    spoil(formula, "+ 2", "// stride + 1", "// stride + 2", "one window too many"),
    spoil(formula, "no stride", "// stride", "// 1", "the stride is ignored"),
    spoil(formula, "no padding", " + 2 * padding", "", "the padding is ignored"),
    spoil(formula, "padding once", "2 * padding", "padding", "the padding counts only once"),
    spoil(formula, "ceil", f"return {FITS}",
          "return max(0, -((span - n - 2 * padding) // stride) + 1)",
          "the size is rounded up, not down"),
    spoil(formula, "round", "(n + 2 * padding - span) // stride",
          "round((n + 2 * padding - span) / stride)", also=[
          "the size is rounded to the nearest number"],
          named="the size is rounded to the nearest number"),
    spoil(formula, "true division", "//", "/", named="the size is not rounded at all"),
    spoil(formula, "true division of what fits", FITS, f"1.0 * {FITS}", "expected integer"),
    spoil(formula, "1 inside", FITS, "max(0, (n + 2 * padding - span + 1) // stride)",
          "the 1 is added before the division"),
    spoil(formula, "no window", FITS, "max(0, (n + 2 * padding - 1) // stride + 1)",
          "the window's size is forgotten"),
    spoil(formula, "no dilation", SPAN, "kernel_size", "the dilation is ignored"),
    spoil(formula, "d · k", SPAN, "dilation * kernel_size",
          "the window is too wide for its dilation"),
    spoil(formula, "d · (k - 1)", SPAN, "max(1, dilation * (kernel_size - 1))",
          "the window is too narrow for its dilation", also=["one window too many"]),
    spoil(formula, "d left out", SPAN, "(dilation + 1) * (kernel_size - 1) + 1",
          "the dilation counts the pixels that are left out"),
    spoil(formula, "negative", FITS, "(n + 2 * padding - span) // stride + 1",
          "the size is below zero"),
    spoil(formula, "int()", FITS, "int((n + 2 * padding - span) / stride) + 1",
          "a window that does not fit is counted"),
    spoil(formula, "int() and max", FITS,
          "max(0, int((n + 2 * padding - span) / stride) + 1)",
          "a window that does not fit is counted"),
    spoil(formula, "a list", f"return {FITS}", f"return [{FITS}]", "expected one number"),
    spoil(formula, "prints", f"return {FITS}", f"{FITS}", "is the return statement missing?"),
)  # fmt: skip
