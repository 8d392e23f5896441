"""A Jupyter server of its own: nothing of the user's settings is read or written."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Seconds that a server may take to start or to answer.
PATIENCE = 300
#: Where Jupyter keeps what is of no use afterwards.
PRIVATE = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}
#: JupyterLab's settings, by plugin. All cells stand in the page: slides and tests look for them.
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
CONFIG = {
    "ServerApp": {
        "allow_root": True,  # in a container one is root
        "ip": "127.0.0.1",
        "open_browser": False,
        "port": 0,  # any free one
    },
    "LabApp": {"news_url": None},
}


@dataclass(frozen=True)
class Server:
    """A Jupyter server that runs, and where it keeps its things."""

    process: "subprocess.Popen[bytes]"
    url: str
    token: str
    private: Path

    def at(self, path: str) -> str:
        """Return the address of a page, with the token that lets one in."""
        return f"{self.url}{path}?token={self.token}"

    def ask(self, path: str, content: Any = None) -> Any:
        """Ask the server's REST API; with content, post it."""
        request = urllib.request.Request(  # noqa: S310 (our own server)
            f"{self.url}api/{path}",
            data=None if content is None else json.dumps(content).encode(),
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return json.load(answer)

    def open(self, path: str) -> Path:
        """Start the kernel that JupyterLab will use for a notebook; return its connection file."""
        kernel = {"name": "python3"}
        name = path.rpartition("/")[2]
        session = {"path": path, "name": name, "type": "notebook", "kernel": kernel}
        found = self.ask("sessions", session)["kernel"]["id"]
        return self.private / PRIVATE["JUPYTER_RUNTIME_DIR"] / f"kernel-{found}.json"


@contextlib.contextmanager
def serve(
    command: Sequence[str],
    folder: Path,
    private: Path,
    *,
    settings: Mapping[str, Mapping[str, Any]] = SETTINGS,
    style: str = "",
    places: Mapping[str, str] = PRIVATE,
) -> Iterator[Server]:
    """Run a server by a command typed in `folder`, its own files in `private`; stop it in the end.

    Parameters
    ----------
    settings
        JupyterLab's, by plugin.
    style
        A style sheet, for a server that is started with `--custom-css`.
    places
        Names of folders in `private`, by the variables of the environment that point there.

    Raises
    ------
    RuntimeError
        It did not start; the message is its log.
    """
    token = secrets.token_hex(16)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    own = {variable: str(private / name) for variable, name in places.items()}
    furnish(private, places, settings, style)
    with (private / "log").open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**kept, **own, "JUPYTER_TOKEN": token},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us; we stop it in order
        )
        try:
            yield wait_until_up(process, token, private)
        finally:
            stop(process)


def furnish(
    private: Path,
    places: Mapping[str, str],
    settings: Mapping[str, Mapping[str, Any]],
    style: str,
) -> None:
    """Make the folders; write the configuration, the settings and the style sheet."""
    for place in places.values():
        (private / place).mkdir(parents=True)
    config = private / PRIVATE["JUPYTER_CONFIG_DIR"]
    (config / "jupyter_server_config.json").write_text(json.dumps(CONFIG), "utf-8")
    for plugin, values in settings.items():
        path = private / PRIVATE["JUPYTERLAB_SETTINGS_DIR"] / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), "utf-8")
    if style:
        (config / "custom").mkdir()
        (config / "custom" / "custom.css").write_text(style, "utf-8")


def wait_until_up(process: "subprocess.Popen[bytes]", token: str, private: Path) -> Server:
    """Return the server as soon as it answers."""
    runtime = private / PRIVATE["JUPYTER_RUNTIME_DIR"]
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        # The command may have started another process: its number is not known.
        for facts in runtime.glob("jpserver-*.json"):
            # Half written, or not answering yet: look again.
            with contextlib.suppress(OSError, ValueError):
                url = json.loads(facts.read_text("utf-8"))["url"]
                server = Server(process, url, token, private)
                server.ask("status")
                return server
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{(private / 'log').read_text('utf-8')}")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a server: first politely, so that it ends its kernels. Another Ctrl-C changes nothing."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=30)
    finally:
        signal.signal(signal.SIGINT, before)
