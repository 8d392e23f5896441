"""Which answers are equally right, and what the adapters hand on."""

import numpy as np
import pytest
import torch
from mutants import modules

from cnnlib import check
from cnnlib.check import CHECKS
from cnnlib.check.engine.observe import Observation, observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report
from cnnlib.check.transfer.calls import small_model
from cnnlib.check.transfer.models import PLAIN, SKIP, outputs, weights_for


def judged(name, part, values_of, types=("Tensor",)):
    referee = Referee(CHECKS[name], part, "visible", device="cpu")
    return referee.verdict([Observation(values_of(case), types) for case in referee.cases])


def order(case):
    query, bank = case.arguments["query"], case.arguments["bank"]
    return ((query[:, None] - bank) ** 2).sum(2).argsort(axis=1, kind="stable")


def test_of_equally_near_vectors_any_may_come_first():
    def backwards(case):
        last = len(case.arguments["bank"]) - 1
        turned = case.arguments["bank"][::-1]
        distances = ((case.arguments["query"][:, None] - turned) ** 2).sum(2)
        found = last - distances.argsort(axis=1, kind="stable")
        return (found[:, : case.arguments["k"]],)

    case = next(c for c in check.nearest.draw("nearest", "visible") if c.name == "ties")
    assert (backwards(case)[0] != order(case)[:, : case.arguments["k"]]).any()
    assert judged("nearest", "nearest", backwards).passed


def test_the_same_neighbour_twice_is_wrong_even_where_two_are_equally_near():
    def repeated(case):
        found = order(case)[:, : case.arguments["k"]]
        if case.name == "ties":
            found[:, 1] = found[:, 0]
        return (found,)

    failures = judged("nearest", "nearest", repeated).failures
    assert [failure.case.name for failure in failures] == ["ties"]


@pytest.mark.parametrize("value", [-1, 10**6, 2**62, 0.5, np.nan, np.inf])
def test_what_is_no_place_in_the_bank_is_wrong_and_breaks_nothing(value):
    def forged(case):
        return (np.full((len(case.arguments["query"]), case.arguments["k"]), value),)

    assert len(judged("nearest", "nearest", forged).failures) == 8


@pytest.mark.parametrize(("kind", "names"), [("plain", PLAIN), ("skip", SKIP)])
def test_the_functional_reference_is_what_the_modules_compute(kind, names):
    rng = np.random.default_rng(0)
    weights = weights_for(kind, rng, "float64")
    x = rng.standard_normal((2, 2, 6, 8))
    expected = outputs(kind, weights, x)
    model = small_model(kind, weights).eval()
    np.testing.assert_allclose(model(torch.from_numpy(x)).detach(), expected["head"], rtol=1e-12)
    assert list(expected) == list(names)


def test_modes_that_are_left_are_named_in_a_report():
    def forgets(model, x, name):
        kept = []
        handle = model.get_submodule(name).register_forward_hook(
            lambda module, inputs, y: kept.append(y.detach().clone())
        )
        model.eval()(x)
        handle.remove()
        return kept[0]

    referee = Referee(check.extract_features, "mode", "visible", device="cpu")
    seen = [observe(check.extract_features.form, forgets, case) for case in referee.cases]
    text = str(Report(referee.verdict(seen)))
    assert "the model is left in evaluation mode" in text
    assert "values of mode are wrong" in text


def test_dropout_may_fall_anywhere_but_must_scale():
    textcnn = modules()["TextCNN"]
    for model in textcnn.RIGHT:
        referee = Referee(check.TextCNN, "dropout", "visible")
        seen = [observe(check.TextCNN.form, model, case) for case in referee.cases]
        assert referee.verdict(seen).passed
        # Two right solutions drop other features: what is compared is the scale.
        scales = [referee.settled(i, each.values)[2] for i, each in enumerate(seen)]
        np.testing.assert_allclose(scales, [2, 4 / 3], atol=1e-6)


def test_making_a_text_net_leaves_the_default_dtype_as_it_was():
    case = check.TextCNN.draw("forward", "visible")[0]
    seen = observe(check.TextCNN.form, lambda **settings: 1 / 0, case)
    assert seen.error.startswith("ZeroDivisionError")
    assert torch.get_default_dtype() is torch.float32
