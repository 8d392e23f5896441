"""The course, as nbgrader and the autograder see it: the repository root."""

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "cnn"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"

# Hidden tests stay out of feedback pages, also where nbgrader or its formgrader makes them.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "autograder.report.hide.HideTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# Some assignments are about PyTorch: there it is in the sandbox, and takes its room.
WITH_TORCH = {"allow": ["torch"], "memory_mb": 4096}
c.Limits.per_assignment = {
    "ps5_device": WITH_TORCH,
    "ps6_fields": WITH_TORCH,
    "ps9_transfer": WITH_TORCH,
}
