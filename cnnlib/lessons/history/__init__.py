"""The history of convolutional networks, each chapter a program that runs."""
