"""Whatever names platforms give to uploads, everybody's work ends where it belongs."""

import csv
import json
import shutil
import struct
import zipfile

import light
import pytest
from platforms import BOOK, ROWS, packed

from autograder import cli
from autograder.collect.collect import collect, collected
from autograder.collect.formats import FORMATS
from autograder.collect.names import Named
from autograder.collect.roster import read_roster
from autograder.course.course import open_course
from autograder.grade import grade
from autograder.report.export import export
from autograder.run.crew import Here


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return light.make_course(tmp_path_factory.mktemp("platforms") / "course").root


@pytest.fixture
def course(made, tmp_path):
    shutil.copytree(made, tmp_path / "course")
    return open_course(tmp_path / "course")


def contents(course):
    folder = course.root / "submitted"
    return {p.relative_to(folder).parts[0]: p.read_bytes() for p in folder.rglob("*.ipynb")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(course, tmp_path, row):
    roster = None
    if row.roster:
        roster = tmp_path / "class.csv"
        roster.write_text(row.roster, encoding="utf-8")
    problems = []
    for number, files in enumerate(row.downloads):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(packed(files))
        problems += collect(course, path, light.NAME, replace=True, roster=roster).problems
    assert contents(course) == row.students
    assert [problem.kind for problem in problems] == [kind for kind, _ in row.problems]
    for problem, (_, word) in zip(problems, row.problems, strict=True):
        assert word in f"{problem.where} {problem.detail}"
    known = collected(course, light.NAME)
    assert {name: known[name]["number"] for name in row.numbers} == row.numbers
    assert {name for name in known if known[name]["late"]} == row.late


def test_every_format_says_where_it_is_from():
    assert all(each.source for each in FORMATS)
    systems = {row.name.replace("'s", ",").split(",")[0] for row in ROWS}
    assert {each.system.split("-")[0] for each in FORMATS} <= systems


def test_canvas_keeps_people_apart_from_one_assignment_to_the_next(course, tmp_path):
    shutil.copytree(course.root / "solutions" / light.NAME, course.root / "solutions" / "second")
    for assignment, files in (
        (light.NAME, {"wangwei_7001_9001_light.ipynb": b"1"}),
        ("second", {"wangwei_7002_9002_light.ipynb": b"2"}),
        ("second", {"wangweiling_7001_9003_light.ipynb": b"3"}),
    ):
        path = tmp_path / "class.zip"
        path.write_bytes(packed(files))
        collect(course, path, assignment)
    folder = course.root / "submitted"
    found = {str(p.relative_to(folder).parent): p.read_bytes() for p in folder.rglob("*.ipynb")}
    assert found == {
        f"wangwei/{light.NAME}": b"1",
        "wangwei_7002/second": b"2",
        "wangwei/second": b"3",
    }


def test_cells_tell_more_than_names(course, tmp_path):
    right = light.notebook(course, "right").encode()
    empty = (course.release(light.NAME) / BOOK).read_bytes()
    other = json.dumps({"cells": [{"metadata": {"nbgrader": {"grade_id": "else"}}}]}).encode()
    files = {
        f"ann/{BOOK}": empty,
        "ann/mine.ipynb": right,
        f"bo/{BOOK}": other,
        "bo/mine.ipynb": right,
        f"eva/{BOOK}": other,
    }
    path = tmp_path / "class.zip"
    path.write_bytes(packed(files))
    done = collect(course, path, light.NAME)
    assert contents(course) == {"ann": right, "bo": right, "eva": other}
    assert [(p.kind, p.where) for p in done.problems] == [("unclear", f"eva/{BOOK}")]


def test_the_command_says_who_is_missing(course, tmp_path, capsys):
    config = course.root / "nbgrader_config.py"
    config.write_text(
        config.read_text()
        + "\nc.CourseDirectory.db_students = [dict(id='ann', first_name='Ann', last_name='Lee'),"
        " dict(id='bo', first_name='Bo', last_name='Smith', email=None)]\n"
    )
    path = tmp_path / "class.zip"
    path.write_bytes(packed({f"Ann Lee_17_assignsubmission_file_/{BOOK}": b"ann"}))
    arguments = ["collect", str(path), light.NAME, "--course", str(course.root)]
    assert cli.main(arguments) == cli.DONE
    assert "missing     Bo Smith (bo)" in capsys.readouterr().out
    assert list(contents(course)) == ["ann"]
    roster = tmp_path / "class.csv"
    roster.write_text("what,is,this\n1,2,3\n")
    assert cli.main([*arguments, "--roster", str(roster)]) == cli.USAGE
    assert "is not a roster" in capsys.readouterr().err


def test_names_of_windows(course, tmp_path):
    archive = bytearray(packed({"Ann_17_assignsubmission_file_/sub/light.ipynb": b"ann"}))
    path = tmp_path / "class.zip"
    path.write_bytes(archive.replace(b"_/sub/", b"_\\sub\\"))
    collect(course, path, light.NAME)
    assert contents(course) == {"Ann": b"ann"}


def test_what_lies_in_inner_zips_is_as_hostile(course, tmp_path):
    inner = packed({"../../evil.ipynb": b"evil", f"x/{BOOK}": b"ann"})
    bomb = packed({BOOK: bytes(21 * 2**20)})
    path = tmp_path / "class.zip"
    path.write_bytes(packed({"ann.zip": inner, "bo.zip": bomb, f"eva/{BOOK}": b"eva"}))
    done = collect(course, path, light.NAME)
    assert contents(course) == {"ann": b"ann", "eva": b"eva"}
    assert not list(tmp_path.rglob("evil*"))
    assert [(p.kind, p.where) for p in done.problems] == [
        ("unsafe", "ann.zip/../../evil.ipynb"),
        ("unreadable", f"bo.zip/{BOOK}"),
    ]


def test_the_unicode_path_of_a_zip_counts(course, tmp_path):
    name = "Zoë.ipynb".encode()
    entry = zipfile.ZipInfo("Zo_.ipynb")
    entry.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, 0) + name
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, b"zoe")
        archive.writestr("eva.ipynb", b"eva")
    collect(course, path, light.NAME)
    assert contents(course) == {"Zoë": b"zoe", "eva": b"eva"}


