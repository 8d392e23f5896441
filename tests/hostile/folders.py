"""Folders with the wrong files, with links, with archives; and folders with odd names.

Each function hands something in; above it stands what must come of it.
"""

import os
import zipfile

from beside import load_beside

desks = load_beside(__file__, "desk.py")
FULL, UNREADABLE, NAME = desks.FULL, desks.UNREADABLE, desks.NAME

#: A folder's name that is no UTF-8.
NO_TEXT = "\udcff\udcfe"

TABLE = desks.Table()
expect = TABLE.expect


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


@expect("score=85, state=graded with problems, problems=malformed", "it holds no readable time")
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


for odd in (
    "with space", "comma, semicolon; and tab", "quo\"te and 'quote", "José 学生 ☃",
    "=cmd|' C calc'!A0", "+1", "-rf", "@sum", "{student_id}", "%(name)s", "back\\slash",
    "'; DROP TABLE grade; --", "<script>alert('owned')<", "x" * 128,
):  # fmt: skip
    TABLE.named(odd)
TABLE.named("\u202ereversed")
for unusable in (
    NO_TEXT,
    "line\nbreak",
    "tab\tin it",
    "\x1b[2Jescape",
    "[a-z]*",
    "who?",
    "..hidden",
    "x" * 200,
):
    TABLE.named(unusable, UNREADABLE, "rename it")
