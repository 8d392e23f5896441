"""What cells print, show and raise, collected in nbformat's form."""

import io
from typing import Any

from autograder.inside.asserted import KeepSides, explain
from autograder.inside.magics import is_plain

#: So many outputs of a cell are kept, and of what comes then only the last error.
MOST_OUTPUTS = 190
#: An output takes so many characters at least.
LEAST = 64


class Outputs:
    """Collects a cell's outputs in nbformat's form, up to a limit of characters and of number."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.items: list[dict[str, Any]] = []
        self.used = 0

    def clear(self) -> None:
        """Begin a new cell."""
        self.items, self.used = [], 0

    def add(self, item: dict[str, Any], size: int) -> None:
        """Add a display or a result while there is room, and the last error always."""
        self.used += size + LEAST
        room = self.used <= self.limit and len(self.items) < MOST_OUTPUTS
        if item["output_type"] == "error":
            if not room and self.items and self.items[-1]["output_type"] == "error":
                self.items.pop()
            room = True
        if room:
            self.items.append(item)

    def add_error(self, name: str, text: str) -> None:
        """Add an error that IPython has not shown."""
        self.add(
            {"output_type": "error", "ename": name, "evalue": text, "traceback": [text]}, len(text)
        )

    def stream(self, name: str, text: str) -> None:
        """Add printed text to the stream's last output."""
        room = self.limit - self.used
        last = self.items[-1] if self.items else {}
        goes_on = last.get("output_type") == "stream" and last.get("name") == name
        if room <= 0 or not (goes_on or len(self.items) < MOST_OUTPUTS):
            return
        self.used += len(text) + (0 if goes_on else LEAST)
        if len(text) > room:
            text = text[:room] + "\n… (cut: too much output)\n"
        if goes_on:
            last["text"] += text
        else:
            self.items.append({"output_type": "stream", "name": name, "text": text})


class Stream(io.TextIOBase):
    """Standard output or error as the cells see it."""

    encoding = "utf-8"

    def __init__(self, outputs: Outputs, name: str) -> None:
        self.outputs, self.name = outputs, name

    def write(self, text: str) -> int:
        """Take text."""
        self.outputs.stream(self.name, str(text))
        return len(text)

    def writable(self) -> bool:
        """Say yes."""
        return True

    def close(self) -> None:
        """Stay open: later cells print, too."""


def describe(error: BaseException) -> str:
    """Return an exception's class and message in one line, whatever its class makes of that."""
    try:
        # A timeout's own words say all.
        name = "" if hasattr(error, "_render_traceback_") else f"{type(error).__name__}: "
        return f"{name}{_message(error)}".strip().partition("\n")[0].rstrip(": ")[:2000]
    except Exception:  # its text is a student's code
        return "an exception whose message cannot be read"


def _message(error: BaseException) -> str:
    """Return what an exception says; of a plain assert, what it asked."""
    text = str(error)
    return explain(error) if isinstance(error, AssertionError) and not text else text


def make_shell(outputs: Outputs) -> Any:
    """Return an IPython shell whose displays, results and errors go to `outputs`."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Publisher(DisplayPublisher):
        def publish(self, data: Any, metadata: Any = None, source: Any = None, **_: Any) -> None:
            item = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
            outputs.add(item, len(str(data)))

    class Hook(DisplayHook):
        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            item = {
                "output_type": "execute_result",
                "data": format_dict,
                "metadata": md_dict or {},
                "execution_count": self.prompt_count,
            }
            outputs.add(item, len(str(format_dict)))

        def finish_displayhook(self) -> None:
            self._is_active = False

    class Interpreter(InteractiveShell):
        #: What IPython itself transforms cells by.
        usual: tuple[Any, ...] = ()

        def transformers(self) -> tuple[Any, ...]:
            """Return what transforms cells: a cell may add to it."""
            each = self.input_transformer_manager
            return (
                *each.cleanup_transforms,
                *each.line_transforms,
                *each.token_transformers,
                *self.input_transformers_post,
            )

        def transform_cell(self, raw_cell: str) -> str:
            """Return a cell as Python: what is Python already needs no search for magics."""
            plain = is_plain(raw_cell, self.magics_manager.magics["line"])
            if plain and self.transformers() == self.usual:
                return raw_cell if raw_cell.endswith("\n") else f"{raw_cell}\n"
            python: str = super().transform_cell(raw_cell)  # type: ignore[no-untyped-call]
            return python

        def enable_gui(self, gui: Any = None) -> None:
            """Do nothing: figures are drawn inline, and nobody looks at windows."""

        def _format_exception_for_storage(
            self, exception: Any, *_: Any, **__: Any
        ) -> dict[str, Any]:
            """Store nothing: a traceback takes as long to write as a cell to run."""
            return {}

        def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
            try:
                text = _message(evalue)
            except Exception:  # a student's code, too
                text = "(its message cannot be read)"
            item = {
                "output_type": "error",
                "ename": getattr(etype, "__name__", "error")[:200],
                "evalue": text[:2000],
                # The end says most.
                "traceback": [line[:10_000] for line in stb[-20:]],
            }
            outputs.add(item, 0)

    Interpreter.display_pub_class.default_value = Publisher
    Interpreter.displayhook_class.default_value = Hook
    shell = Interpreter.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.usual = shell.transformers()
    shell.ast_transformers = [KeepSides()]
    shell.colors = "nocolor"
    shell.xmode = "Context"
    return shell