@pytest.mark.parametrize("order", [("17", "18"), ("18", "17")])
def test_export_gives_everybody_their_own_number(course, tmp_path, order):
    answers = {"17": "right", "18": "double-wrong"}
    for number in order:
        name = f"Wei Wang_{number}_assignsubmission_file_/{BOOK}"
        path = tmp_path / "class.zip"
        path.write_bytes(packed({name: light.notebook(course, answers[number]).encode()}))
        collect(course, path, light.NAME, replace=True)
    grade(course, light.NAME, kind="none", crew=Here(2))
    with export(course, light.NAME, "moodle").file.open(newline="") as file:
        rows = {row["Identifier"]: row["Grade"] for row in csv.DictReader(file)}
    assert rows == {"Participant 17": "7", "Participant 18": "4"}


ROSTERS = [
    "Name,SID,Email,Role\nAnn Lee,alee,a@x,Student\n",
    "OrgDefinedId,Username,Last Name,First Name,Email\n#100,#alee,Lee,Ann,a@x\n",
    "\ufeffVorname;Nachname;Anmeldename\nAnn;Lee;alee\n",
    "First name,Last name,ID number,Email address\nAnn,Lee,alee,a@x\n",
    'Student,ID,SIS Login ID,ps (3)\n"    Points Possible",,,9\n"Lee, Ann",7,alee,\n',
    '"Last Name"\t"First Name"\t"Username"\n"Lee"\t"Ann"\t"alee"\n',
    "id,first_name,last_name,email,lms_user_id\nalee,Ann,Lee,,7\nalee,Ann,Lee,,7\n",
]


@pytest.mark.parametrize("text", ROSTERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_rosters_of_platforms(course, tmp_path, text, encoding):
    file = tmp_path / "class.csv"
    file.write_text(text, encoding=encoding)
    roster = read_roster(course, file)
    assert [person.id for person in roster.people] == ["alee"]
    for named in (
        Named("moodle", "Ann Lee", "17", ""),
        Named("canvas", "leeann", "7", ""),
        Named("ilias", "Lee_Ann_alee_6033", "6033", ""),
        Named("plain", "Lee, Ann", "Lee, Ann", ""),
        Named("plain", "alee", "alee", ""),
    ):
        assert [person.id for person in roster.find(named)] == ["alee"], named
    assert roster.find(Named("moodle", "Ann Leeds", "18", "")) == []
