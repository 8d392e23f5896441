"""Solutions of `freeze_until`."""

from mutants import spoil


def flag(model, name):
    """A flag that flips behind the named child."""
    names = [each for each, _ in model.named_children()]
    if name not in names:
        raise ValueError(f"no layer {name!r}; there are {names}")
    frozen = True
    for each, child in model.named_children():
        for parameter in child.parameters():
            parameter.requires_grad = not frozen
        if each == name:
            frozen = False


def by_index(model, name):
    """The place of the name."""
    children = dict(model.named_children())
    place = list(children).index(name)  # raises ValueError by itself
    for i, child in enumerate(children.values()):
        child.requires_grad_(i > place)
    return model


def by_parameter_name(model, name):
    """The first part of each parameter's name."""
    order = [each for each, _ in model.named_children()]
    if name not in order:
        raise ValueError(name)
    late = set(order[order.index(name) + 1 :])
    for path, parameter in model.named_parameters():
        parameter.requires_grad_(path.split(".")[0] in late)


RIGHT = (flag, by_index, by_parameter_name)
SET = "parameter.requires_grad = not frozen"
REFUSE = 'raise ValueError(f"no layer {name!r}; there are {names}")'
WRONG = (
    spoil(flag, "nothing", SET, "parameter.requires_grad = True", "nothing is frozen"),
    spoil(flag, "everything", SET, "parameter.requires_grad = False", "everything is frozen"),
    spoil(flag, "wrong side", SET, "parameter.requires_grad = frozen", "the wrong side is frozen"),
    spoil(flag, "named one excluded", "    for each, child in model.named_children():\n",
          "    for each, child in model.named_children():\n"
          "        frozen = frozen and each != name\n", "the named layer itself still trains"),
    spoil(flag, "one too many", "        if each == name:\n            frozen = False",
          "        frozen = frozen and names.index(each) <= names.index(name)",
          "the layer after the named one is frozen, too"),
    spoil(flag, "only freezes", SET, "parameter.requires_grad &= not frozen",
          "layers after the named one stay frozen if they were frozen before"),
    spoil(flag, "only the named one", SET, "parameter.requires_grad = each != name",
          "only the named layer is frozen"),
    spoil(flag, "no biases", "in child.parameters():",
          "in [p for n, p in child.named_parameters() if 'bias' not in n or not frozen]:",
          "biases still train"),
    spoil(flag, "not inside blocks", SET, "parameter.requires_grad = True\n"
          "        for parameter in child.parameters(recurse=False):\n            " + SET,
          "layers inside of blocks still train"),
    spoil(flag, "begins alike", "        if each == name:\n            frozen = False",
          "        frozen = any(n.startswith(name) for n in names[names.index(each) + 1:])",
          "other names that merely start with the given one match, too",
          also=("an unknown name freezes something before it is refused",)),
    spoil(flag, "silent", REFUSE, "return", "an unknown name is accepted silently"),
    spoil(flag, "all by mistake", REFUSE, "pass", "an unknown name is accepted silently"),
    spoil(flag, "refuses too late", REFUSE, "model.requires_grad_(False); " + REFUSE,
          "an unknown name freezes something before it is refused"),
    spoil(flag, "another error", REFUSE, "raise KeyError(name)", "raised KeyError"),
    spoil(flag, "norm in evaluation mode only", SET, "child.eval()", "nothing is frozen",
          also=("an unknown name freezes something before it is refused",)),
)  # fmt: skip
