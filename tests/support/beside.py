"""Loads a module that stands beside a test: under importlib mode tests are no packages."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def load_beside(test_file: str, name: str) -> ModuleType:
    """Import the file `name` that stands beside `test_file`."""
    path = Path(test_file).with_name(name)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
