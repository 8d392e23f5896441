"""Every summary and every diagram of the zoo, as it was when someone last looked at it.

`UPDATE_GOLDEN=1 pytest tests/cnnlib/test_golden.py` writes the files anew; look at them, the
diagrams as pictures, before you commit them.
"""

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cnnlib.zoo import NETWORKS

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("ending", ["txt", "svg"])
def test_golden(name, ending):
    net = NETWORKS[name]()
    text = f"{net.summary()}\n" if ending == "txt" else net.to_svg()
    path = GOLDEN / f"{name}.{ending}"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("name", NETWORKS)
def test_a_diagram_can_be_read_without_seeing_it(name):
    net = NETWORKS[name]()
    root = ElementTree.fromstring(net.to_svg(title="A & B"))
    space = {"svg": "http://www.w3.org/2000/svg"}
    assert root.get("role") == "img"
    assert not root.findall(".//*[@id]")  # several diagrams may stand on one page
    assert root.find("svg:title", space).text == root.get("aria-label") == "A & B"
    assert net.summary().rows[-1].layer.label in root.find("svg:desc", space).text or (
        net.summary().rows[-1].layer.label in ("Tanh", "Add")
    )


def test_no_golden_file_is_left_over():
    assert {path.stem for path in GOLDEN.iterdir()} == set(NETWORKS)
