"""Solutions of `effective_field`."""

import torch
from mutants import spoil, wrong


def backward(model, shape):
    """The gradient in x.grad."""
    x = torch.randn(shape, requires_grad=True)
    y = model(x)
    y[:, :, y.shape[2] // 2, y.shape[3] // 2].sum().backward()
    return x.grad.abs().sum(dim=1).mean(dim=0).numpy()


def grad(model, shape):
    """torch.autograd.grad."""
    x = torch.randn(*shape).requires_grad_()
    y = model(x)
    row, column = (n // 2 for n in y.shape[-2:])
    (gradient,) = torch.autograd.grad(y[..., row, column].sum(), x)
    return gradient.abs().sum(1).mean(0).detach().numpy()


def seed_gradient(model, shape):
    """A gradient that is one at the centre and zero elsewhere."""
    x = torch.randn(shape)
    x.requires_grad = True
    y = model(x)
    dy = torch.zeros_like(y)
    dy[:, :, y.shape[2] // 2, y.shape[3] // 2] = 1
    y.backward(dy)
    return (x.grad.abs().sum((0, 1)) / shape[0]).numpy()


def image_by_image(model, shape):
    """One image at a time."""
    images = torch.randn(shape)
    total = torch.zeros(shape[2:])
    for image in images:
        x = image[None].clone().requires_grad_()
        y = model(x)
        y[0, :, y.shape[2] // 2, y.shape[3] // 2].sum().backward()
        total += x.grad[0].abs().sum(0)
    return (total / len(images)).numpy()


def functional(model, shape):
    """torch.func."""

    def centre(x):
        y = model(x)
        return y[:, :, y.shape[2] // 2, y.shape[3] // 2].sum()

    return torch.func.grad(centre)(torch.randn(shape)).abs().sum(1).mean(0).detach().numpy()


RIGHT = (backward, grad, seed_gradient, image_by_image, functional)


def measured_elsewhere(model, shape):
    """Ask the library."""
    from cnnlib.receptive_field import measure

    return measure(model, shape[1:]).effective


CENTRE = "y[:, :, y.shape[2] // 2, y.shape[3] // 2]"
MERGED = "x.grad.abs().sum(dim=1).mean(dim=0)"
WRONG = (
    spoil(backward, "corner", CENTRE, "y[:, :, 0, 0]",
          "the field of a corner unit, not of the centre"),
    spoil(backward, "last corner", CENTRE, "y[:, :, -1, -1]",
          "the field of a corner unit, not of the centre"),
    spoil(backward, "before the centre", CENTRE,
          "y[:, :, (y.shape[2] - 1) // 2, (y.shape[3] - 1) // 2]",
          "the field of the unit before the centre"),
    spoil(backward, "centre of the image", CENTRE,
          "y[:, :, min(shape[2] // 2, y.shape[2] - 1), min(shape[3] // 2, y.shape[3] - 1)]",
          also=("the field of a corner unit, not of the centre",)),
    spoil(backward, "height twice", "y.shape[3] // 2", "y.shape[2] // 2",
          "height and width of the centre are mixed up"),
    spoil(backward, "everything", CENTRE, "y", "the gradient of all outputs, not of one unit"),
    spoil(backward, "first output", CENTRE, CENTRE.replace(":, :", ":, 0"),
          "only one output channel is read"),
    spoil(backward, "signed", MERGED, "x.grad.sum(dim=1).mean(dim=0)",
          "the absolute values are missing"),
    spoil(backward, "late", MERGED, "x.grad.sum(dim=1).mean(dim=0).abs()",
          "absolute values are taken too late"),
    spoil(backward, "after channels", MERGED, "x.grad.sum(dim=1).abs().mean(dim=0)",
          "absolute values are taken too late"),
    spoil(backward, "after images", MERGED, "x.grad.mean(dim=0).abs().sum(dim=0)",
          "absolute values are taken too late"),
    spoil(backward, "squares", "x.grad.abs()", "x.grad.square()",
          "squares instead of absolute values"),
    spoil(backward, "norm", MERGED, "x.grad.norm(dim=1).mean(dim=0)",
          "squares instead of absolute values"),
    spoil(backward, "summed", "mean(dim=0)", "sum(dim=0)",
          "the sum over images, not their average"),
    spoil(backward, "one image", ".mean(dim=0)", "[0]", "only the first image counts"),
    spoil(backward, "average of colours", ".sum(dim=1)", ".mean(dim=1)",
          "the average over colour channels, not their sum"),
    spoil(backward, "first colour", ".sum(dim=1)", "[:, 0]",
          "only the first colour channel counts"),
    spoil(backward, "largest colour", ".sum(dim=1)", ".amax(dim=1)",
          "the largest colour channel, not the sum over channels"),
    spoil(backward, "scaled", "return " + MERGED + ".numpy()",
          "found = " + MERGED + "\n    return (found / found.max()).numpy()",
          "the field is scaled"),
    spoil(backward, "ones", "torch.randn(shape", "torch.ones(shape"),
    spoil(backward, "of an image of its own", "    y = model(x)",
          "    x = x.detach(); y = model(x)", "has no attribute"),
    spoil(backward, "every image", MERGED, "x.grad.abs().sum(dim=1)", "expected (7, 6)"),
    spoil(backward, "a tensor", ".numpy()", "", "your result is Tensor"),
    wrong("asks the library", measured_elsewhere, "cnnlib, line 3 of measured_elsewhere"),
)  # fmt: skip
