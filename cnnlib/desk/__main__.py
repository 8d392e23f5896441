"""Lay out what was handed out, and write the welcome page: `python -m cnnlib.desk`."""

import sys
from pathlib import Path

from cnnlib.desk.course import read_course
from cnnlib.desk.laying import lay
from cnnlib.desk.welcome import write_page


def main() -> int:
    """Do it for the course in this folder; return the exit status."""
    course = read_course(Path())
    if course is None:
        print("There is no course in this folder, or it is damaged: unpack the zip again.")
        return 1
    try:
        for line in lay(course.root):
            print(line)
        write_page(course)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
