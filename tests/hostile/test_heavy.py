"""Whoever reads a submission, and whoever makes its page, ends soon, small, and with a reason."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import mini
import pytest
from beside import load_beside

from autograder.course.course import open_course

HEAVY = load_beside(__file__, "heavy.py").TABLE
#: One of each kind. `COURSE_HEAVY=1` asks for all of them, which takes many minutes.
FEW = (
    "08-one-tuple-assignment", "08-magics-at-the-end", "08-formulas-that-begin",
    "09-a-picture-that-is-missing", "09-a-drawing", "12-five-hundred-magics",
    "12-a-sum-of-1200-terms",
)  # fmt: skip
#: Seconds after which something hangs, however busy the machine is.
BOUND = 300
#: So many heavy submissions are one class.
BATCH = 7
COMMANDS = ["triage", "grade", "grade", "feedback", "report", "export"]
#: MiB that no process of ours may need.
SWOLLEN = 1500
FULL = sum(points for _, points in mini.TESTS.values())
#: Ours, so that the machine survives what is not mended: 10 GB of addresses for each process.
SCRIPT = r"""
import json, pathlib, re, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (10 * 2**30, 10 * 2**30))
from autograder import cli
def own():
    # Not what getrusage says of us: that begins with the peak of whoever started this process.
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[1])
for command in sys.argv[2:]:
    start = time.monotonic()
    options = ["--workers", "1"] if command == "grade" else []
    status = cli.main([command, "mini", "--course", sys.argv[1], "--json", *options])
    most = max(own(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print("@" + json.dumps([command, status, round(time.monotonic() - start, 2), most // 1024]))
"""


@pytest.fixture(scope="module")
def outcome_of(request, tmp_path_factory, require_program):
    """Do all of it with some cases together; alone, where together it does not end well."""
    require_program("bwrap")
    folder = tmp_path_factory.mktemp("heavy")
    mini.make_course(folder / "course")
    items = [item for item in request.session.items if item.path == request.path]
    wanted = [item.callspec.params["name"] for item in items]
    batches = [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]
    with ThreadPoolExecutor(2) as pool:
        futures = {names[0]: pool.submit(_do_all, folder, names) for names in batches}

        def get(name):
            names = next(names for names in batches if name in names)
            found = futures[names[0]].result()
            return found if found.well or len(names) == 1 else _do_all(folder, [name])

        yield get


@dataclass(frozen=True)
class Done:
    """What came of the commands: each with its status, seconds and MiB, and all that was said."""

    steps: list
    out: str
    err: str
    pages: dict

    @property
    def well(self) -> bool:
        """Whether every command came to its end."""
        return [step[0] for step in self.steps] == COMMANDS and not any(
            step[1] not in (0, 1) for step in self.steps
        )

    @property
    def entries(self) -> list:
        """What both gradings say of each student; the second one has nothing left to do."""
        parts = self.out.split("\n@")[1:3]
        reports = [json.loads(part[part.index("{") :]) for part in parts]
        return [{e["student"]: e for e in report["submissions"]} for report in reports]

    @property
    def without(self) -> dict:
        """Whom `feedback` names as having no page, and why."""
        part = self.out.split("\n@")[3]
        return json.loads(part[part.index("{") :])["missing"]


def _do_all(folder, names):
    root = Path(tempfile.mkdtemp(dir=folder)) / "course"
    shutil.copytree(folder / "course", root)
    course = open_course(root)
    for student in (*names, "zz-honest"):
        notebook = mini.notebook(course)
        cells = {cell["id"]: cell for cell in notebook["cells"]}
        if student in HEAVY:
            HEAVY[student].change(notebook, cells)
        path = course.path("submitted", student, mini.NAME) / f"{mini.NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(root), *COMMANDS],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        out, err = process.communicate(timeout=BOUND)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        err += f"\nnot done after {BOUND} s"
    steps = [json.loads(line[1:]) for line in out.splitlines() if line.startswith("@")]
    pages = {path.parents[1].name: path.read_text() for path in root.glob("feedback/*/*/*.html")}
    return Done(steps, out, err[-2000:], pages)


@pytest.mark.parametrize("name", HEAVY if os.environ.get("COURSE_HEAVY") else FEW)
def test_everything_ends_soon_and_says_why(outcome_of, name):
    done = outcome_of(name)
    assert [step[0] for step in done.steps] == COMMANDS, done.err
    assert "Traceback" not in done.err
    assert [step for step in done.steps if step[1] not in (0, 1)] == [], done.err
    assert max(step[3] for step in done.steps) < SWOLLEN
    first, second = done.entries
    assert first == second, "graded once more, with another outcome"
    assert first["zz-honest"]["score"] == FULL
    heavy = first[name]
    assert (FULL if HEAVY[name].full else 0) <= heavy["score"] <= FULL, heavy["problems"]
    assert heavy["problems"] or heavy["score"] == FULL, "points are lost, and nothing says why"
    unforeseen = ("it could not run", "it could not be scored", "it could not be read")
    assert [p for p in heavy["problems"] if p["detail"].startswith(unforeseen)] == []
    assert "zz-honest" in done.pages
    assert name in done.pages or name in done.without, "no page, and nobody says so"
    assert "<script>alert" not in done.pages.get(name, "")
