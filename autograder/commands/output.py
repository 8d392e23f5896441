"""What commands print for programs."""

import json
from typing import Any


def print_json(value: Any) -> None:
    """Print JSON."""
    # ASCII: a student's text may hold what a terminal obeys, or what has no bytes.
    print(json.dumps(value, indent=2))
