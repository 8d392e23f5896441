"""References of batch normalisation, and the formulas of which mistakes are variations."""

from typing import Any

from cnnlib._late import F, torch
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import array, tensor

#: Over images, rows and columns: what remains is one number per channel.
PER_CHANNEL = (0, 2, 3)


def forward(arguments: Arguments, device: str = "cpu") -> tuple[Array, ...]:
    """Return y, running_mean and running_var as `torch.nn.functional.batch_norm` leaves them."""
    a = {"momentum": 0.1, "eps": 1e-5, **arguments}
    names = ("x", "running_mean", "running_var", "gamma", "beta")
    x, mean, var, gamma, beta = (tensor(a[name], device) for name in names)
    y = F.batch_norm(x, mean, var, gamma, beta, a["training"], a["momentum"], a["eps"])
    return array(y), array(mean), array(var)


def backward(arguments: Arguments, device: str = "cpu") -> tuple[Array, ...]:
    """Return dx, dgamma and dbeta, by autograd."""
    dy, x, gamma = (tensor(arguments[name], device) for name in ("dy", "x", "gamma"))
    beta = torch.zeros_like(gamma)
    for leaf in (x, gamma, beta):
        leaf.requires_grad_()
    eps = arguments.get("eps", 1e-5)
    y = F.batch_norm(x, None, None, gamma, beta, True, 0.1, eps)
    dx, dgamma, dbeta = torch.autograd.grad(y, (x, gamma, beta), dy)
    return array(dx), array(dgamma), array(dbeta)


def normalise(
    arguments: Arguments,
    *,
    own: bool = True,
    axes: tuple[int, ...] = PER_CHANNEL,
    correction: int = 0,
    spread: Any = None,
    scaled: bool = True,
    shifted: bool = True,
) -> Array:
    """Return y as a variation of the rule.

    Parameters
    ----------
    own
        Use the batch's statistics, or the running ones.
    axes, correction
        Over what the batch's statistics go; what is taken off the number of elements.
    spread
        What x is divided by, from the variance and eps.
    scaled, shifted
        Use gamma, use beta.
    """
    x, gamma, beta = (tensor(arguments[name]) for name in ("x", "gamma", "beta"))
    if own:
        mean = x.mean(axes, keepdim=True)
        var = x.var(axes, correction=correction, keepdim=True)
    else:
        running = (tensor(arguments[name]) for name in ("running_mean", "running_var"))
        mean, var = (_channels(value) for value in running)
    eps = arguments.get("eps", 1e-5)
    y = (x - mean) / ((var + eps).sqrt() if spread is None else spread(var, eps))
    y = y * _channels(gamma) if scaled else y
    return array(y + _channels(beta) if shifted else y)


def statistics(arguments: Arguments, correction: int = 1) -> tuple[Any, Any]:
    """Return the mean and variance of every channel of the batch."""
    x = tensor(arguments["x"])
    return x.mean(PER_CHANNEL), x.var(PER_CHANNEL, correction=correction)


def mixed(arguments: Arguments, share: float, mean: Any, var: Any) -> tuple[Array, Array]:
    """Return the running statistics moved towards new ones by a share."""
    old = (tensor(arguments[name]) for name in ("running_mean", "running_var"))
    moved = [(1 - share) * o + share * new for o, new in zip(old, (mean, var), strict=True)]
    return array(moved[0]), array(moved[1])


def gradient(
    arguments: Arguments,
    *,
    through_mean: bool = True,
    through_var: bool = True,
    correction: int = 0,
    scaled: bool = True,
    axes: tuple[int, ...] = PER_CHANNEL,
    eps: float | None = None,
) -> Array:
    """Return dx, of the whole rule or with some ways of influence left out."""
    dy, x, gamma = (tensor(arguments[name]) for name in ("dy", "x", "gamma"))
    eps = arguments.get("eps", 1e-5) if eps is None else eps
    x.requires_grad_()
    mean = x.mean(axes, keepdim=True)
    var = x.var(axes, correction=correction, keepdim=True)
    mean = mean if through_mean else mean.detach()
    var = var if through_var else var.detach()
    y = (x - mean) / (var + eps).sqrt()
    (y * _channels(gamma) if scaled else y).backward(dy)
    return array(x.grad)


def normal_form(arguments: Arguments, deviation: Any = None) -> Array:
    """Return the normalised x; `deviation` says otherwise what it is divided by, as in `spread`."""
    x, spread = tensor(arguments["x"]), deviation or (lambda var, eps: (var + eps).sqrt())
    mean, var = x.mean(PER_CHANNEL, keepdim=True), x.var(PER_CHANNEL, correction=0, keepdim=True)
    return array((x - mean) / spread(var, arguments.get("eps", 1e-5)))


def short_form(
    arguments: Arguments,
    *,
    deviation: Any = None,
    count: int | None = None,
    combine: Any = None,
    unbiased: bool = False,
) -> Array:
    """Return dx by the formula that autograd's steps simplify to, with one piece of it changed.

    Parameters
    ----------
    deviation
        What x is divided by, from the variance and eps.
    count
        By what sums are divided in place of the number of elements of a channel.
    combine
        How dx is put together from gamma, the deviation, dy, its mean, the normalised x, the mean
        of dy times that, and the number of elements.
    unbiased
        Divide the squares by one less than the number of elements.
    """
    dy, x, gamma = (tensor(arguments[name]) for name in ("dy", "x", "gamma"))
    spread = deviation or (lambda var, eps: (var + eps).sqrt())
    n = x.numel() // x.shape[1] if count is None else count
    mean = x.mean(PER_CHANNEL, keepdim=True)
    var = x.var(PER_CHANNEL, correction=int(unbiased), keepdim=True)
    s = spread(var, arguments.get("eps", 1e-5))
    normal = (x - mean) / s
    first, second = (each.sum(PER_CHANNEL, keepdim=True) / n for each in (dy, dy * normal))
    if combine is None:
        return array(_channels(gamma) / s * (dy - first - normal * second))
    return array(combine(_channels(gamma), s, dy, first, normal, second, n))


def _channels(vector: Any) -> Any:
    return vector[:, None, None]
