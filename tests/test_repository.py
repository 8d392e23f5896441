"""The repository keeps its own rules."""

import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tools import contents
from tools import notebooks as hygiene

#: Names that conda-forge has differently.
CONDA_NAMES = {"pytorch": "torch"}


def tracked(repository, *patterns):
    """Return the files that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns],
        cwd=repository,
        check=True,
        capture_output=True,
        text=True,
    )
    return [repository / name for name in listed.stdout.split("\0") if name]


def ranges(repository):
    """Return the requirements that pyproject.toml states, by name, development ones left out."""
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["grader"]
    return {r.name: r.specifier for r in map(Requirement, lines)}, project


def pins(repository):
    lines = (repository / "constraints.txt").read_text().split()
    return dict(line.split("==") for line in lines)


def test_conda_users_get_the_same_ranges(repository):
    listed = yaml.safe_load((repository / "environment.yml").read_text())["dependencies"]
    stated, project = ranges(repository)
    found = {}
    for line in listed:
        name, bounds = re.fullmatch(r"([\w-]+)(.*)", line).groups()
        found[CONDA_NAMES.get(name, name)] = SpecifierSet(bounds)
    assert found.pop("python") == SpecifierSet(project["requires-python"])
    found.pop("pip")
    assert found == stated


def test_what_is_pinned_lies_in_the_ranges_and_is_what_is_installed(repository):
    pinned = {name.lower().replace("_", "-"): version for name, version in pins(repository).items()}
    stated, project = ranges(repository)
    for line in project["optional-dependencies"]["dev"]:
        requirement = Requirement(line)
        if requirement.name != project["name"]:
            stated[requirement.name] = requirement.specifier
    for name, bounds in stated.items():
        assert bounds.contains(pinned[name.lower()]), name
    installed = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    for line in installed.stdout.split():
        name, version = line.split("==")
        name = name.lower().replace("_", "-")
        if name in pinned:
            assert pinned[name] == version.partition("+")[0], name


def test_notebooks_are_in_canonical_form(repository):
    for path in hygiene.notebooks():
        assert path.read_text("utf-8") == hygiene.canonical(path), f"{path}: run `make format`"


@pytest.mark.parametrize(
    "command", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join
)
def test_style_and_types(repository, command):
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=repository,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_make_alone_lists_every_target(repository):
    # By itself, also where these tests run under make.
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    listed = subprocess.run(
        ["make"], cwd=repository, env=environment, check=True, capture_output=True, text=True
    )
    targets = re.findall(r"^\.PHONY: (.*)$", (repository / "Makefile").read_text(), re.MULTILINE)
    assert [line.split()[1] for line in listed.stdout.splitlines()] == targets[0].split()


def test_the_readme_names_only_commands_that_exist(repository):
    text = (repository / "README.md").read_text()
    makefile = (repository / "Makefile").read_text()
    for target in re.findall(r"^(?:.*`)?make ([a-z]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for path in re.findall(r"\]\(([\w./-]+)\)|src=\"([\w./-]+)\"", text):
        name = "".join(path)
        assert (repository / name).exists(), name


def test_the_readme_lists_the_lectures_and_assignments_that_there_are(repository):
    made = contents.readme(repository)
    assert (repository / "README.md").read_text("utf-8") == made, "run `make format`"
    for folder in ("lectures", "assignments"):
        for path in (repository / folder).glob("**/[a-z0-9]*.ipynb"):
            assert f"({path.relative_to(repository)})" in made


def test_the_readme_shows_pictures_of_lectures_where_there_are_any(repository, tmp_path):
    for name in ("README.md", "assignments", "lectures"):
        (tmp_path / name).symlink_to(repository / name)
    folder = tmp_path / "docs" / "img" / "lectures"
    folder.mkdir(parents=True)
    lecture = sorted((repository / "lectures").glob("[0-9]*.ipynb"))[0]
    (folder / f"{lecture.stem}.png").touch()
    made = contents.readme(tmp_path)
    assert f"](docs/img/lectures/{lecture.stem}.png)](lectures/{lecture.name}) |" in made


def test_no_download_address_stands_in_any_file(repository):
    hosts = re.compile(r"(pypi|pythonhosted|npmjs|deb\.debian|download\.pytorch)\.[a-z]{2,3}")
    for path in tracked(repository):
        if path.suffix in {".png", ".svg", ".npz", ".ttf"} or path.name == "test_repository.py":
            continue
        assert not hosts.search(path.read_text("utf-8")), path


def test_no_file_grows_too_long(repository):
    for path in tracked(repository, "cnnlib/*.py", "autograder/*.py"):
        assert len(path.read_text().splitlines()) <= 400, path
