"""The network explorer computes what PyTorch computes, and leads from a layer to its products."""

import json
import random
import re

import numpy as np
import pytest
import torch
from explorers import middle, model, settle
from explorers import page as explorer_page
from lab import visit
from playwright.sync_api import expect

from cnnlib.data import digits
from cnnlib.explore import Network
from cnnlib.explore._bundle import bundle
from cnnlib.explore.network import enlarge
from cnnlib.explore.network_program import CannotShow, program
from cnnlib.spec import (
    ELU,
    GELU,
    LRN,
    SELU,
    AdaptiveAvgPool,
    Add,
    AvgPool,
    BatchNorm,
    Channels,
    Concat,
    Conv,
    ConvTranspose,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Hardtanh,
    Identity,
    LeakyReLU,
    Linear,
    LPPool,
    MaxPool,
    PReLU,
    ReLU,
    ReLU6,
    Residual,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    SpecError,
    Tanh,
)
from cnnlib.zoo import lenet5

ACTIVATIONS = (
    ReLU(), ReLU6(), LeakyReLU(0.1), PReLU(), ELU(0.7), SELU(), GELU(), SiLU(), Sigmoid(), Tanh(),
    Softplus(), Softsign(), Hardtanh(),
)  # fmt: skip
NETS, INPUTS = 400, 25  # 10,000 forward passes


def random_layer(rng, channels):
    """Draw a layer that any map of so many channels may meet."""
    size, groups = rng.choice([1, 2, 3, 5]), rng.choice([1, channels])
    padding = rng.choice([0, 1, (1, 0), ((0, 1), (2, 0))])
    kernel = (size, rng.choice([1, 2, 3]))
    return rng.choice(
        (
            Conv(groups * rng.randint(1, 2), kernel, stride=rng.choice([1, 2, (1, 2)]),
                 padding=padding, dilation=rng.choice([1, 2]), groups=groups,
                 bias=rng.random() < 0.7),
            Conv(rng.randint(1, 4), 1),
            Conv(2, 3, padding=1, connections=((0,), tuple(range(channels)))),
            MaxPool(rng.choice([2, 3]), rng.choice([1, 2]), padding=rng.choice([0, 1]),
                    ceil_mode=rng.random() < 0.3),
            AvgPool(rng.choice([2, 3]), rng.choice([None, 1, 2]), padding=rng.choice([0, 1]),
                    ceil_mode=rng.random() < 0.3, count_include_pad=rng.random() < 0.5),
            AdaptiveAvgPool(rng.choice([2, 3])),
            BatchNorm(affine=rng.random() < 0.7),
            PReLU(channels),
            LRN(rng.choice([2, 3, 5]), 0.5, 0.75, 1.5),
            Softmax(),
            Dropout(),
            Residual(Conv(channels, 3, padding=1), ReLU()),
            Residual(Conv(channels, 1), shortcut=BatchNorm()),
            Add(Identity(), Conv(channels, 3, padding=1)),
            Concat(Conv(2, 1), Sequential(Conv(1, 3, padding=1), Tanh())),
            Channels(0, rng.randint(1, channels)),
            rng.choice(ACTIVATIONS),
        )
    )  # fmt: skip


def random_net(rng):
    """Draw layer after layer, and leave out what does not fit."""
    shape = start = (rng.randint(1, 3), rng.randint(6, 10), rng.randint(6, 10))
    layers = []
    while len(layers) < rng.randint(2, 6):
        layer = random_layer(rng, shape[0])
        try:
            shape = Sequential(layer).output_shape(shape)
        except (SpecError, ValueError):
            continue
        layers.append(layer)
    dense = Flatten(), Linear(rng.randint(2, 6)), rng.choice(ACTIVATIONS), Linear(3)
    head = rng.choice([(), dense,
                       (GlobalAvgPool(), Flatten(), BatchNorm(), Linear(4), Softmax()),
                       (GlobalMaxPool(),)])  # fmt: skip
    return Sequential(*layers, *head, input_shape=start)


def module_of(net, seed):
    """Build a network whose batch normalisations have seen something."""
    torch.manual_seed(seed)
    module = net.to_torch().double()
    for part in module.modules():
        if isinstance(part, torch.nn.modules.batchnorm._BatchNorm):
            part.running_mean.normal_()
            part.running_var.uniform_(0.5, 2)
    # As the page has them: weights travel as float32.
    return module.float().double().eval()


@pytest.fixture(scope="module")
def computed(browser):
    """Run programs on inputs in the page; give the values of every step."""
    from cnnlib.explore import network

    module = bundle(network.__file__).replace("export default { render };", "")
    with visit(browser) as found:
        found.page.set_content(
            f'<script type="module">{module}\n'
            "window.all = (cases) => JSON.stringify(JSON.parse(cases).map(([program, images]) => {"
            " const steps = prepare(program);"
            " return images.map((image, i) => run(steps, image).map((step, at) =>"
            " (i === 0 || at === steps.length - 1 ? [...step] : []))); }));"
            "window.explained = (cases) => JSON.stringify(JSON.parse(cases).map("
            "([program, image, units]) => { const steps = prepare(program);"
            " const values = run(steps, image);"
            " return units.map(([at, index]) => explain(steps, values, at, index)); }));</script>"
        )
        found.page.wait_for_function("window.explained !== undefined")

        def call(name, cases):
            return json.loads(
                found.page.evaluate(f"cases => window.{name}(cases)", json.dumps(cases))
            )

        yield call


