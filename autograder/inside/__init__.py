"""All of the autograder that enters the sandbox, beside the submission, and nothing else.

`server` forks a process for each submission, between `walls` of its own (`namespaces`, `syscalls`),
and keeps `watch`; there `cells` runs the submission within its `limits`, collects its `outputs`,
and sends them out in `frames`.
"""
