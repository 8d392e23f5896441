"""Make the students' version, and the bundle."""

import argparse

from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.problems import DONE
from autograder.release.bundle import make_bundle
from autograder.release.release import make_release


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
    course = open_course(options.course)
    names = options.names or course.assignments()
    released = [str(make_release(course, name).relative_to(course.root)) for name in names]
    bundle = make_bundle(course)
    if options.json:
        print_json({"released": released, "bundle": str(bundle)})
    else:
        for path in released:
            print(f"released   {path}")
        print(f"for students   {bundle} ({bundle.stat().st_size / 1024:.0f} kB)")
    return DONE
