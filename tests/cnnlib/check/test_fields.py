"""What a net sees and costs: PyTorch's answers are those of `cnnlib`; forged nets are refused."""

import numpy as np
import pytest

from cnnlib import check, zoo
from cnnlib.check import CHECKS
from cnnlib.check.engine.observe import Observation
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report
from cnnlib.check.fields.alexnet import paper_layers
from cnnlib.check.fields.calls import ROWS, to_table
from cnnlib.check.fields.nets import conv, costs, field, flatten, linear, parameters
from cnnlib.check.fields.reference import measured, model
from cnnlib.check.fields.table import summarise
from cnnlib.receptive_field import measure

SEEDS = range(3)


def cases(name):
    return [
        case
        for seed in SEEDS
        for part in CHECKS[name].parts
        for which in ("visible", "hidden")
        for case in CHECKS[name].draw(part, which, seed)
    ]


def test_measured_fields_are_those_that_the_library_computes():
    for case in cases("receptive_field"):
        layers = [{**layer, "in_channels": 4} for layer in case.arguments["layers"]]
        layers = [{**a, "out_channels": 4} if a["kind"] == "conv" else a for a in layers]
        layers = [a if a["kind"] == "conv" else without(a, "in_channels") for a in layers]
        # Large enough for every layer of the deepest random net.
        summary = summarise(to_table(layers), (4, 5000, 5000))
        size, jump, start = field(layers)
        if not layers:
            assert (size, jump, start) == (1, 1, 0)
            continue
        seen = summary.rows[-1].field
        assert (seen.size[0], seen.stride[0], seen.offset[0]) == (size, jump, start), case.name


def without(layer, name):
    return {key: value for key, value in layer.items() if key != name}


def test_counts_are_those_that_the_library_computes():
    for case in cases("count_macs"):
        spec, shape = case.arguments["spec"], case.arguments["shape"]
        summary = summarise(to_table(spec), shape)
        assert summary is not None, f"{case.name}: its layers do not fit together"
        assert summary.parameters == parameters(spec)
        assert summary.macs == sum(products for products, *_ in costs(spec, shape))


@pytest.mark.parametrize(
    ("groups", "variant", "total"), [(1, "single", 62_378_344), (2, "paper", 60_965_224)]
)
def test_alexnet_has_the_parameters_of_the_zoo(groups, variant, total):
    layers = paper_layers(groups)
    assert parameters(layers) == zoo.alexnet(variant).summary().parameters == total
    assert summarise(to_table(layers), (3, 227, 227)).macs == zoo.alexnet(variant).summary().macs


def test_the_effective_field_is_the_library_s():
    case = CHECKS["effective_field"].draw("linear", "visible")[1]
    net = model(case.arguments["layers"], case.arguments["weights"]).float()
    ours = measured(case.arguments)
    theirs = measure(net, case.arguments["shape"][1:]).effective
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def test_images_are_the_same_whatever_was_drawn_before():
    import torch

    def grad(net, shape):
        x = torch.randn(shape, requires_grad=True)
        y = net(x)
        y[:, :, y.shape[2] // 2, y.shape[3] // 2].sum().backward()
        return x.grad.abs().sum(1).mean(0).numpy()

    torch.manual_seed(123)
    before = torch.get_default_dtype()
    check.effective_field(grad, "relu")
    assert torch.get_default_dtype() is before


def judge_table(name, part, table):
    referee = Referee(CHECKS[name], part, "hidden")
    results = len(CHECKS[name].results)
    seen = Observation(values=(table,) * results, types=("ndarray",) * results)
    return referee.verdict([seen])


@pytest.mark.parametrize(("name", "part"), [("design", "roomy"), ("alexnet", "single")])
@pytest.mark.parametrize(
    "table",
    [
        np.full((ROWS, 9), np.nan),
        np.full((ROWS, 9), -1),
        np.full((ROWS, 9), 2**62),
        np.full((ROWS, 9), 100_000),
        np.ones((ROWS, 9), dtype=bool),
        np.zeros((ROWS, 9)),
        np.where(np.arange(9) == 0, 1.5, np.nan) * np.ones((ROWS, 1)),
        np.tile(np.array([1, 3, 3, 100_000, 1, 100_000, 1, 1, 1]), (ROWS, 1)),
    ],
    ids=["nan", "negative", "huge", "large", "boolean", "empty", "half", "wide"],
)
def test_forged_tables_fail_and_break_nothing(name, part, table):
    assert not judge_table(name, part, table).passed


def test_layers_that_do_not_fit_together_have_no_summary():
    assert summarise(to_table([conv(3, 8, 3), conv(4, 8, 3)]), (3, 9, 9)) is None
    assert summarise(to_table([conv(3, 8, 3), flatten(), linear(7, 2)]), (3, 9, 9)) is None
    assert summarise(to_table([conv(3, 8, 11)]), (3, 9, 9)) is None


def test_the_report_prints_a_net_one_layer_a_line():
    referee = Referee(check.receptive_field, "size", "visible")
    seen = [
        Observation(values=tuple(np.asarray(i) for i in (7, 1, 0)), types=("int",) * 3)
        for _ in referee.cases
    ]
    text = str(Report(referee.verdict(seen)))
    assert "size is 7; expected 5" in text
    assert "layers=[\n    {'kind': 'conv', 'in_channels': 3," in text
