"""Notebook hygiene: committed notebooks have no outputs and nbformat's canonical form.

`python -m tools.notebooks` names the notebooks that differ and exits 1; `--fix` rewrites them.
"""

import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
FOLDERS = ("lectures", "solutions", "assignments")
#: In assignments an error stops no cell below: "run all" goes on.
GOES_ON = "raises-exception"


def notebooks() -> list[Path]:
    """Every notebook that is committed."""
    return sorted(
        path
        for folder in FOLDERS
        for path in (ROOT / folder).glob("**/*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    )


def canonical(path: Path) -> str:
    """Return the text that the notebook should have: no outputs, no counts, no editor's traces."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
            tags = cell.metadata.get("tags", [])
            if path.parent.name != "lectures" and GOES_ON not in tags:
                cell.metadata["tags"] = [*tags, GOES_ON]
        for trace in ("execution", "collapsed", "scrolled", "jupyter", "ExecuteTime", "trusted"):
            cell.metadata.pop(trace, None)
    for trace in ("widgets", "signature", "toc", "jupytext"):
        notebook.metadata.pop(trace, None)
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def main() -> int:
    """Check, or with `--fix` mend, every notebook; return how the process should exit."""
    fix = "--fix" in sys.argv[1:]
    wrong = [path for path in notebooks() if path.read_text("utf-8") != canonical(path)]
    for path in wrong:
        if fix:
            path.write_text(canonical(path), "utf-8")
        what = "rewritten" if fix else "is not in canonical form without outputs: run `make format`"
        print(f"{path.relative_to(ROOT)}: {what}")
    return 1 if wrong and not fix else 0


if __name__ == "__main__":
    sys.exit(main())
