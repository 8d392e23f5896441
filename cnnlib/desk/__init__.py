"""What stands on a student's desk: their copy of the course, and the notebook they are in."""
