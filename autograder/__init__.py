"""The grading pipeline: triage, run (sandboxed), score (trusted), record (one writer), report."""
