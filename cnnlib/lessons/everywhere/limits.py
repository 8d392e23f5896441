"""Where networks fail: a photo that is changed so little that nobody sees it."""

from typing import TYPE_CHECKING

from cnnlib._late import F

if TYPE_CHECKING:
    from torch import Tensor, nn

#: How much a pixel may change, in steps of 255.
MOST = 2


def fooling(net: "nn.Module", x: "Tensor", most: int = MOST) -> "Tensor":
    """Return the change of an image, one step up the loss, that misleads a network.

    The fast gradient sign method: I. Goodfellow, J. Shlens and C. Szegedy, "Explaining and
    harnessing adversarial examples", ICLR 2015.

    Parameters
    ----------
    x
        (1, 3, H, W), as the network reads it: one step of 255 is 1/128.
    """
    pixels = x.clone().requires_grad_()
    scores = net(pixels)
    F.cross_entropy(scores, scores.argmax(1)).backward()  # type: ignore[no-untyped-call]
    assert pixels.grad is not None
    return most / 128 * pixels.grad.sign()
