"""Collect what people read, and look in it for habits of wording: `python -m tools.prose`.

It prints each place with the phrase, and exits 1 if there is any. With `--out build/prose` it also
writes the text of each source into one file, so that it can be read aloud in one go.
"""

import argparse
import ast
import io
import json
import re
import sys
import tokenize
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.habits import Habit, found

ROOT = Path(__file__).parents[1]
#: Sources that still have such phrases. The aim is that this is empty.
NOT_YET: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """Some words that are read together, and where they are."""

    place: str
    text: str


@dataclass(frozen=True)
class Source:
    """Files that are read by the same people; `students` are told nothing of decks."""

    files: Sequence[str]
    students: bool = True
    without: Sequence[str] = ()

    def paths(self) -> list[Path]:
        """Return the files, in order."""
        every = {path for pattern in self.files for path in ROOT.glob(pattern)}
        left_out = {path for pattern in self.without for path in ROOT.glob(pattern)}
        return sorted(path for path in every - left_out if ".ipynb_checkpoints" not in path.parts)

    def passages(self) -> Iterator[Passage]:
        """Yield what there is to read."""
        for path in self.paths():
            text = path.read_text("utf-8")
            suffix = path.with_suffix("").suffix if path.suffix == ".txt" else path.suffix
            for where, passage in READERS[suffix](text):
                if re.search(r"[^\W\d_]{2}", passage):
                    yield Passage(f"{path.relative_to(ROOT)}{where}", passage)


_GUIDES = ("docs/ta.md", "docs/instructor.md", "docs/student.md")
SOURCES: Mapping[str, Source] = {
    # Assignments are made from the solutions.
    "assignments": Source(("solutions/*/*.ipynb", "solutions/*/img/*.svg")),
    "lectures": Source(
        ("lectures/*.ipynb", "cnnlib/lessons/**/*.py",
         "cnnlib/explore/*.py", "cnnlib/explore/**/*.js")
    ),
    "checks": Source(("cnnlib/check/**/*.py", "cnnlib/desk/*.py")),
    "command line": Source(
        ("autograder/**/*.py", "decks/*.py", "Makefile"),
        students=False, without=("autograder/demo*",),
    ),
    "pages": Source(
        ("autograder/**/*.html", "autograder/**/*.j2",
         "autograder/release/skeleton_files/*.ipynb.txt",
         "decks/template/**/*.html", "decks/template/**/*.j2", "decks/template/*.js")
    ),
    "guides": Source(_GUIDES, students=False),
    "docs": Source(
        ("README.md", "decks/README.md", "docs/*.md"), students=False, without=_GUIDES
    ),
}  # fmt: skip


def read_notebook(text: str) -> Iterator[tuple[str, str]]:
    """Yield a notebook's markdown, and what its code says to a reader."""
    for cell in json.loads(text)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield f"#{cell['id']}", source
        else:
            for _, said in (*docstrings(source), *comments(source), *strings(source)):
                yield f"#{cell['id']}", said


def read_module(text: str) -> Iterator[tuple[str, str]]:
    """Yield the strings of a module that are sentences."""
    for line, said in strings(text):
        yield f":{line}", said


def read_page(text: str) -> Iterator[tuple[str, str]]:
    """Yield a page's text and the words in its attributes, block by block."""
    text = re.sub(r"<(script|style).*?</\1>|<!--.*?-->|\{[%#].*?[%#]\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "…", text, flags=re.DOTALL)
    for match in re.finditer(r'\b(?:aria-label|alt|title)="([^"]+)"', text):
        yield "", match[1]
    blocks = re.split(
        r"</?(?:p|div|li|ul|ol|h\d|td|th|tr|text|section|title|summary)\b[^>]*>", text
    )
    for block in blocks:
        yield "", re.sub(r"<[^>]+>", "", block).strip()


def read_script(text: str) -> Iterator[tuple[str, str]]:
    """Yield the strings of a script that are sentences."""
    for number, line in enumerate(text.splitlines(), 1):
        for match in re.finditer(r'"([^"\n]+)"|`([^`\n]+)`', line.split(" // ")[0]):
            said = re.sub(r"\$\{[^}]*\}", "…", match[1] or match[2])
            if _is_prose(said):
                yield f":{number}", said


def read_page_of_docs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the sections of a page of Markdown."""
    heading = ""
    for section in re.split(r"(?m)^(?=#+ )", text):
        heading = section.splitlines()[0].lstrip("# ") if section.startswith("#") else heading
        yield f" ({heading})" if heading else "", section


def read_makefile(text: str) -> Iterator[tuple[str, str]]:
    """Yield what `make` lists."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.search(r":.*## (.*)", line):
            yield f":{number}", match[1]


READERS: Mapping[str, Callable[[str], Iterator[tuple[str, str]]]] = {
    ".ipynb": read_notebook,
    ".py": read_module,
    ".md": read_page_of_docs,
    ".html": read_page,
    ".j2": read_page,
    ".svg": read_page,
    ".js": read_script,
    "": read_makefile,
}


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Yield the docstrings of some code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            said = ast.get_docstring(node)
            if said:
                yield getattr(node, "lineno", 1), said


def comments(source: str) -> Iterator[tuple[int, str]]:
    """Yield the comments of some code, a block of lines as one."""
    block: list[str] = []
    last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith("###"):
            if block and token.start[0] != last + 1:
                yield last, " ".join(block)
                block = []
            block.append(token.string.lstrip("#: "))
            last = token.start[0]
    if block:
        yield last, " ".join(block)


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Yield the strings of some code that look like sentences; docstrings are left out."""
    tree = ast.parse(source)
    left_out = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if id(node) in left_out and isinstance(node, ast.Constant):
            continue
        said = None
        if isinstance(node, ast.JoinedStr):
            said = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
            )
            waiting.extend(part for part in node.values if not isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = node.value
        else:
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))
        if said is not None and _is_prose(said):
            yield getattr(node, "lineno", 1), said


def _is_prose(said: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2,} [^\W\d_]+", said))


def phrases(name: str) -> Iterator[tuple[Passage, Habit, str]]:
    """Yield what is to be said otherwise in a source: where, which habit, and the words."""
    source = SOURCES[name]
    for passage in source.passages():
        for habit, words in found(passage.text, teaching=source.students):
            yield passage, habit, words


def write(name: str, folder: Path) -> Path:
    """Write all that a source says into one file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name.replace(' ', '_')}.txt"
    last = None
    lines: list[str] = []
    for passage in SOURCES[name].passages():
        if passage.place != last:
            lines.append(f"\n[{passage.place}]")
        lines.append(passage.text.strip())
        last = passage.place
    path.write_text("\n".join(lines).lstrip() + "\n", "utf-8")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the phrases; return 1 if there is any."""
    parser = argparse.ArgumentParser(prog="python -m tools.prose", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SOURCE", help=f"of {', '.join(SOURCES)}")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="also write each source's text here"
    )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(SOURCES))
    if unknown:
        parser.error(f"no such source: {', '.join(unknown)}; there are {', '.join(SOURCES)}")
    left = 0
    for name in options.names or SOURCES:
        if options.out:
            print(f"{name}: {write(name, options.out)}")
        for passage, habit, words in phrases(name):
            left += 1
            print(f"{passage.place}: {words}\n    {habit.name}; write: {habit.instead}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
