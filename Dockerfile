# The grader where bubblewrap is not: macOS, Windows, other Linux machines.
#
#     docker build -t cnn-grader .
#     docker run --rm -it --security-opt seccomp=unconfined -v "$PWD:/course" cnn-grader doctor
#     docker run --rm -it --security-opt seccomp=unconfined -v "$PWD:/course" cnn-grader grade ps2_forward
#
# What was tried: the line with pip, and grading with what it installs beside Debian's bubblewrap, in a
# Debian 12 container that is not Docker's. What was not: this file through Docker itself, on any
# system. docs/ta.md says what the option means, and what Ubuntu needs besides. `doctor` tells whether
# the sandbox works.
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install --yes --no-install-recommends bubblewrap \
 && rm -rf /var/lib/apt/lists/*

COPY . /opt/cnn-course
RUN cd /opt/cnn-course && python -m pip install --no-cache-dir -c constraints.txt '.[grader]'

WORKDIR /course
ENTRYPOINT ["autograder"]
