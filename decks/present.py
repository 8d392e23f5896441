"""Present a lecture live: JupyterLab as slides, its cells run, its explorers answering.

    make present LECTURE=05

The notebook in `lectures/` is never changed. A copy in `build/present` is run in the kernel that
JupyterLab will talk to, so that everything on the slides is there and alive at the first look.
JupyterLab gets settings of its own, in a folder that goes when the presentation ends.
"""

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import webbrowser
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from copies import ROOT, fresh_copy, path_of
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError
from nbformat.sign import NotebookNotary

HERE = Path(__file__).parent
#: Seconds that a server may take to start, and a cell to run.
PATIENCE = 300
SETTINGS = {
    "jupyterlab-slideshow/plugin": {"active": True},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # All cells stand in the page: the slideshow looks for them there.
    "@jupyterlab/notebook-extension/tracker": {
        "windowingMode": "none",
        "codeCellConfig": {"lineWrap": True},
    },
}
#: Where Jupyter keeps what is of no use after the presentation.
PRIVATE = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}


def main() -> int:
    """Present what is asked for until Ctrl-C; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lecture", default="", help="the beginning of its name, such as 05")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    options = parser.parse_args()
    # Whoever ends us gets the same order: the server stops, and with it the kernel.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        present(choose(options.lecture), browser=not options.no_browser)
    except (LookupError, RuntimeError) as problem:
        print(problem, file=sys.stderr)
        return 2 if isinstance(problem, LookupError) else 1
    except KeyboardInterrupt:
        print()
    return 0


def choose(beginning: str) -> Path:
    """Return the one lecture whose name begins so.

    Raises
    ------
    LookupError
        There is none, or more than one.
    """
    lectures = sorted((ROOT / "lectures").glob("*.ipynb"))
    found = [path for path in lectures if path.stem.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    many = "more than one lecture begins with" if found else "no lecture begins with"
    problem = f"{many} {beginning!r}" if beginning else "say which lecture, such as LECTURE=05"
    raise LookupError(f"{problem}; there are: {', '.join(path.stem for path in lectures)}")


def present(lecture: Path, *, browser: bool) -> None:
    """Present a lecture until its server ends."""
    copy = fresh_copy(lecture)
    with tempfile.TemporaryDirectory(prefix="present-") as folder, serve(Path(folder)) as server:
        connection = server.open(copy)
        print(f"{lecture.stem}: running its cells ...", flush=True)
        run(copy, connection)
        sign(copy, server.private / PRIVATE["JUPYTER_DATA_DIR"])
        address = f"{server.url}lab/tree/{path_of(copy)}?token={server.token}"
        print(f"{address}\nCtrl-C ends the presentation.", flush=True)
        if browser:
            webbrowser.open(address)
        server.process.wait()


@dataclass(frozen=True)
class Server:
    """A Jupyter server that runs, and where it keeps its things."""

    process: "subprocess.Popen[bytes]"
    url: str
    token: str
    private: Path

    def ask(self, path: str, content: Any = None) -> Any:
        """Ask the server's REST API; with content, post it."""
        request = urllib.request.Request(  # noqa: S310 (our own server)
            f"{self.url}api/{path}",
            data=None if content is None else json.dumps(content).encode(),
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return json.load(answer)

    def open(self, copy: Path) -> Path:
        """Start the kernel that JupyterLab will use for a notebook; return its connection file."""
        kernel = {"name": "python3"}
        session = {"path": path_of(copy), "name": copy.name, "type": "notebook", "kernel": kernel}
        found = self.ask("sessions", session)["kernel"]["id"]
        return self.private / PRIVATE["JUPYTER_RUNTIME_DIR"] / f"kernel-{found}.json"


@contextlib.contextmanager
def serve(private: Path) -> Iterator[Server]:
    """Run JupyterLab on the repository, with all its own files in one folder; stop it in the end.

    Raises
    ------
    RuntimeError
        It did not start; the message is its log.
    """
    token, log = secrets.token_hex(16), private / "log"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--custom-css"]
    command += [f"--ServerApp.root_dir={ROOT}", "--ServerApp.port=0"]  # any free one
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    places = {name: str(private / place) for name, place in PRIVATE.items()}
    furnish(private)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**kept, **places, "JUPYTER_TOKEN": token},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us; we stop it in order
        )
        try:
            yield wait_until_up(process, token, private)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=30)
            process.kill()
            process.wait()


def furnish(private: Path) -> None:
    """Write the settings and the style of the slides."""
    for place in PRIVATE.values():
        (private / place).mkdir()
    for plugin, settings in SETTINGS.items():
        path = private / "settings" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), "utf-8")
    (private / "config" / "custom").mkdir()
    shutil.copy(HERE / "live.css", private / "config" / "custom" / "custom.css")


def wait_until_up(process: "subprocess.Popen[bytes]", token: str, private: Path) -> Server:
    """Return the server as soon as it answers."""
    facts = private / PRIVATE["JUPYTER_RUNTIME_DIR"] / f"jpserver-{process.pid}.json"
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        # Not written, half written, or not answering yet: look again.
        with contextlib.suppress(OSError, ValueError):
            server = Server(process, json.loads(facts.read_text("utf-8"))["url"], token, private)
            server.ask("status")
            return server
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{(private / 'log').read_text('utf-8')}")


class Guest(NotebookClient):
    """Runs a notebook in a kernel of somebody else's, and leaves it running."""

    @contextlib.asynccontextmanager
    async def async_setup_kernel(self, **_: Any) -> AsyncIterator[None]:
        """Talk to the kernel while the cells run."""
        await self.async_start_new_kernel_client()
        try:
            yield
        finally:
            self.kc.stop_channels()

    async def async_execute_cell(self, *arguments: Any, **settings: Any) -> Any:
        """Run a cell; stop when told to, which nbclient takes for the kernel's death."""
        try:
            return await super().async_execute_cell(*arguments, **settings)
        except DeadKernelError:
            if asyncio.current_task().cancelling():
                raise asyncio.CancelledError from None
            raise


def run(copy: Path, connection: Path) -> None:
    """Run all cells of a copy in the kernel behind a connection file; store what they show.

    Raises
    ------
    RuntimeError
        A cell failed; the message says which, and how.
    """
    notebook = nbformat.read(copy, as_version=4)
    manager = AsyncKernelManager(owns_kernel=False)
    manager.load_connection_file(str(connection))
    try:
        asyncio.run(Guest(notebook, km=manager, timeout=PATIENCE).async_execute())
    except CellExecutionError as error:
        raise RuntimeError(f"{copy.stem} fails: {error.ename}: {error.evalue}") from None
    except (CellControlSignal, DeadKernelError) as error:
        raise RuntimeError(f"{copy.stem} fails: {error}") from None
    nbformat.write(notebook, copy)


def sign(copy: Path, data: Path) -> None:
    """Tell the server that the outputs are ours, so that it shows them."""
    notary = NotebookNotary(data_dir=str(data))
    notary.sign(nbformat.read(copy, as_version=4))
    notary.store.close()


if __name__ == "__main__":
    sys.exit(main())
