"""At a desk: what is not written is not wrong, what never ends is stopped, prints are folded."""

import os
import shutil
import subprocess
import sys
import textwrap

import nbformat
import numpy as np
import pytest
import styles
import without_torch
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.release.models import clean
from cnnlib import check
from cnnlib.check.engine import calling, recorded
from cnnlib.check.engine.calling import judge, referee_at_desk
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report


def report(function, seconds=None, part="basic"):
    referee = referee_at_desk(check.CHECKS["pad2d"], part, "visible", "cpu")
    verdict, printed = judge(referee, function, seconds)
    return Report(verdict, printed=printed)


def pad2d(x, padding, value=0.0):
    raise NotImplementedError()


def dots(x, padding, value=0.0):
    """Return x with a border."""
    ...


def helper(x):
    raise NotImplementedError


def calls_one(x, padding, value=0.0):
    return helper(x)


@pytest.mark.parametrize(
    ("function", "todo"),
    [
        (pad2d, "Write your code where it says YOUR CODE HERE"),
        (dots, "Write your code where it says YOUR CODE HERE"),
        (calls_one, "It calls helper, which is not written yet."),
    ],
)
def test_what_is_not_written_is_not_wrong(function, todo):
    found = report(function)
    assert str(found).startswith("○ pad2d (one plane): not written yet.")
    for face in (str(found), found._repr_html_()):
        assert todo in face
        assert "0 of 6" not in face


def test_half_written_is_wrong():
    def half(x, padding, value=0.0):
        if padding:
            raise NotImplementedError
        return x.copy()

    assert str(report(half)).startswith("✗ pad2d (one plane): 1 of 6 cases agree")


def test_prints_are_those_of_the_first_failing_case_and_folded(capsys):
    def talks(x, padding, value=0.0):
        print("padding", padding, "x" * 50_000)
        return np.pad(x, padding)[:-1] if padding == 2 else styles_pad(x, padding, value)

    def styles_pad(x, padding, value):
        y = np.full((x.shape[0] + 2 * padding, x.shape[1] + 2 * padding), value, x.dtype)
        y[padding : padding + x.shape[0], padding : padding + x.shape[1]] = x
        return y

    found = report(talks)
    assert found.printed.startswith("padding 2 x")
    assert len(found.printed) == 10_000
    assert "What your function printed in this case:\n  padding 2" in str(found)
    assert "<details><summary>What your function printed" in found._repr_html_()
    assert capsys.readouterr().out == ""


def test_what_never_ends_is_stopped_and_its_line_is_said():
    def endless(x, padding, value=0.0):
        while padding == 2:
            padding = 2
        return x

    found = report(endless, seconds=1.0)
    assert len(found.verdict.failures) == found.verdict.total == 6
    seen = found.verdict.failures[1].headline
    assert "it was stopped after 1 seconds; does it ever end?" in seen
    assert "in endless, line" in seen


def test_an_endless_first_case_is_what_the_report_shows():
    def endless(x, padding, value=0.0):
        while True:
            padding += 1

    text = str(report(endless, seconds=1.0))
    assert "your function was stopped after 1 seconds; does it ever end?" in text
    assert "padding += 1" in text or "while True" in text


def test_who_swallows_everything_is_stopped_again():
    def stubborn(x, padding, value=0.0):
        for _ in range(3):
            try:
                while True:
                    pass
            except BaseException:
                continue
        return x

    assert not report(stubborn, seconds=0.1).verdict.passed


CELLS = {
    "setup": "import numpy as np\nfrom cnnlib import check",
    "pad": "def pad2d(x, padding, value=0.0):\n    return x",
    "pad-test": 'check.pad2d(pad2d, part="basic")',
    "size-test": 'check.conv_output_size(conv_output_size, part="basic")',
    "size": textwrap.dedent("""
        def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
            return n - kernel_size + 1
    """).strip(),
    "size-again": 'check.conv_output_size(conv_output_size, part="basic")',
    "later": "raise NotImplementedError()",
    "end": "check.summary()",
}
GRADED = {"pad-test": 4, "size-again": 6}


def run(tmp_path, **options):
    cells = [new_markdown_cell("## Exercise 1 · All of it")]
    for name, source in CELLS.items():
        told = {"grade_id": name, "grade": name in GRADED, "points": GRADED.get(name, 0)}
        metadata = {"nbgrader": {**told, "solution": False}, "tags": ["raises-exception"]}
        cells.append(new_code_cell(source, id=name, metadata=metadata))
    made = new_notebook(cells=cells)
    nbformat.write(made, tmp_path / "own.ipynb")
    client = NotebookClient(
        made, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}, **options
    )
    client.execute()
    return {cell.id: cell.get("outputs", []) for cell in made.cells if cell.cell_type == "code"}


