"""What cells print, show and raise, collected in nbformat's form."""

import io
from typing import Any


class Outputs:
    """Collects a cell's outputs in nbformat's form, up to a limit of characters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.items: list[dict[str, Any]] = []
        self.used = 0

    def clear(self) -> None:
        """Begin a new cell."""
        self.items, self.used = [], 0

    def add(self, item: dict[str, Any], size: int) -> None:
        """Add a display or a result while there is room, and an error always."""
        self.used += size
        if self.used <= self.limit or item["output_type"] == "error":
            self.items.append(item)

    def stream(self, name: str, text: str) -> None:
        """Add printed text to the stream's last output."""
        room = self.limit - self.used
        if room <= 0:
            return
        self.used += len(text)
        if len(text) > room:
            text = text[:room] + "\n… (cut: too much output)\n"
        last = self.items[-1] if self.items else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
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
        def enable_gui(self, gui: Any = None) -> None:
            """Do nothing: figures are drawn inline, and nobody looks at windows."""

        def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
            item = {
                "output_type": "error",
                "ename": getattr(etype, "__name__", str(etype))[:200],
                "evalue": str(evalue)[:2000],
                # The end says most.
                "traceback": [line[:10_000] for line in stb[-20:]],
            }
            outputs.add(item, 0)

    Interpreter.display_pub_class.default_value = Publisher
    Interpreter.displayhook_class.default_value = Hook
    shell = Interpreter.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.colors = "nocolor"
    shell.xmode = "Context"
    return shell
