"""The course, as nbgrader and the autograder see it: the repository root."""

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "cnn"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"

# What is not there while a submission runs. `ps5_device` is about PyTorch, which needs more room.
c.Limits.per_assignment = {
    "ps5_device": {
        "hide": ["scipy", "skimage", "sklearn", "jax", "tensorflow", "cv2"],
        "memory_mb": 4096,
    },
}