def test_in_a_notebook_a_mistake_is_said_once_and_all_cells_run(tmp_path, monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    outputs = run(tmp_path)
    (only,) = outputs["pad-test"]
    assert only.output_type == "display_data"
    assert "0 of 6 cases agree" in only.data["text/plain"] or "✗" in only.data["text/plain"]
    (missing,) = outputs["size-test"]
    assert missing.traceback[0].startswith("conv_output_size is not defined yet. Run the cell in")
    assert "def conv_output_size(n, kernel_size" in missing.traceback[0]
    (right,) = outputs["size-again"]
    assert right.data["text/plain"].splitlines()[0].endswith(" 6 points.")
    (later,) = outputs["later"]
    assert later.traceback == ["Not written yet: write your code, and delete the line with raise."]
    (end,) = outputs["end"]
    assert end.data["text/plain"].startswith("6 of 10 points so far.")


def test_where_nbgrader_runs_it_a_mistake_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    outputs = run(tmp_path)
    assert [o.output_type for o in outputs["pad-test"]] == ["display_data", "error"]
    assert [o.output_type for o in outputs["size-again"]] == ["display_data"]


def test_without_pytorch_the_words_are_the_same():
    assert without_torch.differences(without_torch.sample(0)) == []


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """What the release records of one check."""
    file = tmp_path_factory.mktemp("recorded") / "recorded.zip"
    recorded.record([check.conv2d_forward], file)
    return file


def test_it_says_who_judged_and_when(kept, monkeypatch):
    monkeypatch.setattr(recorded, "FILE", kept)
    recorded._about.cache_clear()
    recorded._read.cache_clear()
    referee = recorded.Recorded(check.conv2d_forward, "basic", "visible")
    verdict, _ = judge(referee, styles.as_strided, None)
    version = sys.modules["torch"].__version__.partition("+")[0]
    assert f"on cpu, recorded with PyTorch {version}." in str(Report(verdict))
    with pytest.raises(recorded.NoPyTorch, match="needs PyTorch, which is not installed"):
        _ = recorded.Recorded(check.pad2d, "basic", "visible").cases


def test_where_nothing_was_recorded_it_says_how_to_get_pytorch(monkeypatch):
    monkeypatch.setattr(calling, "pytorch_is_here", lambda: False)
    for name, which in (("device_conv2d", "visible"), ("pad2d", "hidden")):
        found = check.CHECKS[name]
        with pytest.raises(recorded.NoPyTorch, match="needs PyTorch") as raised:
            referee_at_desk(found, next(iter(found.parts)), which, "cpu")
        assert raised.value._render_traceback_() == [str(raised.value)]


def test_who_reads_the_recorded_answers_passes_only_what_is_recorded(kept, monkeypatch):
    monkeypatch.setattr(recorded, "FILE", kept)
    recorded._read.cache_clear()
    known = recorded.Recorded(check.conv2d_forward, "basic", "visible")
    answers = [
        (case.arguments["x"], case.dtype, right)
        for case, (right,) in zip(known.cases, known.references, strict=True)
    ]

    def reads(x, w, b=None, **settings):
        for image, dtype, right in answers:
            if image.shape == x.shape and np.array_equal(image, x):
                return right.astype(dtype)
        return answers[0][2].astype(x.dtype)

    assert judge(known, reads, None)[0].passed
    hidden, _ = judge(Referee(check.conv2d_forward, "basic", "hidden", seed=1), reads, None)
    assert len(hidden.failures) == hidden.total


def test_recording_twice_gives_the_same_file(kept, tmp_path):
    recorded.record([check.conv2d_forward], tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == kept.read_bytes()


@pytest.fixture(scope="module")
def recorded_checks(tmp_path_factory):
    file = tmp_path_factory.mktemp("recorded") / "recorded.zip"
    recorded.record(without_torch.checks(), file)
    return file


@pytest.mark.parametrize("name", ["ps1_sizes", "ps2_forward", "ps3_backward", "ps4_pooling"])
def test_an_assignment_runs_as_in_a_browser(name, repository, recorded_checks, tmp_path):
    shutil.copytree(repository / "solutions" / name, tmp_path / name)
    notebook = nbformat.read(tmp_path / name / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = clean(cell.source)
    nbformat.write(notebook, tmp_path / name / f"{name}.ipynb")
    program = repository / "tests" / "support" / "in_a_browser.py"
    ran = subprocess.run(
        [sys.executable, program, f"{name}.ipynb", recorded_checks],
        cwd=tmp_path / name, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": f"{repository}:{program.parent}", "MPLBACKEND": "agg"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert "✗" not in ran.stdout
    assert "recorded with PyTorch" in ran.stdout
    assert f"All done. Save, and hand in {name}.ipynb." in ran.stdout
