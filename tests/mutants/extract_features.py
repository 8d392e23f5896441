"""Solutions of `extract_features`."""

import torch
from mutants import spoil, wrong


def hook(model, x, name):
    """A hook that keeps a copy."""
    kept = []
    handle = model.get_submodule(name).register_forward_hook(
        lambda module, inputs, output: kept.append(output.detach().clone())
    )
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            model(x)
    finally:
        handle.remove()
        for module, mode in modes:
            module.training = mode
    return kept[0]


def stop_early(model, x, name):
    """A hook that stops the model behind the layer."""

    class Found(Exception):
        pass

    def stop(module, inputs, output):
        raise Found(output)

    modes = {module: module.training for module in model.modules()}
    handle = dict(model.named_modules())[name].register_forward_hook(stop)
    try:
        with torch.inference_mode():
            model.eval()
            model(x)
    except Found as found:
        return found.args[0].clone()
    finally:
        handle.remove()
        for module, mode in modes.items():
            module.training = mode


def copied(model, x, name):
    """A copy of the model may be changed at will."""
    import copy

    own, kept = copy.deepcopy(model).eval(), {}
    own.get_submodule(name).register_forward_hook(lambda m, i, y: kept.update(y=y.clone()))
    with torch.no_grad():
        own(x)
    return kept["y"]


def with_gradients(model, x, name):
    """Everything is right but no_grad."""
    kept = []
    handle = model.get_submodule(name).register_forward_hook(
        lambda module, inputs, output: kept.append(output.clone())
    )
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    model(x)
    handle.remove()
    for module, mode in modes:
        module.training = mode
    return kept[0]


RIGHT = (hook, stop_early, copied)
RESTORE = "            module.training = mode"
KEEP = "output.detach().clone()"
WRONG = (
    spoil(hook, "no copy", KEEP, "output", "the features are taken after the ReLU"),
    spoil(hook, "no evaluation mode", "model.eval()", "pass",
          "batch normalisation is in training mode"),
    spoil(hook, "never back", RESTORE, "            pass", "the model is left in evaluation mode"),
    spoil(hook, "always training", RESTORE, "            model.train()",
          "the model is left in training mode"),
    spoil(hook, "one mode for all", RESTORE, "            model.train(modes[0][1])",
          "every layer gets the mode of the whole model",
          also=("the model is left in training mode",)),
    spoil(hook, "hook stays", "handle.remove()", "pass", "the hook is never removed"),
    wrong("gradients", with_gradients, "a tensor that still requires grad"),
    spoil(hook, "input", KEEP, "inputs[0].clone()",
          "the features of the layer before, not of the named one"),
    spoil(hook, "output of all", "return kept[0]",
          "model.eval()\n    with torch.no_grad():\n        y = model(x)\n"
          "    for module, mode in modes:\n        module.training = mode\n    return y",
          "the output of the whole model, not the layer's"),
    spoil(hook, "flat", KEEP, KEEP + ".flatten(1)", "the features are flattened"),
    spoil(hook, "averaged", KEEP, "output.mean((2, 3)) if output.ndim == 4 else output.clone()",
          "the features are averaged over positions"),
    spoil(hook, "first image", "return kept[0]", "return kept[0][:1]",
          "only the first image has features"),
    spoil(hook, "numpy", "return kept[0]", "return kept[0].numpy()", "expected a PyTorch tensor"),
    spoil(hook, "a list", "return kept[0]", "return kept", "is list"),
    spoil(hook, "changes x", "    kept = []", "    kept = []\n    x *= 2"),
)  # fmt: skip


def children(model, x, name):
    """Layer after layer: right only where the model is a plain sequence."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        for each, child in model.named_children():
            x = child(x)
            if each == name:
                break
    for module, mode in modes:
        module.training = mode
    return x.clone()


WRONG += (
    spoil(children, "layer after layer", "x.clone()", "x.clone()", "your function raised"),
    spoil(children, "stops before",
          "x = child(x)\n            if each == name:\n                break",
          "if each == name:\n                break\n            x = child(x)",
          also=("the features of the layer before, not of the named one",)),
)  # fmt: skip
