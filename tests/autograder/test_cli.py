"""What people see when they use a command wrongly: one clear line, and nothing is damaged."""

import json
import shutil
import sys
from pathlib import Path
from pkgutil import iter_modules

import pytest
import torch

from autograder import cli, commands, doctor

COMMANDS = [m.name for m in iter_modules(commands.__path__) if m.name != "output"]


@pytest.fixture
def course(tmp_path, copy_course):
    return copy_course(tmp_path / "course")


def complain(capsys, *arguments):
    """Run a command that must refuse; return its one line."""
    assert cli.main(arguments) == cli.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("autograder: ")
    assert captured.err.count("\n") == 1
    return captured.err


def hand_in(course, student="ann", data=b"{"):
    folder = course / "submitted" / student / "ps2_forward"
    folder.mkdir(parents=True)
    (folder / "ps2_forward.ipynb").write_bytes(data)


@pytest.mark.parametrize(
    "command", ["grade", "triage", "feedback", "release", "report", "export", "collect ."]
)
def test_a_wrong_assignment_names_the_right_ones(capsys, course, command):
    line = complain(capsys, *command.split(), "ps2_foward", "--course", str(course))
    assert "no assignment 'ps2_foward'" in line
    assert "ps2_forward" in line
    assert not (course / "gradebook.db").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps_with_an_example(capsys, command):
    with pytest.raises(SystemExit) as stop:
        cli.main([command, "--help"])
    assert stop.value.code == cli.DONE
    text = capsys.readouterr().out
    assert f"example: autograder {command}" in text
    assert "--course DIR" in text
    assert "--json" in text


def test_a_folder_that_is_no_course(capsys, tmp_path):
    line = complain(capsys, "grade", "ps2_forward", "--course", str(tmp_path / "nowhere"))
    assert "is not a course" in line


def test_no_submissions(capsys, course):
    options = ("--course", str(course), "--no-sandbox")
    assert "submitted is missing" in complain(capsys, "grade", "ps2_forward", *options)
    (course / "submitted").mkdir()
    assert "nobody has handed in" in complain(capsys, "grade", "ps2_forward", *options)
    for command in ("feedback", "report", "export"):
        line = complain(capsys, command, "ps2_forward", *options[:2])
        assert "nobody is graded yet" in line


def test_an_unknown_student(capsys, course):
    hand_in(course)
    options = ("--course", str(course), "--no-sandbox", "--student", "bob")
    assert "no submission of bob" in complain(capsys, "grade", "ps2_forward", *options)


def test_a_course_that_cannot_be_written(capsys, course):
    hand_in(course)
    # A file where the state folder belongs: also root, who may write anywhere, meets an error.
    shutil.rmtree(course / ".autograder")
    (course / ".autograder").write_text("")
    options = ("--course", str(course), "--no-sandbox")
    assert "cannot be written to" in complain(capsys, "grade", "ps2_forward", *options)
    assert not (course / "gradebook.db").exists()


def test_a_gradebook_that_is_none(capsys, course):
    hand_in(course)
    (course / "gradebook.db").write_text("this is no database " * 100)
    options = ("--course", str(course), "--no-sandbox")
    assert "cannot be used" in complain(capsys, "grade", "ps2_forward", *options)
    assert (course / "gradebook.db").read_text().startswith("this is no database")


def test_without_bubblewrap_grading_is_refused(capsys, course, monkeypatch):
    hand_in(course)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    line = complain(capsys, "grade", "ps2_forward", "--course", str(course))
    assert "bwrap was not found" in line
    assert "--no-sandbox" in line


@pytest.mark.parametrize("workers", ["0", "-1", "two"])
def test_a_silly_number_of_workers(capsys, workers):
    with pytest.raises(SystemExit) as stop:
        cli.main(["grade", "ps2_forward", "--workers", workers])
    assert stop.value.code == cli.USAGE
    assert "not a number of workers" in capsys.readouterr().err


def test_an_unreadable_submission_makes_the_status_1_and_the_rest_is_graded(capsys, course):
    hand_in(course, "ann", b"{")
    hand_in(
        course,
        "o'brien, =SUM(1)",
        (course / "assignments/ps2_forward/ps2_forward.ipynb").read_bytes(),
    )
    options = ("--course", str(course), "--no-sandbox", "--json", "--workers", "1")
    assert cli.main(["grade", "ps2_forward", *options]) == cli.INCOMPLETE
    report = json.loads(capsys.readouterr().out)
    assert report["sandbox"] == "none"
    assert report["workers"] == 1
    states = {entry["student"]: entry["state"] for entry in report["submissions"]}
    assert states == {"ann": "unreadable", "o'brien, =SUM(1)": "graded with problems"}


def test_triage_names_problems_before_grading(capsys, course):
    hand_in(course)
    assert cli.main(["triage", "ps2_forward", "--course", str(course), "--json"]) == cli.INCOMPLETE
    found = json.loads(capsys.readouterr().out)["problems"]["ann"]
    assert [problem["kind"] for problem in found] == ["unreadable"]
    assert not (course / "gradebook.db").exists()


def test_the_doctor_reports(capsys, course, require_program):
    require_program("bwrap")
    assert cli.main(["doctor", "--course", str(course), "--json"]) == cli.DONE
    report = json.loads(capsys.readouterr().out)
    found = {finding["name"]: finding["value"] for finding in report["findings"]}
    assert report["ok"]
    assert found["sandbox"] == "bubblewrap"
    assert found["torch"].startswith("2.")


def test_the_doctor_says_how_to_call_the_command(capsys, course, monkeypatch):
    def command():
        (finding,) = [each for each in doctor.examine(course) if each.name == "command"]
        return finding

    monkeypatch.setenv("PATH", "/nowhere")
    assert "not on the PATH" in command().value
    assert "/activate, or type " in command().advice
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert command() == doctor.Finding("command", "autograder")


@pytest.mark.parametrize("system", ["Linux", "Darwin", "Windows"])
def test_without_a_sandbox_every_system_gets_its_advice(system):
    advice = doctor.without_sandbox(system)
    assert ("apt install bubblewrap" in advice) == (system == "Linux")
    assert "docs/ta.md" in advice


def test_the_container_is_built_from_what_is_here(repository):
    settings = json.loads((repository / ".devcontainer" / "devcontainer.json").read_text())
    made_from = repository / ".devcontainer" / settings["build"]["dockerfile"]
    assert "bubblewrap" in made_from.read_text()
    assert settings["runArgs"][1] in (repository / "docs" / "ta.md").read_text()


@pytest.mark.skipif(torch.cuda.is_available(), reason="here is a CUDA device")
def test_a_device_that_is_not_there(capsys, course):
    hand_in(course, data=(course / "assignments/ps2_forward/ps2_forward.ipynb").read_bytes())
    options = ("--course", str(course), "--no-sandbox", "--device", "cuda")
    line = complain(capsys, "grade", "ps2_forward", *options)
    assert "references cannot be computed on cuda" in line
    assert not (course / "autograded").exists()
