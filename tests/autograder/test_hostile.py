"""Attacks cost only the attacker: honest work between them keeps its marks."""

import json
from dataclasses import asdict, replace

import nbformat
import pytest

from autograder import demo, sandbox
from autograder.course import open_course
from autograder.crew import Here
from autograder.feedback import make_feedback
from autograder.grade import grade
from autograder.problems import Problem
from autograder.tables import print_class

HONEST = 85
#: Code at the top of the first solution, and the score that is left of 85.
ATTACKS = {
    "half-characters": ("print('\\ud800'); raise ValueError('\\ud800 [/red] \\x1b[2J')", 0),
    "fake-check": ("class check:\n    im2col = conv2d_im2col = conv2d_forward = print", 0),
    "fake-check-later": (
        "import cnnlib.check as module\n"
        "for name in ('im2col', 'conv2d_im2col', 'conv2d_forward'):\n"
        "    object.__setattr__(module, name, lambda *a, **k: None)",
        0,
    ),
    "forged-frames": (
        "import os, json\n"
        "for descriptor in range(3, 12):\n"
        "    try:\n"
        "        os.write(descriptor, b'[' * 100_000 + b'\\n')\n"
        "    except OSError:\n"
        "        pass",
        0,
    ),
    "forged-verdict": (
        "import os, json\n"
        "frame = {'kind': 'done', 'index': 9, 'outputs': [], 'seconds': 1e999,"
        " 'timed_out': False, 'score': 100, 'size': 0}\n"
        "for descriptor in range(3, 12):\n"
        "    try:\n"
        "        os.write(descriptor, json.dumps(frame).encode() + b'\\n')\n"
        "    except OSError:\n"
        "        pass",
        HONEST,  # noise beside right work changes nothing
    ),
    "html": (
        "from IPython.display import HTML, display\ndisplay(HTML('<b>100</b>'))",
        HONEST,
    ),
    "chdir": ("import os, numpy as np\nos.chdir('/')\nnp.seterr(all='raise')", HONEST),
    "warns": ("import warnings, sys\nwarnings.warn('old'); print('!', file=sys.stderr)", HONEST),
    "reads-cases": (
        "import gc\n"
        "from cnnlib.check import _backend\n"
        "assert not any(word in str(vars(_backend.current())).lower()"
        " for word in ('expected', 'reference', 'verdict'))",
        HONEST,
    ),
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory, copy_course):
    course = open_course(copy_course(tmp_path_factory.mktemp("hostile") / "course"))
    solution = course.source(demo.ASSIGNMENT) / f"{demo.ASSIGNMENT}.ipynb"
    einsum = demo.write(demo.FORWARD, "einsum.cell")
    hand_in = {
        "honest-1": "",
        **{name: code for name, (code, _) in ATTACKS.items()},
        "zz-honest": "",
    }
    for name, code in hand_in.items():
        notebook = demo.submission(course, solution, einsum, name)
        for cell in notebook.cells:
            if cell.id == demo.FORWARD:
                cell.source = f"{code}\n\n{cell.source}"
        folder = course.path("submitted", name, demo.ASSIGNMENT)
        folder.mkdir(parents=True)
        (folder / solution.name).write_text(nbformat.writes(notebook), encoding="utf-8")
    evil = course.path("submitted", "evil-version", demo.ASSIGNMENT)
    evil.mkdir(parents=True)
    script = {"nbformat": "<script>alert(1)</script>" * 10_000, "cells": []}
    (evil / solution.name).write_text(json.dumps(script))
    kind = "none" if sandbox.bubblewrap_fault() else "bubblewrap"
    return course, grade(course, demo.ASSIGNMENT, kind=kind, crew=Here(2))


def test_honest_work_keeps_its_marks_and_attacks_gain_nothing(outcome):
    scores = {entry["student"]: entry["score"] for entry in outcome[1].submissions}
    expected = {name: score for name, (_, score) in ATTACKS.items()}
    assert scores == {
        **expected, "honest-1": HONEST, "zz-honest": HONEST, "evil-version": 0,
    }  # fmt: skip


def test_what_students_write_is_shown_and_never_obeyed(outcome, capsys):
    course, report = outcome
    shouted = asdict(Problem("error", "[b]ex1[/b]", "[/red] :smile: \ud800 \x1b[2J" + "!" * 999))
    entry = {**report.submissions[0], "problems": [shouted]}
    print_class(replace(report, submissions=[entry]))
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "[/red] :smile: ?" in shown
    assert shown.count("!") < 300
    make_feedback(course, demo.ASSIGNMENT)
    page = course.path("feedback", "evil-version", demo.ASSIGNMENT) / f"{demo.ASSIGNMENT}.html"
    assert "<script>alert(1)" not in page.read_text()
