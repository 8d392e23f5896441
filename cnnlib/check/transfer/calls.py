"""How the checks of `ps9_transfer` call what students write, and the models that they give."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from cnnlib._late import torch

Children = Sequence[Sequence[str]]


def named_model(children: Children) -> "torch.nn.Module":
    """Return a model with these children, by name and kind."""
    nn = torch.nn
    makers: Mapping[str, Callable[[], torch.nn.Module]] = {
        "conv": lambda: nn.Conv2d(2, 2, 1),
        "norm": lambda: nn.BatchNorm2d(2),
        "relu": nn.ReLU,
        "linear": lambda: nn.Linear(2, 2),
        "block": lambda: nn.Sequential(nn.Conv2d(2, 2, 1), nn.Sequential(nn.BatchNorm2d(2))),
    }
    return nn.Sequential(OrderedDict((name, makers[kind]()) for name, kind in children))


def call_freeze(
    function: Callable[..., Any], children: Children, name: str, frozen: Sequence[str]
) -> Any:
    """Let the student's function freeze a model; return what trains, and if it refused."""
    model = named_model(children)
    for each, child in model.named_children():
        child.requires_grad_(each not in frozen)
    refused = False
    try:
        function(model, name)
    except ValueError:
        refused = True
    return np.array([parameter.requires_grad for parameter in model.parameters()]), refused


def call_extract(
    function: Callable[..., Any],
    kind: str,
    weights: Mapping[str, Any],
    modes: Sequence[bool],
    x: Any,
    name: str,
) -> Any:
    """Give the student's function a model in a known mode; return the modes and hooks it left."""
    model = small_model(kind, weights)
    modules = list(model.modules())
    for module, mode in zip(modules, modes, strict=True):
        module.training = bool(mode)
    features = function(model, x, name)
    after = torch.tensor([module.training for module in modules], device=x.device)
    return features, after, sum(len(module._forward_hooks) for module in modules)


def call_text_cnn(
    function: Callable[..., Any],
    settings: Mapping[str, Any],
    weights: Mapping[str, Any],
    tokens: Any,
) -> Any:
    """Make the student's net in float64, load weights, and run it in both modes."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        model = function(**settings)
        model.load_state_dict({name: torch.as_tensor(value) for name, value in weights.items()})
        sentences = torch.as_tensor(tokens)
        model.eval()
        logits = model(sentences)
        logits.sum().backward()
        model.train()
        torch.manual_seed(0)
        with torch.no_grad():
            dropped = model(sentences)
        return tuple(
            each.detach().numpy() for each in (logits, model.embedding.weight.grad, dropped)
        )
    finally:
        torch.set_default_dtype(before)


def small_model(kind: str, weights: Mapping[str, Any]) -> "torch.nn.Module":
    """Return a module with the given weights, on their device and in their dtype."""
    given = {name: torch.as_tensor(value) for name, value in weights.items()}
    one = given["conv1.weight"]
    model = (_plain() if kind == "plain" else _skip()).to(device=one.device, dtype=one.dtype)
    model.load_state_dict(given, strict=False)  # the number of batches seen is not given
    return model


def _plain() -> "torch.nn.Module":
    nn = torch.nn
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(2, 4, 3, padding=1),
            norm=nn.BatchNorm2d(4),
            relu1=nn.ReLU(),
            pool=nn.MaxPool2d(2),
            drop=nn.Dropout(0.5),
            conv2=nn.Conv2d(4, 4, 3, padding=1),
            relu2=nn.ReLU(inplace=True),
            flat=nn.Flatten(),
            head=nn.Linear(4 * 3 * 4, 3),
        )
    )


def _skip() -> "torch.nn.Module":
    nn = torch.nn

    # In a function: a class must have its base, and so PyTorch, when it is made.
    class Skip(nn.Module):
        """Its layers are not written down in the order in which they compute."""

        def __init__(self) -> None:
            super().__init__()
            self.head = nn.Linear(4 * 6 * 8, 3)
            self.conv2 = nn.Conv2d(4, 4, 3, padding=1)
            self.conv1 = nn.Conv2d(2, 4, 3, padding=1)
            self.norm = nn.BatchNorm2d(4)
            self.relu = nn.ReLU(inplace=True)
            self.add = nn.Identity()
            self.flat = nn.Flatten()

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            x = self.relu(self.norm(self.conv1(x)))
            x = self.relu(self.add(self.conv2(x) + x))
            return self.head(self.flat(x))  # type: ignore[no-any-return]

    return Skip()
