"""From the unpacked course to a running JupyterLab: `python start.py`.

It makes an environment of its own in `.venv`, installs the course into it, and opens JupyterLab.
The second start takes seconds. Nothing outside this folder is changed.
"""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
READY = ENVIRONMENT / "ready"


def install(wheels: list[Path]) -> None:
    """Make the environment; a broken one from an earlier try is made anew."""
    print("Setting up the course. The first time this takes a few minutes …", flush=True)
    venv.create(ENVIRONMENT, with_pip=True, clear=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-c", str(HERE / "constraints.txt"), *map(str, wheels)], check=True)
    READY.write_text(fingerprint(wheels), encoding="utf-8")


def fingerprint(wheels: list[Path]) -> str:
    """Return what changes when a wheel does: a newer course is installed anew."""
    return hashlib.sha256(b"".join(wheel.read_bytes() for wheel in wheels)).hexdigest()


def main() -> int:
    """Install what is missing, then open JupyterLab."""
    if sys.version_info < (3, 11):
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
        return 1
    wheels = sorted(HERE.glob("*.whl"))
    try:
        if not READY.exists() or READY.read_text(encoding="utf-8") != fingerprint(wheels):
            install(wheels)
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"The installation did not work: {error}")
        print("Look at the message above, check the network, and run this once more.")
        return 1
    if "--no-lab" in sys.argv[1:]:
        print("Ready.")
        return 0
    print("Opening JupyterLab. To stop it, press Ctrl-C here.", flush=True)
    try:
        return subprocess.run(
            [str(PYTHON), "-m", "jupyter", "lab"], cwd=HERE, check=False
        ).returncode
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
