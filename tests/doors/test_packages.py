"""Checks that an installed package brings: found, refused and named without touching cnnlib."""

import os
import subprocess
import sys

import pytest

from autograder.release.skeleton import FILES, FUNCTION, NAME

ENTRY = '[cnnlib.checks]\n"{module}" = {point}\n'
PREAMBLE = "import sys\nfrom cnnlib import check\n"


@pytest.fixture
def site(tmp_path):
    """A folder as pip leaves it; returns what installs a package there, and what runs code."""

    def install(name, code, point=None):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(code)
        about = tmp_path / f"{name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        text = ENTRY.replace('"{module}"', name).replace("{point}", point or name)
        (about / "entry_points.txt").write_text(text)

    def run(code):
        done = subprocess.run(
            [sys.executable, "-c", PREAMBLE + code],
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stderr == ""
        return done.stdout.strip()

    install.run = run
    return install


def code_of(function):
    text = (FILES / "checks.py.txt").read_text("utf-8").replace(FUNCTION, function)
    return text.replace(NAME, "ps10_outside") + f"\nCHECKS = ({function},)\n"


def test_its_checks_are_there_by_their_name(site):
    site("ps10_outside", code_of("brightness"))
    assert site.run(
        "check.brightness(lambda x: x.mean(axis=(2, 3)))\n"
        "try: check.brightness(lambda x: x.sum(axis=(2, 3)), cases='hidden')\n"
        "except check.CheckFailed as error: print('the sum is not divided' in str(error))\n"
        "print('brightness' in dir(check), len(check.CHECKS) == len(list(check.CHECKS)))\n"
    ).endswith("True\nTrue True")


@pytest.mark.parametrize("point", ["ps10_outside:brightness", "ps10_outside:CHECKS"])
def test_an_entry_point_may_be_one_check_or_all_of_them(site, point):
    site("ps10_outside", code_of("brightness"), point)
    assert site.run("print(check.brightness.name)") == "brightness"


def test_nobody_imports_it_who_does_not_ask(site):
    site("slow", "raise SystemExit('this takes a minute')")
    code = "check.conv2d_forward\nprint({'slow', 'importlib.metadata'} & {*sys.modules})"
    # An editable installation's own hook may import importlib.metadata before we do.
    assert "slow" not in site.run(code)


def test_a_broken_one_costs_nobody_else_and_is_named_in_one_line(site):
    site("broken", "import no_such_module")
    site("ps10_outside", code_of("brightness"))
    assert site.run("print(check.brightness.name, check.conv2d_forward.name)")
    line = "the checks of broken cannot be loaded: ModuleNotFoundError: No module named 'no_such_"
    assert line in site.run("print(*check.CHECKS.faults)")
    assert line in site.run("try: check.nothing\nexcept AttributeError as error: print(error)")


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [("conv2d_forward", "brightness", "cnnlib"), ("brightness", "brightness", "another")],
)
def test_two_checks_of_one_name_are_an_error_that_names_both_packages(site, one, other, first):
    site("ps10_outside", code_of(one))
    site("another", code_of(other))
    assert site.run(
        "print(check.im2col.name)\ntry: check.brightness\nexcept ImportError as error: print(error)"
    ).endswith(f"two checks are named {one!r}: in {first} and in ps10_outside; rename one of them")


def test_a_check_named_as_a_module_would_be_hidden_by_it_and_is_an_error(site):
    site("ps10_outside", code_of("geometry"))
    assert site.run("try: check.brightness\nexcept ImportError as error: print(error)") == (
        "a check of ps10_outside is named 'geometry', like a module of cnnlib.check: rename it"
    )
