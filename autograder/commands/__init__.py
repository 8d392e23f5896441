"""What each command does and prints: a module each, so that only the one asked for is imported."""

import argparse
from importlib import import_module

from autograder import spare


def run(options: argparse.Namespace) -> int:
    """Run the command that was asked for; return its exit status."""
    with spare.importing():
        command = import_module(f"{__name__}.{options.command}")
    status: int = command.run(options)
    return status
