"""Shows text as it was typed, where making a page of it fails or takes too long."""

import re
from typing import Any

from nbconvert.preprocessors import Preprocessor

#: So much of a text is shown.
LONGEST = 2**15


class PlainText(Preprocessor):
    """Turns Markdown into text as it was typed."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Change one cell."""
        if cell.cell_type == "markdown":
            text = cell.source[:LONGEST]
            longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
            fence = "`" * max(4, longest + 1)
            if longest > LONGEST // 4:
                fence, text = "````", text.replace("`", "'")
            cell.source = f"{fence}text\n{text}\n{fence}"
            cell.pop("attachments", None)
        return cell, resources
