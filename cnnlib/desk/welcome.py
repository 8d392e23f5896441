"""The page that JupyterLab opens first: the course, its assignments, and how far one is."""

from cnnlib.desk.course import Course

NAME = "welcome.md"
_PICTURE = (
    "![An image of a seven. A window of it meets a kernel, which makes one number of a feature "
    "map. Pooling makes the maps smaller, and ten scores say that it is a seven.]"
    "(released/course.svg)"
)
#: Points are shown by so many blocks.
_BLOCKS = 10
_HOW = """1. Open an assignment. Read a little, and write your code where it says `YOUR CODE HERE`.
2. Run the check below it. It says whether your function does what PyTorch does, or what is wrong.
3. The last cell sums up your points. Save, and hand in that one `.ipynb` file."""


def write_page(course: Course) -> None:
    """Write it anew."""
    (course.root / NAME).write_text(page(course), encoding="utf-8")


def page(course: Course) -> str:
    """Return the page as Markdown."""
    head = ["# Convolutional neural networks", _PICTURE, _HOW]
    parts = [*head, "## Assignments", _assignments(course)]
    if any(each.torch for each in course.assignments):
        parts.append(
            "★ needs PyTorch, which is large: stop JupyterLab and start it with "
            "`python3 start.py --torch` (Windows: `py start.py --torch`)."
        )
    if course.lectures:
        lines = [f"- [{title}](lectures/{file})" for file, title in course.lectures.items()]
        parts += ["## Lectures", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _assignments(course: Course) -> str:
    points = course.points
    with_due = any(each.due for each in course.assignments)
    head = ["assignment", "minutes", *(["hand in by"] if with_due else []), "points so far"]
    lines = [head, ["---"] * len(head)]
    for each in course.assignments:
        got = points.get(each.name, 0)
        link = (
            f"[{each.title}](assignments/{each.name}/{each.name}.ipynb){' ★' if each.torch else ''}"
        )
        model = f"model/{each.name}/{each.name}-solution.ipynb"
        if (course.root / model).is_file():
            link += f", [solution]({model})"
        due = [each.due_text] if with_due else []
        lines.append(
            [
                link,
                str(each.minutes),
                *due,
                f"{_blocks(got / (each.points or 1))} {got:g} of {each.points:g}",
            ]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _blocks(share: float) -> str:
    """Draw a share of points in characters; full only if it is.

    >>> _blocks(0.42)
    '▰▰▰▰▱▱▱▱▱▱'
    """
    full = int(_BLOCKS * share + 1e-9)
    return "▰" * full + "▱" * (_BLOCKS - full)
