"""A static JupyterLite site of what was handed out: assignments in the browser, nothing installed.

    make lite

It takes the student bundle, keeps the assignments that need only NumPy, and lets JupyterLite build
the pages. Python itself, NumPy and Matplotlib come from Pyodide's address when somebody opens it.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import nbformat

from autograder.course.course import open_course
from autograder.problems import DONE, USAGE, UsageError
from autograder.release.bundle import make_bundle
from cnnlib.desk.course import MANIFEST, RELEASED

#: Stands first in each notebook. The rest of what cnnlib asks for has no place in a browser.
INSTALL = """# In the browser: this brings the course's own package. It takes a few seconds, once.
%pip install -q numpy matplotlib
%pip install -q --no-deps cnnlib"""


def main() -> int:
    """Build the site; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--course", type=Path, default=Path())
    parser.add_argument("--lite", default=sys.executable, help="a Python that has JupyterLite")
    options = parser.parse_args()
    try:
        course = open_course(options.course)
        target = course.root / "build" / "lite" / "site"
        with tempfile.TemporaryDirectory() as folder:
            wheel, names = lay_out(make_bundle(course), Path(folder))
            build(options.lite, Path(folder) / "files", wheel, target)
    except UsageError as error:
        print(f"lite: {error}", file=sys.stderr)
        return USAGE
    print(f"in the site   {', '.join(names)}")
    print(f"a folder for any web server   {target}")
    print(f"to try it   {sys.executable} -m http.server --directory {target}")
    return DONE


def lay_out(bundle: Path, folder: Path) -> tuple[Path, list[str]]:
    """Put what the site shows into `folder/files`; return cnnlib's wheel, and the assignments.

    Raises
    ------
    UsageError
        Nothing that was handed out runs with NumPy alone.
    """
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    (released,) = folder.glob(f"*/{RELEASED}")
    told = json.loads((released / MANIFEST).read_text("utf-8"))
    names = [each["name"] for each in told["assignments"] if not each["torch"]]
    if not names:
        raise UsageError(
            "no assignment that needs only NumPy was handed out; begin with: "
            "autograder release ps1_sizes"
        )
    files = folder / "files"
    shutil.copytree(released / "docs", files / "docs")
    for name in names:
        shutil.copytree(released / "assignments" / name, files / "assignments" / name)
    for path in files.glob("assignments/*/*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(INSTALL, id="in-the-browser"))
        nbformat.write(notebook, path)
    for path in files.rglob("*.svg"):
        # JupyterLite shows no picture with letters beyond Latin-1 in its text.
        path.write_bytes(path.read_text("utf-8").encode("ascii", "xmlcharrefreplace"))
    (wheel,) = released.glob("cnnlib-*.whl")
    return wheel, names


def build(python: str, files: Path, wheel: Path, target: Path) -> None:
    """Let JupyterLite build the site.

    Raises
    ------
    UsageError
        It is not installed, or refuses.
    """
    command = [
        # Not resolved: a link to an environment's Python is that environment.
        *(str(Path(python).absolute()), "-m", "jupyterlite_core.app"),
        *("build", "--force", "--no-sourcemaps"),
        *("--contents", str(files), "--piplite-wheels", str(wheel)),
        *("--lite-dir", str(files.parent / "lite"), "--output-dir", str(target.absolute())),
    ]
    (files.parent / "lite").mkdir()
    shutil.rmtree(target, ignore_errors=True)
    # There, because it leaves a file of its own where it runs.
    built = subprocess.run(
        command, cwd=files.parent / "lite", capture_output=True, text=True, check=False
    )
    if built.returncode:
        raise UsageError(f"JupyterLite built no site: {built.stderr.strip()[-400:]}")


if __name__ == "__main__":
    sys.exit(main())
