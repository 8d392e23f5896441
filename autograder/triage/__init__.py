"""From the bytes of a submission to the cells to run."""
