"""From the unpacked course to a running JupyterLab: `python3 start.py`.

It makes an environment of its own in `.venv`, installs the course into it, lays out what was handed
out, and opens JupyterLab. The next zip is unpacked over this one: your work stays as it is. All it
writes stands in this folder.

    python3 start.py                 start; the first time it installs what most assignments need
    python3 start.py --torch         install PyTorch, too: a few assignments need it, and say so
    python3 start.py --torch-index ADDRESS    take PyTorch from another index, such as the CPU's
    python3 start.py --no-lab        only prepare
    python3 start.py --here          use the environment that runs this, such as conda's
"""

from __future__ import annotations  # so that an old Python can say that it is too old

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RELEASED = HERE / "released"
ENVIRONMENT = HERE / ".venv"
#: Where Jupyter, IPython, Matplotlib and pip keep what is theirs, in place of the home folder.
OWN = HERE / ".settings"
#: What JupyterLab does otherwise here: no news, and pages of text are shown as pages.
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    },
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
}
#: Wide tables can be scrolled in a narrow window.
STYLE = ".jp-RenderedHTMLCommon table { display: block; max-width: 100%; overflow-x: auto; }\n"
FIRST = """Setting up the course. The first time this downloads about {size} MB and takes a few
minutes. If it is interrupted, start it again: it continues where it stopped."""
TORCH = """PyTorch is a download of about 200 MB on Windows and macOS. On Linux it is about 2.7 GB,
because it includes what graphics cards need. Without an NVIDIA card, the version for the CPU is
enough (about 200 MB): choose "CPU" under "Get started" on PyTorch's website, copy the address
after --index-url, and type
    {command} --torch-index ADDRESS"""


class Failed(Exception):
    """Something did not work; the message says what."""


def main() -> int:
    """Install what is missing, lay out what is new, then open JupyterLab."""
    if sys.version_info < (3, 11):
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
        return 1
    options = parse()
    try:
        course = json.loads((RELEASED / "course.json").read_text(encoding="utf-8"))
        python = prepare(course, options)
        run([python, "-m", "cnnlib.desk"])
        if options.no_lab:
            print("Ready.")
            return 0
        return open_lab(python)
    except (Failed, OSError, ValueError, KeyError) as error:
        print(f"It did not work: {error}")
        print("Read the message above, check your internet connection, and run this again.")
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start it again whenever you like.")
        return 0


def parse() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description="Start the course.")
    parser.add_argument("--torch", action="store_true", help="install PyTorch as well")
    parser.add_argument("--torch-index", metavar="ADDRESS", help="take PyTorch from this index")
    parser.add_argument(
        "--no-lab", action="store_true", help="prepare everything, but do not open JupyterLab"
    )
    parser.add_argument("--here", action="store_true", help="use the environment of this Python")
    return parser.parse_args()


def prepare(course: dict[str, Any], options: argparse.Namespace) -> str:
    """Install what is missing; return the Python to start with."""
    if options.here:
        folder, python = Path(sys.prefix), sys.executable
    else:
        program = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
        folder, python = ENVIRONMENT, str(ENVIRONMENT / program)
    note = folder / "cnn-course.json"
    before = read(note)
    wheels = [RELEASED / name for name in course["wheels"]]
    now = {"wheels": fingerprint(wheels), "torch": before.get("torch", False)}
    if not works(python):
        print(FIRST.format(size=90), flush=True)
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
    if before.get("wheels") != now["wheels"]:
        constraints = ["-c", str(RELEASED / "constraints.txt")]
        needed = ["--no-deps"] if options.here else constraints
        pip(python, *needed, *map(str, wheels))
        if before:
            # pip keeps what has the same name and version, though it may hold something else.
            pip(python, "--no-deps", "--force-reinstall", *map(str, wheels))
        write(note, now)
    wanted = options.torch or bool(options.torch_index)
    if not now["torch"] and not options.here and (wanted or asked(course, before)):
        install_torch(python, wheels, options.torch_index)
        now["torch"] = True
    seen = needing(course) if sys.stdin.isatty() else before.get("asked", [])
    write(note, {**now, "asked": seen})
    shutil.rmtree(OWN / "pip", ignore_errors=True)  # all is installed: its copies only take room
    return python


