"""Make the students' version, and the bundle."""

import argparse

from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.problems import DONE
from autograder.release.bundle import make_bundle
from autograder.release.handed_out import hand_out, handed_out
from autograder.release.models import refuse_before_deadline, set_due_date
from autograder.release.release import make_release


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
    course = open_course(options.course)
    names = options.names or course.assignments()
    for name in names:
        course.require_assignment(name)
        if options.due is not None:
            set_due_date(course, name, options.due)
        if options.solutions:
            refuse_before_deadline(course, name)
    released = [str(make_release(course, name).relative_to(course.root)) for name in names]
    for name in names:
        hand_out(course, name)
        if options.solutions:
            hand_out(course, name, solutions=True)
    bundle = make_bundle(course)
    given = handed_out(course)
    if options.json:
        told = {"handed_out": given.assignments, "solutions": given.solutions}
        print_json({"released": released, "bundle": str(bundle), **told})
    else:
        for path in released:
            print(f"released   {path}")
        print(f"in the zip   {', '.join(given.assignments)}")
        if given.solutions:
            print(f"solutions of {', '.join(given.solutions)}")
        print(f"for students   {bundle} ({bundle.stat().st_size / 1024:.0f} kB)")
    return DONE