def outputs(module, steps, x):
    """Return what each step of a program gives in PyTorch, by path."""
    found = {}
    hooks = [
        part.register_forward_hook(lambda _m, _i, y, path=path: found.update({path: y}))
        for path, part in module.named_modules()
    ]
    with torch.no_grad():
        module(x)
    for hook in hooks:
        hook.remove()
    return [x if step["op"] == "input" else found[step["name"]] for step in steps]


def close(ours, theirs):
    return ours == pytest.approx(theirs, rel=1e-5, abs=1e-5)


def test_every_activation_of_random_networks_is_that_of_pytorch(computed):
    rng = random.Random(10)
    kinds = set()
    for batch in range(0, NETS, 50):
        cases, expected = [], []
        for number in range(batch, batch + 50):
            net = random_net(rng)
            module = module_of(net, number)
            x = torch.rand(INPUTS, *net.input_shape, dtype=torch.float64)
            steps = program(net, net.input_shape, module)
            kinds |= {step.get("how", step["op"]) for step in steps}
            cases.append((steps, x.flatten(1).tolist()))
            expected.append([each.flatten(1).numpy() for each in outputs(module, steps, x)])
        for found, wanted in zip(computed("all", cases), expected, strict=True):
            for step, values in enumerate(wanted):  # all steps for one image, the last for all
                images = found if step == len(wanted) - 1 else found[:1]
                ours = np.array([image[step] for image in images])
                assert np.allclose(ours, values[: len(images)], rtol=1e-5, atol=1e-5)
    assert kinds >= {type(each).__name__ for each in ACTIVATIONS}
    assert kinds >= {"conv", "linear", "max", "avg", "adaptive", "norm", "softmax", "lrn", "add",
                     "concat", "channels", "copy"}  # fmt: skip


def test_what_makes_a_unit_adds_up_to_it(computed):
    rng = random.Random(11)
    cases = []
    for number in range(150):
        net = random_net(rng)
        steps = program(net, net.input_shape, module_of(net, number))
        units = [(at, rng.randrange(int(np.prod(step["shape"])))) for at, step in enumerate(steps)]
        image = torch.rand(net.input_shape, dtype=torch.float64).flatten().tolist()
        cases.append((steps, image, units))
    hows = set()
    for (steps, _, units), found in zip(cases, computed("explained", cases), strict=True):
        for (at, _), made in zip(units, found, strict=True):
            hows.add(made["how"])
            if made["how"] == "products":
                for part in made["parts"]:
                    assert part["sum"] == pytest.approx(sum(part["p"]))
                    assert len(part["x"]) == len(part["w"]) == len(part["p"])
                total = sum(part["sum"] for part in made["parts"]) + (made["bias"] or 0)
                assert close(made["value"], total), steps[at]
            elif made["how"] == "largest":
                (part,) = made["parts"]
                assert made["value"] == max(x for x in part["x"] if x is not None)
                assert part["x"][part["winner"]] == made["value"]
            elif made["how"] == "sum":
                assert close(made["value"], sum(term["value"] for term in made["terms"]))
            elif made["how"] == "share":
                assert close(made["value"], np.exp(made["before"]) / made["sum"])
    assert hows == {"products", "largest", "function", "share", "sum", "one"}


TINY = Sequential(
    Conv(2, 3, padding=1, name="edges"), ReLU(), MaxPool(2), Flatten(), Linear(10, name="scores"),
    Softmax(), name="tiny", input_shape=(1, 8, 8),
)  # fmt: skip


@pytest.fixture
def tiny(browser, tmp_path):
    """A small network in a page of its own, and the same in PyTorch."""
    torch.manual_seed(3)
    module = TINY.to_torch().eval()
    file = tmp_path / "page.html"
    file.write_text(explorer_page(Network(TINY, module)))
    settings = {"permissions": ["clipboard-read", "clipboard-write"], "reduced_motion": "reduce"}
    with visit(browser, **settings) as found:
        found.page.goto(file.as_uri())
        expect(found.page.get_by_role("img").first).to_be_visible()
        settle(found.page)
        yield found.page, module
        assert found.complaints == found.elsewhere == []


