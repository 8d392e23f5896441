"""The grading pipeline: triage, run (sandboxed), score (trusted), record (one writer), report."""

from importlib.metadata import version

__version__ = version("cnn-course")
