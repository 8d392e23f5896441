"""What was graded, entered into the gradebook."""
