"""What the autograder's tests share."""

import pytest

from autograder.run.sandbox import bubblewrap_fault


@pytest.fixture
def bubblewrap(require_program):
    """Give the kind of the real sandbox, which must work where it is installed."""
    require_program("bwrap")
    assert bubblewrap_fault() is None
    return "bubblewrap"
