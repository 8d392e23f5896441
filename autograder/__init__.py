"""The grading pipeline: triage, run (sandboxed), score (trusted), record (one writer), report."""

#: pyproject.toml takes it from here: to look it up among what is installed takes its time.
__version__ = "0.1.0"
