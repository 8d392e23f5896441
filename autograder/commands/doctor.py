"""Say what this machine can do."""

import argparse

from autograder import doctor, tables
from autograder.commands.output import print_json
from autograder.problems import DONE, USAGE


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
    findings = doctor.examine(options.course)
    if options.json:
        print_json(doctor.to_dict(findings))
    else:
        tables.print_findings(findings)
    return DONE if all(finding.ok for finding in findings) else USAGE
