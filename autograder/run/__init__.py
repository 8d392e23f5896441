"""Runs submissions in their sandboxes, side by side."""
