"""The page that JupyterLab opens first: the course, its assignments, and how far one is."""

from cnnlib.desk.course import Course

NAME = "welcome.md"
_HOW = """1. Open an assignment. Read a little, and write your code where it says `YOUR CODE HERE`.
2. Run the check below it. It says whether your function does what PyTorch does, or what is wrong.
3. The last cell sums up your points. Save, and hand in that one `.ipynb` file."""


def write_page(course: Course) -> None:
    """Write it anew."""
    (course.root / NAME).write_text(page(course), encoding="utf-8")


def page(course: Course) -> str:
    """Return the page as Markdown."""
    parts = ["# Convolutional neural networks", _HOW, "## Assignments", _assignments(course)]
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
        due = [each.due_text] if with_due else []
        lines.append([link, str(each.minutes), *due, f"{got:g} of {each.points:g}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
