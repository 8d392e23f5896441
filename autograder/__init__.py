"""The grading pipeline: triage, run (sandboxed), score (trusted), record (one writer), report."""

import sys
from importlib.metadata import version

# With this module there, jsonschema builds a grammar for web addresses on import: a second of each
# command, and notebooks have none to check.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

__version__ = version("cnn-course")
