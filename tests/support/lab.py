"""JupyterLab on a folder, and Chromium on JupyterLab: for the tests and for the README's pictures.

Nothing of the user's home is read or written, and nothing is fetched from elsewhere.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

TOKEN = "token-of-this-test"
#: Seconds to wait on a loaded machine; what takes longer hangs.
PATIENCE = 90
expect.set_options(timeout=1000 * PATIENCE)
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SERVER_CONFIG = f"""
c.IdentityProvider.token = "{TOKEN}"
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = 0  # any free one
c.ServerApp.open_browser = False
c.ServerApp.allow_root = True  # in a container one is root
c.LabApp.news_url = None
"""
LAB_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # All cells stand in the page, not only those in sight, so that they can be counted.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
PRIVATE = {
    "HOME": "home",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}


@dataclass(frozen=True)
class Server:
    """A running Jupyter server."""

    url: str

    def at(self, path: str) -> str:
        """Return the address of a page, with the token that lets one in."""
        return f"{self.url}{path}?token={TOKEN}"


@contextlib.contextmanager
def serve(command: Sequence[str], folder: Path, scratch: Path) -> Iterator[Server]:
    """Start a Jupyter server by the command that a person types in `folder`; stop it in the end.

    Raises
    ------
    RuntimeError
        It did not start; the message is its log.
    """
    environment = _private_environment(scratch)
    log = scratch / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield _wait_until_up(process, scratch / PRIVATE["JUPYTER_RUNTIME_DIR"], log)
        finally:
            _stop(process)


def _private_environment(folder: Path) -> dict[str, str]:
    for name in PRIVATE.values():
        (folder / name).mkdir(parents=True)
    (folder / "config" / "jupyter_server_config.py").write_text(SERVER_CONFIG)
    for plugin, settings in LAB_SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    return {**kept, **{variable: str(folder / name) for variable, name in PRIVATE.items()}}


def _wait_until_up(process: "subprocess.Popen[bytes]", runtime: Path, log: Path) -> Server:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        for path in runtime.glob("jpserver-*.json"):
            # Half written, or not answering yet: look again.
            with contextlib.suppress(OSError, ValueError):
                server = Server(json.loads(path.read_text())["url"])
                with urllib.request.urlopen(server.at("api/status")):
                    return server
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the server and what it started: first politely, so that it ends its kernels."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal_number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)


@contextlib.contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A page, what its scripts complained about, and what it asked of other machines, in vain."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


@contextlib.contextmanager
def visit(browser: Browser, **options: Any) -> Iterator[Visit]:
    """Open a page that cannot reach other machines."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(1000 * PATIENCE)
    found = Visit(context.new_page())

    def refuse(route: Route) -> None:
        found.elsewhere.append(route.request.url)
        route.abort()

    def is_elsewhere(url: str) -> bool:
        return urlsplit(url).hostname not in (None, "", "127.0.0.1", "localhost")

    def hear(message: Any) -> None:
        if message.type == "error" and not is_elsewhere(message.location["url"]):
            found.complaints.append(message.text)

    context.route(is_elsewhere, refuse)
    found.page.on("console", hear)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    try:
        yield found
    finally:
        context.close()


@dataclass(frozen=True)
class Notebook:
    """A notebook open in JupyterLab, its cells called by nbgrader's ids."""

    page: Page
    file: Path

    @classmethod
    def open(cls, page: Page, server: Server, folder: Path, path: str) -> "Notebook":
        """Open the notebook at `path` in the server's folder; wait until its kernel is ready."""
        page.goto(server.at(f"lab/tree/{path}"))
        notebook = cls(page, folder / path)
        expect(notebook.cells).to_have_count(len(notebook.read().cells))
        # The status bar names the kernel; the notebook's own sign says idle before there is one.
        expect(page.locator("#jp-bottom-panel")).to_contain_text("(ipykernel) | Idle")
        return notebook

    @property
    def cells(self) -> Locator:
        """All cells."""
        return self.page.locator(".jp-Notebook .jp-Cell")

    def read(self) -> Any:
        """Return what is saved."""
        return nbformat.read(self.file, as_version=4)

    def cell(self, name: str) -> Locator:
        """Return the cell with this id of nbgrader's."""
        names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in self.read().cells]
        return self.cells.nth(names.index(name))

    def write(self, name: str, source: str) -> None:
        """Replace what stands in a cell, as if it was pasted."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)

    def run(self, *names: str) -> Locator:
        """Run cells one after the other; return the last one's output."""
        for name in names:
            prompt = self.cell(name).locator(".jp-InputPrompt")
            before = prompt.inner_text()
            prompt.click()
            self.page.keyboard.press("Shift+Enter")
            expect(prompt).not_to_have_text(before)
            expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))
        return self.cell(names[-1]).locator(".jp-OutputArea")

    def run_all(self) -> None:
        """Run every cell; wait until the last one is done."""
        prompts = self.page.locator(".jp-CodeCell .jp-InputPrompt")
        prompts.first.click()
        for keys in ("Control+a", "Control+Enter"):
            self.page.keyboard.press(keys)
        expect(prompts.last).to_have_text(re.compile(r"\[\d+\]:"))

    def save(self) -> None:
        """Save, and wait until it is done."""
        before = self.file.stat().st_mtime_ns
        self.page.keyboard.press("Control+s")
        end = time.monotonic() + PATIENCE
        while self.file.stat().st_mtime_ns == before:
            if time.monotonic() > end:
                raise TimeoutError(f"{self.file} was not saved")
            self.page.wait_for_timeout(100)


def expect_figures(page: Page, at_least: int) -> None:
    """Wait until the page has this many figures, all of them drawn.

    Cells are attached before their Markdown is rendered, so a page may have no figure at first.
    """
    page.wait_for_function(
        """count => document.images.length >= count
            && [...document.images].every(image => image.complete && image.naturalWidth > 0)""",
        arg=at_least,
    )
