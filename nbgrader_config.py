"""The course, as nbgrader and the autograder see it: the repository root."""

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "cnn"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
