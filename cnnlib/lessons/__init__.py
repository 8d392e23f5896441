"""What single lectures need, a module or folder each, named after the lecture."""
