"""Solutions of `batch_norm2d_backward`."""

import numpy as np
from mutants import spoil

AXES = (0, 2, 3)


def short(dy, x, gamma, eps=1e-5):
    """The simplified formula."""
    k = {"axis": AXES, "keepdims": True}
    s = np.sqrt(x.var(**k) + eps)
    normal = (x - x.mean(**k)) / s
    g = gamma[:, None, None]
    dx = g / s * (dy - dy.mean(**k) - normal * (dy * normal).mean(**k))
    return dx, (dy * normal).sum(AXES), dy.sum(AXES)


def steps(dy, x, gamma, eps=1e-5):
    """Step by step through the graph."""
    n = x.size // x.shape[1]
    k = {"axis": AXES, "keepdims": True}
    centred = x - x.sum(**k) / n
    var = (centred**2).sum(**k) / n
    inverse = 1 / np.sqrt(var + eps)
    dgamma = (dy * centred * inverse).sum(axis=AXES)
    dbeta = dy.sum(axis=AXES)
    dnormal = dy * gamma[:, None, None]
    dvar = (dnormal * centred).sum(**k) * -0.5 * inverse**3
    dcentred = dnormal * inverse + dvar * 2 * centred / n
    return dcentred - dcentred.sum(**k) / n, dgamma, dbeta


def rows(dy, x, gamma, eps=1e-5):
    """Channels last, one row a pixel, everything times n."""
    N, C, H, W = x.shape
    flat, dflat = (a.transpose(0, 2, 3, 1).reshape(-1, C) for a in (x, dy))
    n = len(flat)
    var = flat.var(axis=0)
    normal = (flat - flat.mean(axis=0)) / np.sqrt(var + eps)
    dgamma, dbeta = (dflat * normal).sum(axis=0), dflat.sum(axis=0)
    dx = gamma / n / np.sqrt(var + eps) * (n * dflat - dbeta - normal * dgamma)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta


def channels(dy, x, gamma, eps=1e-5):
    """One channel after the other."""
    dx, dgamma, dbeta = np.empty_like(x), np.empty_like(gamma), np.empty_like(gamma)
    for c in range(x.shape[1]):
        s = np.sqrt(x[:, c].var() + eps)
        normal = (x[:, c] - x[:, c].mean()) / s
        dgamma[c] = np.sum(dy[:, c] * normal)
        dbeta[c] = np.sum(dy[:, c])
        inner = dy[:, c] - dy[:, c].mean() - normal * np.mean(dy[:, c] * normal)
        dx[:, c] = gamma[c] / s * inner
    return dx, dgamma, dbeta


def matrices(dy, x, gamma, eps=1e-5):
    """The whole Jacobian of one channel as a matrix."""
    shape = x.transpose(1, 0, 2, 3).shape
    planes, gradients = (a.transpose(1, 0, 2, 3).reshape(x.shape[1], -1) for a in (x, dy))
    n = planes.shape[1]
    centre = (np.eye(n) - 1 / n).astype(x.dtype)
    dx = np.empty_like(planes)
    dgamma = np.empty_like(gamma)
    for c, (plane, gradient) in enumerate(zip(planes, gradients, strict=True)):
        centred = centre @ plane
        s = np.sqrt(centred @ centred / n + eps)
        jacobian = centre / s - np.outer(centred, centred) / (n * s**3)
        dx[c] = gamma[c] * jacobian @ gradient
        dgamma[c] = centred @ gradient / s
    return dx.reshape(shape).transpose(1, 0, 2, 3), dgamma, gradients.sum(1)


