"""A lecture, an explorer, an export format, a network, a layer: each is its own matter."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

FORMAT = '\n    "ilias": Format("ILIAS", _plain),'
NETWORK = '''

@enter({"two-layers": ()})
def two_layers() -> Sequential:
    """Two layers, for a test."""
    return Sequential(Conv(4, 3), ReLU(), name="two layers", input_shape=(3, 8, 8))
'''
LAYER = '''

class Hardshrink(Activation):
    """x where it is far from zero, nothing elsewhere."""
'''
EXPLORER = '''"""Dots, as many as a slider says."""

import traitlets

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.look import Drawing


class Dots(Explorer):
    """Show some dots."""

    _esm = bundle(__file__)

    count = traitlets.Int(5, min=1, max=9).tag(sync=True)

    def still(self) -> str:
        """Return the dots."""
        drawing = Drawing(f"A row of {self.count} dots, side by side")
        for i in range(self.count):
            drawing.circle(60 * i, 0, 20, "input")
        return drawing.svg()
'''
SCRIPT = """// Dots, as many as a slider says.

import { el, follow, put, slider } from "./shared/dom.js";
import { disc, scene, words } from "./shared/scene.js";

function render({ model, el: root }) {
  const stage = scene({ name: "Dots", arrange: () => show() });
  const control = slider({ label: "dots", min: 1, max: 9, value: model.get("count"),
    oninput: (count) => put(model, { count }) });
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Dots explorer" },
    stage.node, el("div", { class: "explore-row" }, control.node)));
  function show() {
    const count = model.get("count");
    control.set({ value: count });
    const dots = Array.from({ length: count }, (_, i) =>
      disc(`dot-${i}`, (stage.width * (i + 1)) / (count + 1), 160, 15, "explore-input"));
    stage.show({ height: 400, description: `A row of ${count} dots`,
      shapes: [...dots, words("count", stage.width / 2, 300, String(count), "explore-title")] });
  }
  return follow(model, ["count"], show);
}

export default { render };
"""
PICTURE = """
from matplotlib.figure import Figure

from cnnlib import plots

plots.Picture(Figure(figsize=(1, 1)), "An empty picture, for a test")
"""


def test_an_export_format_is_one_entry_and_a_word_to_the_ta(tree):
    line = "FORMATS: Mapping[str, Format] = {"
    tree.replace("autograder/report/formats.py", line, line + FORMAT)
    tree.append("docs/ta.md", "\nILIAS reads it, too: `--to ilias`.\n")
    tree.test("tests/autograder/test_export.py", "-k", "ilias or named")


def test_a_network_is_one_function(tree, monkeypatch):
    tree.append("cnnlib/zoo/_classic.py", NETWORK)
    golden = "tests/cnnlib/test_golden.py"
    monkeypatch.setenv("UPDATE_GOLDEN", "1")
    tree.test(golden, "-k", "two-layers")
    monkeypatch.delenv("UPDATE_GOLDEN")
    tree.test(golden, "tests/cnnlib/test_zoo.py", "-k", "two-layers or left_over")
    summary = (tree.root / "tests" / "cnnlib" / "golden" / "two-layers.txt").read_text("utf-8")
    assert summary.startswith("input 3@8×8\n")


def test_a_layer_without_a_gate_fails_a_test_that_names_it(tree):
    tree.append("cnnlib/spec/_elementwise.py", LAYER)
    tree.append(
        "cnnlib/spec/__init__.py",
        "\nfrom cnnlib.spec._elementwise import Hardshrink as Hardshrink\n",
    )
    test = ("pytest", "-q", "tests/cnnlib/test_receptive_field.py", "-k", "every_layer and shrink")
    forgotten = tree.attempt(*test)
    assert forgotten.returncode == 1
    assert "no field can be measured through Hardshrink" in forgotten.stdout
    tree.replace("cnnlib/spec/linearise.py", "_GATES = (", "_GATES = (\n    nn.Hardshrink,")
    assert "1 passed" in tree.run(*test)


def test_an_explorer_is_two_files_and_a_name(tree):
    tree.write("cnnlib/explore/dots.py", EXPLORER)
    tree.write("cnnlib/explore/dots.js", SCRIPT)
    name = "from cnnlib.explore.dots import Dots as Dots\n"
    tree.append("cnnlib/explore/__init__.py", name)
    tests = "tests/browser/test_explorers.py"
    tree.replace(tests, "EXPLORERS = {", f"{name}\nEXPLORERS = {{\n    'Dots': Dots(),")
    # Without the packages of the decks, by which pages are examined.
    tree.test(tests, "-k", "(Dots or forgotten) and not nobody_out")


@pytest.fixture
def lecture():
    """The cells of a lecture that shows one number."""
    kinds = [
        ("title", "slide", "# Lecture 99 · Doors\n\n10 minutes\n\nDoors open."),
        ("title-notes", "notes", "Knock first."),
        ("goals", "slide", "## After this lecture you can\n\n- open one"),
        ("goals-notes", "notes", "Read them."),
        ("number", "", "answer = 6 * 7\nanswer"),
        ("picture", "", PICTURE.strip()),
        ("summary", "slide", "## Summary\n\nDoors open."),
        ("summary-notes", "notes", "Open it."),
        ("questions", "slide", "## Three questions\n\n1. One?\n2. Two?\n3. Three?"),
        ("questions-notes", "notes", "Wait."),
        ("answers", "fragment", "1. One.\n2. Two.\n3. Three."),
        ("exercise", "slide", "## Now write it yourself\n\nOpen `assignments/ps1_sizes`."),
        ("exercise-notes", "notes", "Home."),
    ]  # fmt: skip
    code = ("number", "picture")
    cells = [
        (new_code_cell if name in code else new_markdown_cell)(
            text, id=name, metadata={"slideshow": {"slide_type": kind}}
        )
        for name, kind, text in kinds
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
    )


def test_a_lecture_is_a_notebook_its_numbers_and_rows(tree, lecture):
    tree.write("lectures/99_doors.ipynb", nbformat.writes(lecture).rstrip("\n") + "\n")
    tree.write("tests/lectures/numbers/99_doors.cell", "assert answer == 42\n")
    link = "[`number`](../lectures/99_doors.ipynb#cell-id=number)"
    tree.append(
        "docs/coverage.md",
        "\n## Lecture 99 · Doors\n\n| item | cells | asserted |\n|---|---|---|\n"
        f"| the answer (N) | {link} | `answer == 42` |\n",
    )
    tree.replace("docs/instructor.md", "\n\nAssignments do not", "\n| 99 Doors | 10 | one | | |",
                 keep=True)  # fmt: skip
    tree.test(
        *("tests/lectures", "tests/test_teaching_plan.py", "tests/test_repository.py"),
        *("-k", "99 or every_item or number_is or minutes_of or canonical"),
    )
