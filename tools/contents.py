"""Write the README's tables of lectures and assignments, and its pictures of lectures.

`python -m tools.contents` says whether they are stale and exits 1 if so; `--fix` writes them. They
are made from the titles of the notebooks, and from `docs/img/lectures/NN_….png`.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: So many pictures are side by side.
ACROSS = 3


def readme(root: Path = ROOT) -> str:
    """Return the README as it should be."""
    text = (root / "README.md").read_text("utf-8")
    parts = {
        "pictures": [*pictures(root)],
        "contents": [*lectures(root), "", *assignments(root)],
    }
    for name, lines in parts.items():
        between = "".join(f"{line}\n" for line in ["", *lines, ""]) if lines else ""
        pattern = rf"(<!-- {name}:.*?-->\n).*?(<!-- end of {name} -->)"
        text, found = re.subn(
            pattern, lambda match, new=between: match[1] + new + match[2], text, flags=re.DOTALL
        )
        assert found == 1, f"README.md has no place for {name}"
    return text


def lectures(root: Path) -> Iterator[str]:
    """Yield a table of the lectures."""
    yield from ("| lecture | title | minutes |", "|---|---|---|")
    for path in sorted((root / "lectures").glob("[0-9]*.ipynb")):
        cell = first_cell(path)
        minutes = re.search(r"(\d+) minutes", cell)
        yield f"| {path.name[:2]} | {link(root, path, cell)} | {minutes[1] if minutes else ''} |"


def assignments(root: Path) -> Iterator[str]:
    """Yield a table of the assignments: what students write, and for how long."""
    yield from ("| assignment | title | you write | minutes |", "|---|---|---|---|")
    for path in sorted((root / "assignments").glob("*/*.ipynb")):
        cell = first_cell(path)
        rows = re.findall(r"^\| \d+ \| ([^|]+) \|.*\| (\d+) \| \d+ \|$", cell, re.MULTILINE)
        written = [name for what, _ in rows for name in re.findall(r"`\w+`", what)]
        minutes = sum(int(number) for _, number in rows)
        number = re.sub(r"\D", "", path.stem.partition("_")[0])
        yield f"| {number} | {link(root, path, cell)} | {', '.join(written)} | {minutes} |"


def pictures(root: Path) -> Iterator[str]:
    """Yield rows of pictures, each of which leads to its lecture."""
    shown = []
    for path in sorted((root / "docs" / "img" / "lectures").glob("[0-9][0-9]_*.png")):
        (notebook,) = (root / "lectures").glob(f"{path.name[:2]}_*.ipynb")
        image = f"![{title(first_cell(notebook))}]({path.relative_to(root).as_posix()})"
        shown.append(f"[{image}]({notebook.relative_to(root).as_posix()})")
    for start in range(0, len(shown), ACROSS):
        row = shown[start : start + ACROSS]
        row += [""] * (ACROSS - len(row))
        yield f"| {' | '.join(row)} |"
        if start == 0:
            yield "|" + "---|" * ACROSS


def link(root: Path, path: Path, cell: str) -> str:
    """Return a link to a notebook, under its title without its number."""
    return f"[{title(cell)}]({path.relative_to(root).as_posix()})"


def title(cell: str) -> str:
    """Return a notebook's title without its number."""
    heading = cell.splitlines()[0].lstrip("# ")
    return heading.partition(" · ")[2] or heading


def first_cell(path: Path) -> str:
    """Return a notebook's first cell."""
    return "".join(json.loads(path.read_text("utf-8"))["cells"][0]["source"])


def main() -> int:
    """Check, or with `--fix` write, the README; return how the process should exit."""
    path, made = ROOT / "README.md", readme()
    if path.read_text("utf-8") == made:
        return 0
    if "--fix" in sys.argv[1:]:
        path.write_text(made, "utf-8")
        print("README.md: rewritten")
        return 0
    print("README.md: its tables are stale: run `make format`")
    return 1


if __name__ == "__main__":
    sys.exit(main())
