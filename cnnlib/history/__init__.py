"""Milestones of neural networks, each small enough to read and to run in a lecture."""