RIGHT = (short, steps, rows, channels, matrices)
AVERAGED = "dgamma and dbeta are averaged"
AXES_WRONG = "dgamma and dbeta are summed over the wrong axes"
WRONG = (
    spoil(short, "constants", "(dy - dy.mean(**k) - normal * (dy * normal).mean(**k))", "dy",
          "mean and variance are treated as constants"),
    spoil(short, "no mean", "dy - dy.mean(**k) -", "dy -", "the term through the mean is missing"),
    spoil(steps, "no mean, steps", "dcentred - dcentred.sum(**k) / n, dgamma",
          "dcentred, dgamma", "the term through the mean is missing"),
    spoil(short, "no variance", " - normal * (dy * normal).mean(**k))", ")",
          "the term through the variance is missing"),
    spoil(steps, "no variance, steps", " + dvar * 2 * centred / n", "",
          "the term through the variance is missing"),
    spoil(channels, "no gamma", "gamma[c] / s", "1 / s", "gamma is forgotten"),
    spoil(steps, "unbiased", "var = (centred**2).sum(**k) / n",
          "var = (centred**2).sum(**k) / (n - 1)",
          named="the unbiased variance is used to normalise"),
    spoil(channels, "unbiased, channels", ".var()", ".var(ddof=1)",
          named="the unbiased variance is used to normalise"),
    spoil(short, "no eps", "x.var(**k) + eps", "x.var(**k) + 1e-300", named="eps is forgotten"),
    spoil(short, "per pixel", "dx = g", 'k["axis"] = 0\n    s = np.sqrt(x.var(**k) + eps)\n'
          "    normal = (x - x.mean(**k)) / s\n    dx = g", named="every pixel has its own mean"),
    spoil(short, "per image, dx", "dx = g",
          'k["axis"] = (2, 3)\n    s = np.sqrt(x.var(**k) + eps)\n'
          "    n2 = (x - x.mean(**k)) / s\n"
          "    dx = g / s * (dy - dy.mean(**k) - n2 * (dy * n2).mean(**k))\n    0 * g",
          "every image has its own mean"),
    spoil(short, "x as it came", "(dy * normal).sum(AXES)", "(dy * x).sum(AXES)",
          "dgamma uses x before it is normalised"),
    spoil(steps, "only centred", "dy * centred * inverse", "dy * centred",
          "dgamma uses x before it is normalised"),
    spoil(short, "averaged", "(dy * normal).sum(AXES), dy.sum(AXES)",
          "(dy * normal).mean(AXES), dy.mean(AXES)", AVERAGED),
    spoil(short, "over the batch", "(dy * normal).sum(AXES), dy.sum(AXES)",
          "(dy * normal).sum(AXES) / len(x), dy.sum(AXES) / len(x)", AVERAGED),
    spoil(short, "wrong axes", "(dy * normal).sum(AXES), dy.sum(AXES)",
          "(dy * normal).sum(0), dy.sum(0)", AXES_WRONG),
    spoil(short, "rows and columns", "(dy * normal).sum(AXES), dy.sum(AXES)",
          "(dy * normal).sum((2, 3)), dy.sum((2, 3))", AXES_WRONG),
    spoil(short, "everything", "(dy * normal).sum(AXES), dy.sum(AXES)",
          "(dy * normal).sum(), dy.sum()", AXES_WRONG),
    spoil(rows, "each other's place", "0, 3, 1, 2), dgamma, dbeta",
          "0, 3, 1, 2), dbeta, dgamma", "dgamma and dbeta are swapped"),
    spoil(channels, "dbeta averaged", "np.sum(dy[:, c])", "np.mean(dy[:, c])", "dbeta is averaged"),
    spoil(rows, "n forgotten", "(n * dflat", "(dflat",
          named="dy is not multiplied by the number of elements"),
    spoil(rows, "divided by N", "n = len(flat)", "n = N",
          named="sums are divided by the number of images"),
    spoil(steps, "half forgotten", "* -0.5 *", "* -1.0 *",
          named="the root's factor 1/2 is missing in the variance's derivative"),
    spoil(short, "default eps", "s = np", "eps = 1e-5\n    s = np",
          named="eps is always the same number"),
    # What students write.
    spoil(short, "axes kept", "(dy * normal).sum(AXES), dy.sum(AXES)",
          "(dy * normal).sum(**k), dy.sum(**k)", "dgamma and dbeta keep axes of length one"),
    spoil(short, "axes kept in front", "(dy * normal).sum(AXES), dy.sum(AXES)",
          "(dy * normal).sum(AXES)[None], dy.sum(AXES)[None]",
          "dgamma and dbeta keep axes of length one"),
    spoil(short, "eps outside", "np.sqrt(x.var(**k) + eps)", "(np.sqrt(x.var(**k)) + eps)",
          "eps is added outside the square root"),
    spoil(short, "eps subtracted", "x.var(**k) + eps", "x.var(**k) - eps", "eps is subtracted"),
    spoil(rows, "by the images", "dx = gamma / n /", "n = N\n    dx = gamma / n /",
          "sums are divided by the number of images"),
    spoil(channels, "multiplied", "gamma[c] / s * inner", "gamma[c] * s * inner",
          "x is multiplied by the deviation, not divided"),
    spoil(short, "only divided", "g / s * (dy - dy.mean(**k) - normal * (dy * normal).mean(**k))",
          "dy / s", "mean and variance are treated as constants, and gamma is forgotten"),
    spoil(rows, "bracket", "* (n * dflat - dbeta - normal * dgamma)",
          "* (n * dflat - dbeta) - normal * dgamma", "the last term is not divided"),
    spoil(channels, "dbeta like dgamma", "np.sum(dy[:, c])", "np.sum(dy[:, c] * normal)",
          "dbeta has the formula of dgamma"),
    spoil(short, "another eps in dgamma", "return dx, (dy * normal)",
          "normal = (x - x.mean(**k)) / np.sqrt(x.var(**k) + 1e-8)\n    return dx, (dy * normal)",
          "eps is always the same number"),
    spoil(matrices, "element by element", "jacobian @ gradient", "np.diag(jacobian) * gradient",
          "the Jacobian is multiplied element by element"),
)  # fmt: skip
