"""A course on disk: what it asks for, what it allows, and what was done so far."""
