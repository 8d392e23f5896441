"""Present a lecture live: JupyterLab as slides, its cells run, its explorers answering.

    make present LECTURE=05

The notebook in `lectures/` is never changed. A copy in `build/present` is run in the kernel that
JupyterLab will talk to, so that everything on the slides is there and alive at the first look.
JupyterLab gets settings of its own, in a folder that goes when the presentation ends.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError
from nbformat.sign import NotebookNotary

from cnnlib import look
from decks.copies import ROOT, fresh_copy, path_of
from decks.jupyter import PATIENCE, PRIVATE, SETTINGS, serve

HERE = Path(__file__).parent
LAB = (sys.executable, "-m", "jupyterlab", "--custom-css")
#: JupyterLab as slides.
SLIDES = {
    **SETTINGS,
    "jupyterlab-slideshow/plugin": {"active": True},
    "@jupyterlab/notebook-extension/tracker": {
        **SETTINGS["@jupyterlab/notebook-extension/tracker"],
        "codeCellConfig": {"lineWrap": True},
    },
}


def main() -> int:
    """Present what is asked for until Ctrl-C; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lecture", default="", help="the beginning of its name, such as 05")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    options = parser.parse_args()
    # Whoever ends us gets the same order: the server stops, and with it the kernel. It goes the way
    # of Ctrl-C, which asyncio hears; raised amid its loop, it can leave a thread that never ends.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
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
    with (
        tempfile.TemporaryDirectory(prefix="present-") as folder,
        serve(LAB, ROOT, Path(folder), settings=SLIDES, style=style()) as server,
    ):
        connection = server.open(path_of(copy))
        print(f"{lecture.stem}: running its cells ...", flush=True)
        run(copy, connection)
        sign(copy, server.private / PRIVATE["JUPYTER_DATA_DIR"])
        address = server.at(f"lab/tree/{path_of(copy)}")
        print(f"{address}\nCtrl-C ends the presentation.", flush=True)
        if browser:
            webbrowser.open(address)
        server.process.wait()


def style() -> str:
    """Return the style sheet of live slides: typefaces, colours, layouts."""
    own = (HERE / "live.css").read_text("utf-8")
    return "\n".join((*look.faces(), look.css(light="body", dark="body.dark"), own))


class Guest(NotebookClient):
    """Runs a notebook in a kernel of somebody else's, and leaves it running."""

    @contextlib.asynccontextmanager
    async def async_setup_kernel(self, **_: Any) -> AsyncIterator[None]:
        """Talk to the kernel while the cells run."""
        await self.async_start_new_kernel_client()
        try:
            yield
        finally:
            if self.kc is not None:
                self.kc.stop_channels()

    async def async_execute_cell(self, *arguments: Any, **settings: Any) -> Any:
        """Run a cell; stop when told to, which nbclient takes for the kernel's death."""
        try:
            return await super().async_execute_cell(*arguments, **settings)
        except DeadKernelError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
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
