"""The teaching plan's minutes are those that lectures and assignments state."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLAN = (ROOT / "docs" / "instructor.md").read_text("utf-8").partition("## Timings")[0]


def first_cell(path):
    return "".join(json.loads(path.read_text("utf-8"))["cells"][0]["source"])


def test_the_minutes_of_lectures():
    stated = dict(re.findall(r"^\| (\d\d) [^|]+\| (\d+) \|", PLAN, re.MULTILINE))
    lectures = list((ROOT / "lectures").glob("*.ipynb"))
    assert {path.name[:2] for path in lectures} <= stated.keys()
    for path in lectures:
        (minutes,) = re.findall(r"^(\d+) minutes$", first_cell(path), re.MULTILINE)
        assert stated[path.name[:2]] == minutes, path.stem


def test_the_minutes_of_assignments():
    stated = dict(re.findall(r"\| `(ps\d+_\w+)` \| (\d+) ", PLAN))
    folders = sorted(path for path in (ROOT / "assignments").iterdir() if path.is_dir())
    assert sorted(stated) == [folder.name for folder in folders]
    for folder in folders:
        table = first_cell(folder / f"{folder.name}.ipynb")
        rows = re.findall(r"^\| \d+ .*\| (\d+) \| \d+ \|$", table, re.MULTILINE)
        assert sum(map(int, rows)) == int(stated[folder.name]) > 0, folder.name


def test_the_exercises_it_names_exist():
    for numbers, name in re.findall(r"exercises? ([\d, and to]+?) of `(ps\d+_\w+)`", PLAN):
        table = first_cell(ROOT / "assignments" / name / f"{name}.ipynb")
        for number in re.findall(r"\d+", numbers):
            assert re.search(rf"^\| {number} \|", table, re.MULTILINE), (number, name)
