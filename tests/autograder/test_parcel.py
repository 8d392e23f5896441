"""Pages go back in a zip whose names the platform reads as its own download's."""

import json
import zipfile

import light
import pytest

from autograder import cli
from autograder.collect.collect import collect
from autograder.grade import grade
from autograder.run.crew import Here

CANVAS = {
    "leeann_7001_9001_light.ipynb": ("7001", "9001"),
    "o_neill_LATE_7002_9002_my work_2-1.ipynb": ("7002", "9002"),
    "anon_x7Zq2_9003_light.ipynb": ("x7Zq2", "9003"),
}
MOODLE = {
    "Ann Lee_17_assignsubmission_file_/light.ipynb": "17",
    "Zoë O'Neill_18_assignsubmission_file/light.ipynb": "18",
    "Participant_19_assignsubmission_file_/a_b.ipynb": "19",
}


def make(root, names):
    """Collect, grade and write the pages of a class; return what the command said."""
    course = light.make_course(root / "course")
    for name in names:
        path = root / "downloads" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(light.notebook(course, "right"))
    collect(course, root / "downloads", light.NAME)
    grade(course, light.NAME, kind="none", crew=Here(2))
    return course


def packed(course, to, capsys):
    options = ["--course", str(course.root), "--zip", to, "--json"]
    status = cli.main(["feedback", light.NAME, *options])
    told = json.loads(capsys.readouterr().out)["zip"]
    with zipfile.ZipFile(told["file"]) as archive:
        pages = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    return status, told, pages


def as_canvas_reads(name):
    """Return whose a file is, and which: the first two numbers, or what follows `anon`."""
    parts = [part for part in name.split("_") if part != "LATE"]
    if parts[0] == "anon":
        return parts[1], parts[2]
    return tuple([part for part in parts if part.isascii() and part.isdigit()][:2])


def as_moodle_reads(path):
    """Return the participant: of the folder's name the second of at most five parts."""
    parts = path.split("/")[0].split("_", 4)
    assert parts[2:4] == ["assignsubmission", "file"]
    return parts[1]


def test_canvas_finds_everybody(tmp_path, capsys):
    course = make(tmp_path, CANVAS)
    status, told, pages = packed(course, "canvas", capsys)
    assert (status, told["students"], told["left_out"]) == (cli.DONE, 3, [])
    assert {as_canvas_reads(name) for name in pages} == set(CANVAS.values())
    for name, page in pages.items():
        assert "/" not in name
        assert name.endswith(".html")
        assert page.startswith("<!doctype html>")


def test_moodle_finds_everybody_and_each_gets_the_own_page(tmp_path, capsys):
    course = make(tmp_path, MOODLE)
    status, told, pages = packed(course, "moodle", capsys)
    assert (status, told["students"]) == (cli.DONE, 3)
    assert {as_moodle_reads(path) for path in pages} == set(MOODLE.values())
    for path, page in pages.items():
        assert path.split("_")[0].replace("'", "&#39;") in page


def test_who_came_by_hand_is_named(tmp_path, capsys):
    course = make(tmp_path, {**MOODLE, "bob/light.ipynb": ""})
    status, told, pages = packed(course, "moodle", capsys)
    assert (status, told["left_out"], len(pages)) == (cli.INCOMPLETE, ["bob"], 3)
    arguments = ["feedback", light.NAME, "--course", str(course.root), "--zip"]
    assert cli.main([*arguments, "moodle"]) == cli.INCOMPLETE
    assert "not in the zip, to be delivered by hand: bob" in capsys.readouterr().out
    assert cli.main([*arguments, "canvas"]) == cli.USAGE
    assert "no page can be packed for Canvas" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["--zip {moodle,canvas}"])
def test_the_help_names_the_platforms(capsys, words):
    with pytest.raises(SystemExit):
        cli.main(["feedback", "--help"])
    assert words in capsys.readouterr().out
