"""Write the feedback pages."""

import argparse
import sys
from dataclasses import asdict

from autograder import tables
from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.problems import DONE, INCOMPLETE, printable
from autograder.report.feedback import make_feedback
from autograder.report.parcel import make_parcel
from autograder.report.platforms import PLATFORMS


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
    course = open_course(options.course)
    with tables.progress_bar("pages", not options.json and sys.stderr.isatty()) as watch:
        pages = make_feedback(course, options.name, watch)
    parcel = make_parcel(course, options.name, options.zip, pages.students) if options.zip else None
    status = INCOMPLETE if pages.missing or (parcel and parcel.left_out) else DONE
    if options.json:
        zipped = parcel and {**asdict(parcel), "file": str(parcel.file)}
        print_json({"assignment": options.name, **asdict(pages), "zip": zipped})
        return status
    folder = course.path("feedback", "STUDENT", options.name)
    print(f"{tables.counted(len(pages.students), 'feedback page')} in {folder}")
    for student, reason in pages.missing.items():
        print(f"no page for {printable(student)}: {reason}")
    if parcel:
        print(f"{tables.counted(parcel.students, 'page')} in {parcel.file}")
        print(f"upload it to {PLATFORMS[options.zip].name}: {PLATFORMS[options.zip].upload}")
    if parcel and parcel.left_out:
        print(f"not in the zip, to be delivered by hand: {tables.named(parcel.left_out)}")
    if pages.ungraded:
        print(
            f"NOT FINISHED: {tables.counted(len(pages.ungraded), 'page')} of these say “not graded "
            "yet”, because nobody has marked the written answers.\n"
            f"Mark them (make formgrader; mark scheme: {course.solution(options.name)}), "
            "then run the same command again."
        )
    return status
