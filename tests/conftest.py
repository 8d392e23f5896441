"""What tests share."""

import os
import shutil
from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def require_program() -> Callable[[str], str]:
    """Give the path of a program; without it skip, or fail where everything must be there."""

    def require(name: str) -> str:
        path = shutil.which(name)
        if path is None and os.environ.get("COURSE_REQUIRE_ALL"):
            pytest.fail(f"{name} is not installed, and COURSE_REQUIRE_ALL says that it must be")
        if path is None:
            pytest.skip(f"{name} is not installed")
        return path

    return require
