"""What each command does and prints: a module each, so that only the one asked for is imported."""

import argparse
from importlib import import_module


def run(options: argparse.Namespace) -> int:
    """Run the command that was asked for; return its exit status."""
    status: int = import_module(f"{__name__}.{options.command}").run(options)
    return status