def works(python: str) -> bool:
    """Whether there is an environment, and a whole one."""
    command = [python, "-m", "pip", "--version"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def fingerprint(wheels: list[Path]) -> str:
    """Return what changes when a wheel does: a newer course is installed anew."""
    return hashlib.sha256(b"".join(wheel.read_bytes() for wheel in wheels)).hexdigest()


def asked(course: dict[str, Any], before: dict[str, Any]) -> bool:
    """Ask whether to install PyTorch, if a new assignment needs it and somebody can answer."""
    names = needing(course)
    if set(names) <= set(before.get("asked", [])) or not sys.stdin.isatty():
        return False
    print(f"\nThese assignments need PyTorch: {', '.join(names)}. The others do not.")
    print(TORCH.format(command=f"{Path(sys.executable).stem} start.py"))
    return input("Install PyTorch now? You can do it later with --torch. [y/N] ").lower()[:1] == "y"


def needing(course: dict[str, Any]) -> list[str]:
    """Return the assignments that need PyTorch."""
    return [each["name"] for each in course["assignments"] if each["torch"]]


def install_torch(python: str, wheels: list[Path], index: str | None) -> None:
    """Install PyTorch and what goes with it; what is there already stays."""
    constraints = ["-c", str(RELEASED / "constraints.txt")]
    if index:
        pip(python, *constraints, "--index-url", index, "torch")
    pip(python, *constraints, *(f"{wheel}[torch]" for wheel in wheels if "cnnlib" in wheel.name))


def pip(python: str, *arguments: str) -> None:
    """Install with pip, and say what it downloads."""
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    megabytes = 0.0
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env=surroundings(),
    ) as process:
        for line in process.stdout or ():
            found = re.match(r"\s*Downloading (\S+?)-\S* \(([\d.]+) ([kM]B|GB|bytes)\)", line)
            if found:
                unit = {"GB": 1000.0, "MB": 1.0, "kB": 1e-3, "bytes": 1e-6}[found[3]]
                megabytes += float(found[2]) * unit
                progress(f"{megabytes:7.1f} MB  {found[1]}")
            elif line.startswith("Installing"):
                progress("installing")
    progress("")
    if process.returncode:
        raise Failed("pip could not install the course")


def progress(said: str) -> None:
    """Show how far it is, in one line of a terminal."""
    if sys.stdout.isatty():
        print(f"\r  {said:<60}", end="" if said else "\r", flush=True)


def configure() -> None:
    """Write JupyterLab's settings for this course."""
    write(OWN / "lab" / "overrides.json", SETTINGS)
    style = OWN / "jupyter" / "custom" / "custom.css"
    style.parent.mkdir(parents=True, exist_ok=True)
    style.write_text(STYLE, encoding="utf-8")


def surroundings() -> dict[str, str]:
    """Return the environment variables of what is started: it keeps its things in this folder."""
    own = {
        "JUPYTER_CONFIG_DIR": "jupyter",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "MPLCONFIGDIR": "matplotlib",
        "PIP_CACHE_DIR": "pip",
    }
    return {**os.environ, **{name: str(OWN / place) for name, place in own.items()}}


def run(command: list[str]) -> int:
    """Run a command in this folder."""
    return subprocess.run(command, cwd=HERE, env=surroundings(), check=False).returncode


def open_lab(python: str) -> int:
    """Open JupyterLab on the welcome page."""
    print("Opening JupyterLab. To stop it, press Ctrl-C here.", flush=True)
    configure()
    return run(lab(python))


def lab(python: str) -> list[str]:
    """Return the command that starts JupyterLab."""
    options = [
        "--LabApp.default_url=/lab/tree/welcome.md",
        f"--LabApp.app_settings_dir={OWN / 'lab'}",
        "--LabApp.custom_css=True",
        "--LanguageServerManager.autodetect=False",  # nor write where npm keeps its things
    ]
    # As in a container, where Jupyter asks root to say so.
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [python, "-m", "jupyter", "lab", *options, *root]


def read(path: Path) -> dict[str, Any]:
    """Return what was noted; nothing where nothing was."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def write(path: Path, told: dict[str, Any]) -> None:
    """Note something."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
