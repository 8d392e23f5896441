"""Put what a learning platform gives into the course."""

import argparse

from autograder import tables
from autograder.collect.collect import collect
from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.problems import DONE, INCOMPLETE


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
    course = open_course(options.course)
    collection = collect(
        course, options.path, options.name, replace=options.replace, roster=options.roster
    )
    if options.json:
        print_json({"assignment": options.name, **collection.to_dict()})
    else:
        tables.print_collection(collection)
    return DONE if collection.complete else INCOMPLETE
