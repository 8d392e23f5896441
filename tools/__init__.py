"""What keeps the repository in order: run from its root, such as `python -m tools.notebooks`.

Tools use what tests share; pytest finds that by its own settings, tools by these.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
