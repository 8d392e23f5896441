"""Begin an assignment of one's own."""

import argparse

from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.problems import DONE
from autograder.release.skeleton import make_skeleton


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
    course = open_course(options.course)
    notebook, package = (
        folder.relative_to(course.root) for folder in make_skeleton(course, options.name)
    )
    if options.json:
        print_json({"notebook": str(notebook), "package": str(package)})
    else:
        print(f"{notebook}   the notebook")
        print(f"{package}   the check, and tests of it")
        print(f"next:   python -m pip install --no-build-isolation --no-deps -e {package}")
    return DONE
