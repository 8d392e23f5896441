"""Submissions that no kernel is to blame for: broken files, edited cells, odd names, archives.

Each function hands something in; above it stands what must come of it.
"""

import copy
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np
from beside import load_beside

from autograder.course import Course
from cnnlib.check import CHECKS
from cnnlib.check._judge import Referee

Expected = load_beside(__file__, "expected.py").Expected

FULL = "score=85, state=graded"
UNREADABLE = "score=0, state=unreadable, problems=unreadable"
NAME = "ps2_forward.ipynb"
#: A folder's name that is no UTF-8.
NO_TEXT = "\udcff\udcfe"


@dataclass(frozen=True)
class Desk:
    """Where one student hands in: the folder, and a notebook with full marks."""

    folder: Path
    honest: dict

    def cell(self, identity: str) -> dict:
        """Return one cell of the notebook, to be changed."""
        return next(cell for cell in self.honest["cells"] if cell["id"] == identity)

    def remove(self, *identities: str) -> None:
        """Take cells out of the notebook."""
        cells = self.honest["cells"]
        cells[:] = [cell for cell in cells if cell["id"] not in identities]

    @property
    def text(self) -> str:
        """The notebook as it would be saved."""
        return json.dumps(self.honest, ensure_ascii=False, indent=1)

    def write(self, data: bytes | str | None = None, name: str = NAME) -> None:
        """Hand in bytes, text, or the notebook."""
        data = self.text if data is None else data
        (self.folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())

    def write_zip(self, members: dict[str, str], name: str = "homework.zip") -> None:
        """Hand in an archive."""
        with zipfile.ZipFile(self.folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, text in members.items():
                archive.writestr(member, text)


@dataclass(frozen=True)
class Malformed:
    """One way to hand in."""

    student: str
    build: Callable[[Desk], None]
    expected: Expected


TABLE: dict[str, Malformed] = {}


def expect(outcome: str, says: str = "", student: str = "") -> Callable:
    """Enter a function into the table, with what must come of what it hands in."""

    def enter(build: Callable[[Desk], None]) -> Callable[[Desk], None]:
        name = build.__name__.replace("_", "-")
        TABLE[name] = Malformed(student or name, build, Expected.parse(outcome, says))
        return build

    return enter


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


@expect("score=85, state=graded with problems, problems=duplicate", "the last counts")
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
    for name, check in CHECKS.items():
        for part in check.parts:
            referee = Referee(check, part, "visible", device="cpu")
            for case, result in zip(referee.cases, referee.references, strict=True):
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


# Folders ----------------------------------------------------------------------------------------


@expect("score=85, state=graded with problems, problems=renamed", "my homework (2).ipynb")
def renamed(desk):
    desk.write(name="my homework (2).ipynb")


@expect("score=85, state=graded with problems, problems=extra", "backup.ipynb")
def two_notebooks(desk):
    desk.write()
    desk.write("{}", name="backup.ipynb")


@expect(UNREADABLE, "ps2 final.ipynb, ps2 really final.ipynb")
def two_notebooks_with_wrong_names(desk):
    desk.write(name="ps2 final.ipynb")
    desk.write(name="ps2 really final.ipynb")


@expect(FULL)
def what_systems_leave_behind(desk):
    desk.write()
    desk.write(b"\0\5\x16\7", name="._ps2_forward.ipynb")
    desk.write(b"", name=".DS_Store")
    (desk.folder / ".ipynb_checkpoints").mkdir()
    desk.write("{}", name=".ipynb_checkpoints/ps2_forward-checkpoint.ipynb")


@expect(UNREADABLE, "found essay.docx")
def another_file(desk):
    desk.write(b"PK\3\4", name="essay.docx")


@expect(UNREADABLE, "found nothing")
def empty_folder(desk):
    pass


@expect(UNREADABLE, "not a regular file")
def folder_as_notebook(desk):
    (desk.folder / NAME).mkdir()


@expect(UNREADABLE, "not a regular file")
def pipe_as_notebook(desk):
    os.mkfifo(desk.folder / NAME)


@expect(UNREADABLE, "is a link")
def link_to_another_students_notebook(desk):
    (desk.folder / NAME).symlink_to(desk.folder.parents[1] / "aa-honest" / "ps2_forward" / NAME)


@expect(UNREADABLE, "is a link")
def link_to_another_students_folder(desk):
    desk.folder.rmdir()
    desk.folder.symlink_to(desk.folder.parents[1] / "aa-honest" / "ps2_forward")


@expect(UNREADABLE, "is a link")
def link_to_a_device(desk):
    (desk.folder / NAME).symlink_to("/dev/zero")


@expect("score=85, state=graded with problems, problems=malformed", "no time that can be read")
def link_as_timestamp(desk):
    desk.write()
    (desk.folder / "timestamp.txt").symlink_to("/etc/passwd")


@expect(FULL)
def modules_beside_the_notebook(desk):
    # They would shadow what the checks import, if they were there when it runs.
    desk.write()
    evil = "raise SystemExit('owned')\n"
    for name in ("numpy.py", "torch.py", "json.py", "sitecustomize.py", "conftest.py"):
        desk.write(evil, name=name)
    (desk.folder / "cnnlib").mkdir()
    desk.write(evil, name="cnnlib/__init__.py")
    desk.write("c = 1 / 0\n", name="nbgrader_config.py")


# Archives ---------------------------------------------------------------------------------------


@expect("score=85, state=graded with problems, problems=renamed", "homework.zip")
def zip_of_the_folder(desk):
    noise = {"__MACOSX/ps2/._ps2_forward.ipynb": "\0", "ps2/.ipynb_checkpoints/a.ipynb": "{}"}
    desk.write_zip({f"ps2/{NAME}": desk.text, "ps2/notes.txt": "hi", **noise})


@expect("score=85, state=graded with problems, problems=renamed", "homework.zip")
def zip_that_climbs_out(desk):
    # Nothing is unpacked to disk, so a member's path is only a name.
    climb = "../" * 8
    desk.write_zip(
        {f"{climb}{NAME}": desk.text, f"{climb}tmp/owned": "owned", "/etc/owned": "owned"}
    )


@expect(UNREADABLE, "at most 20")
def zip_bomb(desk):
    with (
        zipfile.ZipFile(desk.folder / "homework.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(NAME, "w", force_zip64=True) as member,
    ):
        for _ in range(300):
            member.write(b" " * 2**20)


@expect(UNREADABLE, "2 notebooks")
def zip_of_two(desk):
    desk.write_zip({"a.ipynb": desk.text, "b.ipynb": desk.text})


@expect(UNREADABLE, "no notebook")
def zip_of_something_else(desk):
    desk.write_zip({"essay.txt": "hi"})


@expect(UNREADABLE, "cannot be unpacked")
def zip_that_is_none(desk):
    desk.write(b"PK\3\4 and then nothing", name="homework.zip")


@expect(UNREADABLE, "cannot be unpacked")
def zip_that_is_damaged(desk):
    desk.write_zip({NAME: desk.text})
    path = desk.folder / "homework.zip"
    data = bytearray(path.read_bytes())
    data[200:260] = bytes(60)
    path.write_bytes(data)


@expect(UNREADABLE, "cannot be unpacked")
def zip_with_a_password(desk):
    desk.write_zip({NAME: desk.text})
    path = desk.folder / "homework.zip"
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag of an encrypted member, where it is stored and where it is listed
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)


# Names of students ------------------------------------------------------------------------------


def named(student: str, outcome: str = FULL, says: str = "") -> None:
    """Enter an honest student with this name into the table."""
    TABLE[f"named {student!r}"] = Malformed(student, Desk.write, Expected.parse(outcome, says))


for odd in (
    "with space", "comma, semicolon; and tab", "quo\"te and 'quote", "José 学生 ☃",
    "=cmd|' C calc'!A0", "+1", "-rf", "@sum", "{student_id}", "%(name)s", "back\\slash",
    "'; DROP TABLE grade; --", "<script>alert('owned')<", "x" * 200,
):  # fmt: skip
    named(odd)
named("\u202ereversed")
for unusable in (
    NO_TEXT,
    "line\nbreak",
    "tab\tin it",
    "\x1b[2Jescape",
    "[a-z]*",
    "who?",
    "..hidden",
):
    named(unusable, UNREADABLE, "rename it")


def hand_in(course: Course, honest: dict) -> None:
    """Hand in all of it."""
    for entry in TABLE.values():
        folder = course.root / "submitted" / entry.student / "ps2_forward"
        folder.mkdir(parents=True)
        entry.build(Desk(folder, copy.deepcopy(honest)))
