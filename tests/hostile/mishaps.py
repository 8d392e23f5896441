"""What editors, browsers and hands do to an honest notebook; each case with what must come of it.

Each function changes the notebook of `ps1_sizes`, or writes its file in another way.
"""

import copy
import json
import uuid

from beside import load_beside

attack = load_beside(__file__, "attack.py")
Deserved, own_cell = attack.Deserved, attack.own_cell

NAME = "ps1_sizes.ipynb"
HALF = "\ud83d"
TABLE = {}


def expect(text="score=86, problems=none", *, asks_a_person=False):
    """Enter a function; `asks_a_person` where a written answer stands in an odd place."""

    def enter(function):
        TABLE[function.__name__.replace("_", "-")] = function, Deserved.parse(text), asks_a_person
        return function

    return enter


def cell(notebook, identity):
    """Return a cell, to be changed."""
    return next(cell for cell in notebook["cells"] if cell["id"] == identity)


def after(notebook, identity, added):
    """Put a cell below another one."""
    cells = notebook["cells"]
    cells.insert(cells.index(cell(notebook, identity)) + 1, added)


# Half of an emoji -------------------------------------------------------------------------------


@expect()
def half_emoji_in_the_answer(notebook):
    cell(notebook, "ex6-answer")["source"] = f"Because {HALF} of it."


@expect()
def half_emoji_in_code(notebook):
    cell(notebook, "ex2-solution")["source"] += f"\n\n# done {HALF}\nprint('{HALF}')"


@expect()
def half_emoji_in_metadata(notebook):
    notebook["metadata"]["title"] = HALF
    for found in notebook["cells"]:
        found["metadata"][f"tag {HALF}"] = [HALF]


@expect()
def half_emoji_in_ids_and_outputs(notebook):
    after(notebook, "title", own_cell("1", f"own{HALF}"))
    stream = {"output_type": "stream", "name": "stdout", "text": [HALF]}
    cell(notebook, "ex2-solution")["outputs"] = [stream]


# Cells that were copied -------------------------------------------------------------------------


def copied(notebook, identity, source):
    """Return a copy as JupyterLab makes it: nbgrader's metadata stay, the id is new."""
    return {**copy.deepcopy(cell(notebook, identity)), "id": uuid.uuid4().hex[:8], "source": source}


@expect("score=86, problems=duplicate+recognised")
def exercise_copied_below_the_next_stub(notebook):
    source = cell(notebook, "ex4-solution")["source"]
    stub = "def convolve2d(x, k):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    cell(notebook, "ex4-solution")["source"] = stub
    after(notebook, "ex4-solution", copied(notebook, "ex3-solution", source))


@expect("score=86, problems=duplicate+recognised")
def exercise_copied_twice(notebook):
    source = cell(notebook, "ex5-solution")["source"]
    cell(notebook, "ex5-solution")["source"] = "# below"
    after(notebook, "ex5-solution", copied(notebook, "ex3-solution", source))
    after(notebook, "ex5-solution", copied(notebook, "ex3-solution", "import math"))


@expect("score=86, problems=duplicate+recognised+restored")
def test_copied_above_its_solution(notebook):
    source = cell(notebook, "ex3-basic")["source"]
    after(notebook, "pair", copied(notebook, "ex3-basic", source))


# Answers in other places ------------------------------------------------------------------------

ANSWER = "Because a kernel that is turned around twice is itself again."
STUB = "YOUR ANSWER HERE"


@expect("score=86, problems=any", asks_a_person=True)
def answer_below(notebook):
    cell(notebook, "ex6-answer")["source"] = STUB
    after(notebook, "ex6-answer", own_cell(ANSWER, kind="markdown"))


@expect("score=86, problems=any", asks_a_person=True)
def answer_above(notebook):
    cell(notebook, "ex6-answer")["source"] = STUB
    cells = notebook["cells"]
    cells.insert(cells.index(cell(notebook, "ex6-answer")), own_cell(ANSWER, kind="markdown"))


@expect("score=86, problems=any", asks_a_person=True)
def answer_in_a_code_cell_below(notebook):
    cell(notebook, "ex6-answer")["source"] = STUB
    after(notebook, "ex6-answer", own_cell(f'"""{ANSWER}"""'))


@expect("score=86, problems=any", asks_a_person=True)
def answer_in_a_raw_cell_at_the_end(notebook):
    cell(notebook, "ex6-answer")["source"] = STUB
    notebook["cells"].append(own_cell(ANSWER, kind="raw"))


# What editors drop ------------------------------------------------------------------------------


@expect("score=86, problems=recognised")
def code_cells_without_metadata_and_ids(notebook):
    for found in notebook["cells"]:
        if found["cell_type"] == "code":
            found["metadata"] = {}
            del found["id"]


@expect("score=86, problems=recognised")
def text_cells_without_metadata_and_ids(notebook):
    for found in notebook["cells"]:
        if found["cell_type"] == "markdown":
            found["metadata"] = {}
            del found["id"]


@expect("score=86, problems=recognised")
def every_other_cell_without_metadata_and_ids(notebook):
    for found in notebook["cells"][::2]:
        found["metadata"] = {}
        del found["id"]


@expect("score=86, problems=recognised")
def new_ids_and_no_metadata(notebook):
    for found in notebook["cells"]:
        found["metadata"], found["id"] = {}, uuid.uuid4().hex[:8]


@expect()
def windows_line_ends(notebook):
    for found in notebook["cells"]:
        found["source"] = "".join(found["source"]).replace("\n", "\r\n")


@expect()
def old_line_ends(notebook):
    for found in notebook["cells"]:
        found["source"] = "".join(found["source"]).replace("\n", "\r")


@expect("score=86, problems=restored")
def blanks_at_the_ends_of_lines_cut_or_added(notebook):
    for number, found in enumerate(notebook["cells"]):
        lines = [line.rstrip() for line in "".join(found["source"]).splitlines()]
        blank = "  " if number % 2 and found["cell_type"] == "code" else ""
        found["source"] = "\n".join(line + blank for line in lines) + "\n" * (number % 3)


@expect()
def windows_line_ends_as_lists_of_lines(notebook):
    for found in notebook["cells"]:
        lines = "".join(found["source"]).replace("\n", "\r\n").splitlines(keepends=True)
        found["source"] = lines


# Names that browsers give: these write the file themselves -------------------------------------


def saved_as(name):
    """Return how to write a file of this name."""

    def write(notebook, folder):
        (folder / name).write_text(json.dumps(notebook), encoding="utf-8")

    write.__name__ = f"saved as {name}".replace(" ", "-")
    return write


for saved in (
    "ps1_sizes.ipynb.json", "ps1_sizes.ipynb.txt", "ps1_sizes.json", "ps1_sizes (1).ipynb.json",
    "ps1_sizes.IPYNB", "ps1_sizes.ipynb.",
):  # fmt: skip
    expect("score=86, problems=renamed")(saved_as(saved))
