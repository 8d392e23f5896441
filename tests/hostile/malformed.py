"""Notebooks that are none, and notebooks whose cells are not as they were released.

Each function hands something in; above it stands what must come of it.
"""

import copy
import json
import os

import nbformat
import numpy as np
from beside import load_beside

from cnnlib.check import CHECKS
from cnnlib.check.engine.referee import Referee

desks = load_beside(__file__, "desk.py")
FULL, UNREADABLE, NAME = desks.FULL, desks.UNREADABLE, desks.NAME

TABLE = desks.Table()
expect = TABLE.expect


# Files ------------------------------------------------------------------------------------------


@expect(UNREADABLE, "the file is empty")
def zero_bytes(desk):
    desk.write(b"")


@expect(UNREADABLE, "the file is empty")
def only_null_bytes(desk):
    desk.write(bytes(4096))


@expect(UNREADABLE, "the file is truncated")
def truncated(desk):
    desk.write(desk.text[: len(desk.text) // 2])


@expect(UNREADABLE, "the file is not JSON")
def null_byte_inside(desk):
    desk.write(desk.text.replace("Convolution", "Con\0volution", 1))


@expect(UNREADABLE, "the file is not text")
def a_picture(desk):
    desk.write(b"\x89PNG\r\n\x1a\n" + os.urandom(64) + b"\xff\xfe\xff")


@expect(UNREADABLE, "JSON list")
def json_list(desk):
    desk.write(json.dumps([desk.honest]))


@expect(FULL)
def byte_order_mark(desk):
    desk.write(b"\xef\xbb\xbf" + desk.text.encode())


@expect(FULL)
def utf_16(desk):
    desk.write(desk.text.encode("utf-16"))


@expect(UNREADABLE, "nested too deeply")
def nested_deeply(desk):
    desk.write("[" * 1_000_000)


@expect(UNREADABLE, "impossible numbers")
def number_with_a_million_digits(desk):
    desk.write('{"nbformat": ' + "9" * 1_000_000 + "}")


@expect(FULL)
def nbformat_3(desk):
    # That format has no ids of its own; nbgrader's, in the metadata, stay.
    notebook = nbformat.from_dict(desk.honest)
    desk.write(json.dumps(nbformat.convert(notebook, 3)))


@expect(UNREADABLE, "nbformat 3 could not be upgraded")
def nbformat_3_without_worksheets(desk):
    desk.write(json.dumps({"nbformat": 3, "worksheets": 7, "metadata": {}}))


@expect(UNREADABLE, "nbformat is '99'")
def nbformat_99(desk):
    desk.write(json.dumps({**desk.honest, "nbformat": 99}))


@expect(UNREADABLE, "nbformat is")
def nbformat_that_is_a_script(desk):
    desk.write(json.dumps({"nbformat": "<script>alert('owned')</script>" * 1000, "cells": []}))


@expect(UNREADABLE, "no list of cells")
def no_cells(desk):
    del desk.honest["cells"]
    desk.write()


@expect(UNREADABLE, "600000 cells")
def too_many_cells(desk):
    desk.write('{"nbformat": 4, "cells": [' + "{}," * 599_999 + "{}]}")


@expect("score=85, state=graded with problems, problems=malformed", "left out")
def too_much_code(desk):
    # Reading it as Python would take the grader minutes and gigabytes.
    own = {"cell_type": "code", "id": "own", "metadata": {}, "source": "a\n" * 3_000_000}
    desk.honest["cells"].append(own)
    desk.write()


@expect(UNREADABLE, "clear its outputs")
def two_hundred_megabytes_of_output(desk):
    stream = {"output_type": "stream", "name": "stdout", "text": "@outputs@"}
    desk.cell("ex1-solution")["outputs"] = [stream]
    before, after = desk.text.split("@outputs@")
    with (desk.folder / NAME).open("w") as file:
        file.writelines([before, *["x" * 2**20] * 200, after])


@expect(FULL)
def stored_outputs_that_lie(desk):
    for cell in desk.honest["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = ["<script>", {"output_type": "error"}, None]
            cell["execution_count"] = "<script>"
    desk.write()


# Cells ------------------------------------------------------------------------------------------


@expect("score=0, state=graded with problems, problems=malformed+missing+error", "left out")
def source_that_is_a_number(desk):
    # The helper that all exercises share stood in this cell.
    desk.cell("ex1-solution")["source"] = 7
    desk.write()


@expect("score=85, state=graded with problems, problems=malformed")
def junk_among_the_cells(desk):
    desk.honest["cells"][3:3] = [None, 7, "text", {}, {"cell_type": "video", "source": ""}]
    desk.write()


@expect("score=85, state=graded with problems, problems=duplicate", "the copies run where they are")
def duplicate_solution(desk):
    # As a student works who copies a cell to try something else: the last one is meant, and the
    # first, which stands before it, must not win because tests stand between.
    first = desk.cell("ex1-solution")
    last = copy.deepcopy(first)
    first["source"] += "\n\n\ndef conv2d_forward(*arguments, **settings):\n    return None"
    desk.honest["cells"].append(last)
    desk.write()


@expect("score=85, state=graded with problems, problems=duplicate")
def duplicate_tests(desk):
    desk.honest["cells"] += copy.deepcopy(desk.honest["cells"])
    desk.write()


@expect(FULL)
def missing_ids(desk):
    # What an old Jupyter saves: nbgrader's names are in the metadata.
    for cell in desk.honest["cells"]:
        del cell["id"]
    desk.write()


@expect(FULL)
def stripped_metadata(desk):
    for cell in desk.honest["cells"]:
        cell["metadata"] = {}
    desk.honest["metadata"] = {}
    desk.write()


@expect("score=85, state=graded with problems, problems=recognised")
def stripped_metadata_and_ids(desk):
    # What some web services save: nothing but the text is left.
    for cell in desk.honest["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    desk.write()


@expect(FULL)
def junk_metadata(desk):
    for number, cell in enumerate(desk.honest["cells"]):
        cell["metadata"] = (None, 7, [], {"nbgrader": 7}, {"nbgrader": {"grade_id": []}})[
            number % 5
        ]
    desk.write()


@expect("score=85, state=graded with problems, problems=duplicate+restored")
def split_test(desk):
    test = desk.cell("ex1-basic")
    second = copy.deepcopy(test)
    test["source"], second["source"] = "check.", "conv2d_forward(conv2d_forward, part='basic')"
    desk.honest["cells"].insert(desk.honest["cells"].index(test) + 1, second)
    desk.write()


@expect("score=85, state=graded with problems, problems=restored", "cell was deleted")
def deleted_tests(desk):
    desk.remove("ex1-basic", "ex2-basic", "ex3-dilation-groups", "setup")
    desk.write()


@expect("score=85, state=graded with problems, problems=restored", "locked cell was changed")
def locked_test_turned_to_markdown(desk):
    desk.cell("ex1-basic")["cell_type"] = "markdown"
    desk.write()


@expect("score=85, state=graded with problems, problems=restored")
def solution_turned_to_markdown(desk):
    desk.cell("ex1-solution")["cell_type"] = "markdown"
    desk.write()


@expect("score=0, state=graded with problems, problems=error+restored", "NotImplementedError")
def edited_tests(desk):
    released = "raise NotImplementedError"
    for cell in desk.honest["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("solution") and cell["cell_type"] == "code":
            cell["source"] = "def conv2d_forward(*a, **k):\n    " + released
            cell["source"] += "\n\n\nim2col = conv2d_im2col = conv2d_forward"
        if nbgrader.get("grade") and cell["cell_type"] == "code":
            cell["source"] = "100"
    desk.write()


@expect(FULL)
def changed_points(desk):
    for cell in desk.honest["cells"]:
        if "points" in cell["metadata"].get("nbgrader", {}):
            cell["metadata"]["nbgrader"]["points"] = 1_000_000
    desk.write()


@expect("score=0, state=graded with problems, problems=missing+error")
def deleted_solutions(desk):
    desk.remove("ex1-solution", "ex2-solution", "ex3-solution")
    desk.write()


@expect("score=85, state=graded with problems, problems=restored", "cells were reordered")
def reordered(desk):
    desk.honest["cells"].reverse()
    desk.write()


@expect(FULL)
def unknown_kernel(desk):
    kernel = {"name": "fortran-77", "display_name": "FORTRAN 77", "language": "fortran"}
    desk.honest["metadata"] = {"kernelspec": kernel, "language_info": {"name": "fortran"}}
    desk.write()


@expect(FULL)
def scripts_in_the_written_answer(desk):
    desk.cell("ex4-answer")["source"] = (
        "<script>alert('owned')</script> <img src=x onerror=alert('owned')> "
        "[here](javascript:alert('owned')) [2]\n\n"
        "[2]: <java&#115;cript:alert('owned')>\n\n</div></body><iframe srcdoc='<script>'></iframe>"
    )
    desk.write()


@expect("score=0, state=graded with problems, problems=wrong", "hidden case")
def hard_coded_outputs(desk):
    # Every value that the visible cases ask for, looked up by the arguments' bytes.
    table = {}
    for name in ("conv2d_forward", "im2col", "conv2d_im2col"):
        for part in CHECKS[name].parts:
            referee = Referee(CHECKS[name], part, "visible", device="cpu")
            for case, (result,) in zip(referee.cases, referee.references, strict=True):
                array = next(v for v in case.positional.values() if isinstance(v, np.ndarray))
                key = name == "im2col", array.tobytes().hex()[:64], str(case.keyword)
                table[repr(key)] = result.shape, result.astype(array.dtype).tolist()
    desk.cell("ex1-solution")["source"] = (
        f"table = {table!r}\n"
        "def look_up(columns, x, settings):\n"
        "    key = repr((columns, x.tobytes().hex()[:64], str(settings)))\n"
        "    shape, values = table.get(key, ((1,), [0.0]))\n"
        "    return np.array(values, dtype=x.dtype).reshape(shape)\n"
        "def conv2d_forward(x, w, b=None, **settings):\n"
        "    return look_up(False, x, settings)\n"
        "conv2d_im2col = conv2d_forward\n"
    )
    desk.cell("ex2-solution")["source"] = (
        "def im2col(x, *arguments, **settings):\n    return look_up(True, x, settings)"
    )
    desk.cell("ex3-solution")["source"] = ""
    desk.write()
