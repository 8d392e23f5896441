"""Exported scores are read back as they are, by whom they are for, and are no formulas."""

import csv
import json

import light
import pytest
from books import gradebook_of

from autograder import cli
from autograder.collect.collect import collect
from autograder.grade import grade
from autograder.report.export import export
from autograder.report.formats import FORMATS
from autograder.run.crew import Here

#: Folder names on the platform, and what each handed in.
CLASS = {
    "Lee, Ann_7001_9001_light.ipynb": "right",
    "=cmd|' !A0_7002_9002_light.ipynb": "raises",
    'Zoë "Z" O\'Neill_7003_9003_light.ipynb': "double-wrong",
    "@sum_7004_9004_light.ipynb": "square-wrong",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("export")
    course = light.make_course(root / "course")
    for name, answer in CLASS.items():
        (root / name).write_text(light.notebook(course, answer))
        (root / "downloads").mkdir(exist_ok=True)
        (root / name).rename(root / "downloads" / name)
    collect(course, root / "downloads", light.NAME)
    grade(course, light.NAME, kind="none", crew=Here(2))
    with gradebook_of(course) as gradebook:
        gradebook.update_or_create_student(
            "Lee, Ann", first_name="Ann", last_name="Lee", email="ann@example.org"
        )
        gradebook.find_grade("why", light.NAME, light.NAME, "Lee, Ann").manual_score = 2.5
        gradebook.db.commit()
    return course


def read(course, to):
    made = export(course, light.NAME, to)
    with made.file.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def test_a_spreadsheet_gets_a_column_for_each_question(course):
    head, *rows = read(course, "csv")
    assert head[:4] == ["student", "last_name", "first_name", "email"]
    table = [dict(zip(head, row, strict=True)) for row in rows]
    ann = next(row for row in table if row["email"] == "ann@example.org")
    assert (ann["double-test"], ann["square-test"], ann["why"]) == ("3", "4", "2.5")
    assert (ann["score"], ann["max_score"]) == ("9.5", "12")
    assert {row["student"] for row in table} == {
        "Lee, Ann", "'=cmd%7C' !A0", "Zoë %22Z%22 O'Neill", "'@sum",
    }  # fmt: skip


def test_canvas_finds_its_columns_and_numbers(course):
    head, points, *rows = read(course, "canvas")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", light.NAME]
    assert points == ["    Points Possible", "", "", "", "", "12"]
    assert {row[1]: row[5] for row in rows} == {
        "7001": "9.5", "7002": "4", "7003": "4", "7004": "3",
    }  # fmt: skip
    assert next(row[0] for row in rows if row[1] == "7001") == "Lee, Ann"


def test_moodle_finds_its_participants(course):
    head, *rows = read(course, "moodle")
    assert head == ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade"]
    # Collected from Canvas, whose numbers are none of Moodle's.
    assert next(row for row in rows if row[1] == "Ann Lee") == [
        "Lee, Ann", "Ann Lee", "ann@example.org", "9.5", "12",
    ]  # fmt: skip


@pytest.mark.parametrize("to", FORMATS)
def test_no_cell_is_a_formula(course, to):
    for row in read(course, to):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row), row


def test_the_command(course, capsys, tmp_path):
    target = tmp_path / "scores.csv"
    arguments = ["export", light.NAME, "--course", str(course.root), "--to", "moodle"]
    assert cli.main([*arguments, "--output", str(target), "--json"]) == cli.DONE
    told = json.loads(capsys.readouterr().out)
    nameless = told.pop("nameless")
    assert told == {"assignment": light.NAME, "file": str(target), "students": 4, "ungraded": 0}
    assert len(nameless) == 4, "collected from Canvas, whose numbers are none of Moodle's"
    assert target.read_text("utf-8").startswith("Identifier,")
    assert cli.main(arguments) == cli.DONE
    assert (course.root / "reports" / f"{light.NAME}-moodle.csv").is_file()


def test_whom_the_platform_may_not_find_is_named(course, capsys):
    for to, said in (("moodle", "4 students without a number"), ("canvas", ""), ("csv", "")):
        assert cli.main(["export", light.NAME, "--course", str(course.root), "--to", to]) == 0
        text = capsys.readouterr().out
        assert ("without a number" in text) == bool(said)
        assert said in text
        assert ("Lee, Ann" in text) == bool(said)
    assert (course.root / "reports" / f"{light.NAME}-scores.csv").is_file()


def test_every_format_is_named_where_people_look(repository, capsys):
    with pytest.raises(SystemExit):
        cli.main(["export", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    page = (repository / "docs" / "ta.md").read_text(encoding="utf-8")
    for to, form in FORMATS.items():
        assert form.reader in told
        assert form.reader.removeprefix("a ") in page, f"docs/ta.md says nothing of {to}"


def test_before_anybody_is_graded(tmp_path, capsys):
    course = light.make_course(tmp_path / "course")
    assert cli.main(["export", light.NAME, "--course", str(course.root)]) == cli.USAGE
    assert "nobody is graded yet" in capsys.readouterr().err
