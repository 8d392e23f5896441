"""Graphics cards then and now, and how long AlexNet takes on them.

The numbers of both cards were compared with reviews and tables that quote NVIDIA's documents, not
with the documents themselves.
"""

from dataclasses import dataclass

from cnnlib.lessons.history.ilsvrc import CHALLENGE
from cnnlib.zoo import alexnet


@dataclass(frozen=True)
class GPU:
    """A graphics card.

    Attributes
    ----------
    name, year
        And when it was announced.
    cores
        Each does one multiply-add in float32 per clock cycle.
    clock
        In GHz.
    memory
        In GB.
    bandwidth
        From and to the memory, in GB/s.
    watts
        At full load.
    source
        Where these numbers are written.
    """

    name: str
    year: int
    cores: int
    clock: float
    memory: float
    bandwidth: float
    watts: int
    source: str

    @property
    def peak(self) -> float:
        """Floating-point operations per second at most, in float32: a multiply-add is two.

        Examples
        --------
        >>> f"{GTX_580.peak:.3g}"
        '1.58e+12'
        """
        return 2 * self.cores * self.clock * 1e9


#: What AlexNet was trained on: two of them, of the model with 3 GB.
GTX_580 = GPU(
    "GTX 580", 2010, 512, 1.544, 3, 192.4, 244,
    "NVIDIA, GeForce GTX 580, specifications; A. Krizhevsky, I. Sutskever and G. Hinton, NIPS 2012",
)  # fmt: skip
#: Its cores are compared; those for matrices of lower precision come on top.
H100 = GPU(
    "H100 SXM", 2022, 16_896, 1.98, 80, 3_350, 700,
    "NVIDIA, H100 Tensor Core GPU, datasheet and architecture whitepaper",
)  # fmt: skip

#: "90 cycles through the training set" on two cards, "five to six days": sections 5 and 1.
ALEXNET_EPOCHS = 90
ALEXNET_DAYS = 5.5
ALEXNET_CARDS = 2


def training_operations() -> float:
    """Return the floating-point operations that training AlexNet took, those of its layers.

    A multiply-add is two; a backward pass costs twice a forward pass: once for the weights, once
    for the inputs.
    """
    forward = 2 * alexnet("paper").summary().macs
    return float(3 * forward * CHALLENGE.training * ALEXNET_EPOCHS)
