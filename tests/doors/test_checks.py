"""A misconception, an exercise and an assignment: each is a topic's own matter."""

import json

from handing_in import hand_in

from autograder.release.skeleton import FILES, FUNCTION, NAME

MISTAKE = """
from cnnlib.check.references import unfold

IM2COL = (
    *IM2COL,
    *mistakes(
        "nothing is filled in",
        "Print what you return: is there any number in it but zero?",
        lambda arguments: 0 * unfold(arguments),
    ),
)
"""
WRONG = """

def empty(*arguments, **settings):
    return 0 * im2col(*arguments, **settings)


WRONG = (*WRONG, wrong("empty", empty, "nothing is filled in"))
"""
MUTANTS = """
from mutants import wrong

WRONG = tuple(wrong(function.__name__, function, named) for function, named in WRONG)
"""


def sample(file, **changes):
    """Return a file of the skeleton, its function renamed."""
    text = (FILES / f"{file}.txt").read_text("utf-8").replace(FUNCTION, "brightness")
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def test_a_misconception_is_one_entry(tree):
    tree.append("cnnlib/check/forward/im2col_mistakes.py", MISTAKE)
    tree.append("tests/mutants/im2col.py", "\nfrom mutants import wrong\n" + WRONG)
    found = tree.test("tests/mutants", "-k", "im2col-empty")
    assert "1 passed" in found


def test_an_exercise_is_a_file_in_its_topics_folder(tree):
    tree.write("cnnlib/check/forward/brightness.py", sample("checks.py"))
    tree.append(
        "cnnlib/check/forward/__init__.py",
        "\nfrom cnnlib.check.forward.brightness import brightness\n\n"
        "CHECKS = (*CHECKS, brightness)\n",
    )
    tree.write("tests/mutants/brightness.py", sample("mutants.py") + MUTANTS)
    found = tree.test("tests/mutants", "-k", "brightness or every_check")
    assert "6 passed" in found


def test_a_tenth_assignment_is_a_topic_its_mutants_a_notebook_and_a_row_of_the_plan(tree):
    name = "ps10_brightness"
    topic = {NAME: "cnnlib.check.light"}
    tree.write("cnnlib/check/light/__init__.py", sample("init.py", **topic))
    tree.write("cnnlib/check/light/checks.py", sample("checks.py"))
    tree.write("tests/mutants/brightness.py", sample("mutants.py") + MUTANTS)
    tree.write(f"solutions/{name}/{name}.ipynb", sample("notebook.ipynb"))
    tree.write(f"solutions/{name}/img/channels.svg", sample("picture.svg"))
    tree.replace("docs/instructor.md", "\n| `ps1_sizes` | 110", f"\n| `{name}` | 30 |", keep=True)
    tree.run("autograder.cli", "release", name)
    tree.test(
        *("tests/mutants", "tests/test_teaching_plan.py", "tests/autograder/test_assignments.py"),
        *("-k", "minutes or brightness and not nbgrader and not graders"),
    )
    hand_in(tree.root / "solutions", tree.root, name)
    graded = json.loads(tree.run("autograder.cli", "grade", name, "--json"))
    assert [(entry["student"], entry["score"]) for entry in graded["submissions"]] == [
        ("right", 80),
        ("wrong", 0),
    ]