def test_a_click_leads_from_a_layer_to_a_map_to_a_unit(tiny):
    page, module = tiny
    page.mouse.click(*middle(page.locator("[role=img] text", has_text="flatten").first))
    assert model(page, "layer") == 4
    page.mouse.click(*middle(page.locator("[role=img] text", has_text="conv 3×3").first))
    assert model(page, "layer") == 1
    page.get_by_role("slider", name="Map", exact=True).press("End")
    assert model(page, "map") == 1
    unit = page.get_by_role("slider", name="Unit")
    unit.press("Home")
    x, y = middle(unit)
    side = unit.bounding_box()["width"]
    page.mouse.click(x + 3 * side, y + 4 * side)
    assert model(page, "unit") == 4 * 8 + 3
    image = torch.tensor(model(page, "images")[0]).view(1, 1, 8, 8)
    expected = module[0](image)[0, 1, 4, 3].item()
    said = page.locator(".explore-formula").inner_text()
    assert float(said.split("= ")[1].replace("−", "-")) == pytest.approx(expected, abs=0.006)
    weights = page.locator("[role=img] .explore-number").all_text_contents()[9:18]
    assert [float(each.replace("−", "-")) for each in weights] == pytest.approx(
        module[0].weight[1, 0].flatten().tolist(), abs=0.006
    )
    # Over a unit: what makes it, as long as the pointer stays.
    page.mouse.move(x + 5 * side, y + 4 * side)
    expect(page.get_by_role("img")).to_have_attribute("aria-label", re.compile("Unit 38 of 64"))
    page.mouse.move(5, 5)
    expect(page.get_by_role("img")).to_have_attribute("aria-label", re.compile("Unit 36 of 64"))
    # The next layer is a function of that unit: its curve is drawn.
    page.get_by_role("slider", name="Layer").press("ArrowRight")
    assert model(page, "layer") == 2
    assert page.locator(".explore-formula").inner_text().startswith("ReLU(")
    assert page.locator("path.explore-mean").count() == 1


def test_it_answers_to_what_somebody_draws(tiny):
    page, module = tiny
    page.get_by_role("button", name="Draw your own").click()
    assert model(page, "layer") == 0
    assert set(model(page, "ink")) == {0}
    box = page.locator("rect.explore-edge.explore-input").last.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 20, steps=8)
    page.mouse.up()
    ink = torch.tensor(model(page, "ink")).view(1, 1, 8, 8)
    assert ink.max() == 1
    assert ink[..., :2].max() == 0
    with torch.no_grad():
        first = module(ink.float()).argmax().item()
    assert page.locator(".explore-answer b").inner_text() == str(first)
    page.get_by_role("button", name="Back to the digit").click()
    assert model(page, "ink") == []


def test_what_is_copied_builds_the_network(tiny):
    page, _ = tiny
    page.get_by_role("button", name="Copy as PyTorch").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    *before, last = page.evaluate("navigator.clipboard.readText()").split("; ")
    names = {}
    exec("; ".join(before), names)
    assert eval(last, names).shape == (1, 10)


def test_it_is_trained_on_the_digits_or_loaded():
    explorer = Network(TINY, epochs=3)
    images, labels = digits("test")
    assert [str(label) for label in range(10)] == explorer.labels
    module = TINY.to_torch()
    state = module.state_dict()
    loaded, again = Network(TINY, state), Network(TINY, module)
    assert loaded.program == again.program != explorer.program
    large = enlarge(images[:3], (1, 32, 32))
    old = Network(lenet5("1998"), lenet5("1998").to_torch(), images=large, labels=labels[:3])
    assert old.labels == ["5", "1", "7"]
    assert len(old.program) == len(lenet5("1998").layers) + 1


@pytest.mark.parametrize(
    ("net", "given", "words"),
    [
        (
            Sequential(ConvTranspose(2, 2), input_shape=(1, 8, 8)),
            {},
            "cannot compute 0: ConvTranspose",
        ),
        (Sequential(LPPool(2, 2), input_shape=(1, 8, 8)), {}, "cannot compute 0: LPPool(2, 2)"),
        (Sequential(Linear(3), input_shape=(4,)), {}, "reads a vector of 4"),
        (
            Sequential(Flatten(), Linear(9000), input_shape=(1, 8, 8)),
            {},
            "585,000 parameters; the page",
        ),
        (
            Sequential(Conv(90, 9, padding=4), input_shape=(1, 60, 60)),
            {},
            "26,244,000 multiply-adds",
        ),
        (Sequential(Conv(2, 3), input_shape=(3, 8, 8)), {}, "3×8×8: pass weights and images"),
        (Sequential(Conv(2, 3)), {}, "pass input_shape"),
        (Sequential(Conv(2, 3), input_shape=(1, 8, 8)), {}, "this one gives 2×6×6: pass weights"),
        (TINY, {"weights": {"edges.weight": torch.zeros(2, 1, 3, 3)}}, "not those of this network"),
        (TINY, {"images": np.zeros((2, 1, 9, 9))}, "expected (N, 1, 8, 8)"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_line(net, given, words):
    with pytest.raises(ValueError, match=re.escape(words)) as raised:
        Network(net, **given)
    assert "\n" not in str(raised.value)
    assert issubclass(CannotShow, ValueError)
