"""The course, as nbgrader and the autograder see it: the repository root."""

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "cnn"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"

# Hidden tests stay out of feedback pages, also where nbgrader or its formgrader makes them.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "autograder.hide.HideTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
