"""JupyterLab on a folder, and Chromium on JupyterLab: for the tests and for the README's pictures.

Nothing of the user's home is read or written, and nothing is fetched from elsewhere.
"""

import contextlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
from nbformat.reader import NotJSONError
from playwright.sync_api import (
    Browser,
    Locator,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)

from decks import jupyter
from decks.jupyter import Server

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
#: Jupyter's own folders, and those where kernels and pages keep what is theirs.
PRIVATE = {**jupyter.PRIVATE, "HOME": "home", "IPYTHONDIR": "ipython"}


def serve(
    command: Sequence[str], folder: Path, scratch: Path
) -> contextlib.AbstractContextManager[Server]:
    """Start a Jupyter server by the command that a person types in `folder`; stop it in the end."""
    return jupyter.serve(command, folder, scratch, places=PRIVATE)


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
    def open(
        cls, page: Page, server: Server, folder: Path, path: str, workspace: str = "default"
    ) -> "Notebook":
        """Open the notebook at `path` in the server's folder; wait until its kernel is ready.

        In a workspace JupyterLab opens again what was open there before.
        """
        page.goto(server.at(f"lab/workspaces/{workspace}/tree/{path}"))
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
        """Return what is saved.

        The server empties a file and writes it anew, also when JupyterLab saves by itself: who
        looks meanwhile sees nothing, or half of it.
        """
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return nbformat.read(self.file, as_version=4)
            except NotJSONError:
                if time.monotonic() > end:
                    raise
                self.page.wait_for_timeout(100)

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
        """Save, and wait until the server says that the whole file is written."""
        with self.page.expect_request(is_save) as sent:
            self.page.keyboard.press("Control+s")
        response = sent.value.response()
        assert response and response.ok, f"{self.file} was not saved"


def is_save(request: Request) -> bool:
    """Whether the page sends a file's new content."""
    return request.method == "PUT" and "/api/contents/" in request.url


def expect_figures(page: Page, at_least: int) -> None:
    """Wait until the page has this many figures, all of them drawn.

    Cells are attached before their Markdown is rendered, so a page may have no figure at first.
    """
    page.wait_for_function(
        """count => document.images.length >= count
            && [...document.images].every(image => image.complete && image.naturalWidth > 0)""",
        arg=at_least,
    )
