"""What the tests of the doors share: each adds one thing, and finds it working."""

import pytest
from tree import Tree, copy_tree


@pytest.fixture
def tree(tmp_path) -> Tree:
    """A copy of the repository."""
    return copy_tree(tmp_path / "tree")
