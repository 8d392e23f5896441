"""Reads what platforms write beside uploads: whose they are, where the names do not say it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import yaml

from autograder.collect.names import Named
from autograder.collect.uploads import File
from autograder.problems import Problem, UnreadableError

#: Gradescope's list of submissions.
METADATA = "submission_metadata.yml"
#: The first line of Blackboard's receipt: `Name: Ann Lee (leeann)`.
RECEIPT = re.compile(r"\s*Name:[ \t]*(?P<name>.*?)[ \t]*\((?P<login>[^()\r\n]+)\)")


def complete(
    files: Sequence[File],
    named: Sequence[Named | None],
    own: Collection[str],
    logins: Collection[str],
    problems: list[Problem],
) -> list[tuple[Named, ...]]:
    """Return for each file whose it is: nobody's, one person's, or everybody's in a group.

    Parameters
    ----------
    own
        What the assignment's folder and notebook are called.
    logins
        Those on the roster.
    """
    members = _members(files, problems)
    receipts = _receipts(files, named)
    titled = {each.student for each in named if each and each.system == "blackboard"}
    people = {head: _login(head, titled, receipts, own, logins) for head in titled}
    return [
        () if each is None else _persons(file.path, each, members, people, receipts)
        for file, each in zip(files, named, strict=True)
    ]


def _persons(
    path: PurePosixPath,
    named: Named,
    members: Mapping[str, Any],
    people: Mapping[str, str],
    receipts: Mapping[str, tuple[str, str]],
) -> tuple[Named, ...]:
    if named.system == "gradescope":
        return _submitters(named, members.get(named.student))
    if named.system != "blackboard":
        return (named,)
    login = people[named.student]
    name, _ = receipts.get(named.student, ("", ""))
    return (replace(named, student=login, key=login, aliases=(name,)),) if login else ()


def _receipts(files: Sequence[File], named: Sequence[Named | None]) -> dict[str, tuple[str, str]]:
    """Return the name and the login that Blackboard's receipts state, by what files begin with."""
    found = {}
    for file, each in zip(files, named, strict=True):
        if not each or each.system != "blackboard" or not is_receipt(file.path):
            continue
        try:
            text = file.read()[:1000].decode("utf-8-sig", "replace")
        except UnreadableError:
            continue
        if (line := RECEIPT.match(text)) and f"_{each.student}".endswith(f"_{line['login']}"):
            found[each.student] = line["name"], line["login"]
    return found


def is_receipt(path: PurePosixPath) -> bool:
    """Return whether a file is Blackboard's receipt, and not the student's."""
    return bool(re.search(r"_attempt_\d{4}(?:-\d\d){5}\.txt$", path.name))


def _login(
    head: str,
    heads: Collection[str],
    receipts: Mapping[str, tuple[str, str]],
    own: Collection[str],
    logins: Collection[str],
) -> str:
    """Return the login at the end of `PS 2_leeann`, or nothing: both parts may have underscores."""
    if head in receipts:
        return receipts[head][1]
    listed = {login for login in logins if f"_{head}".casefold().endswith(f"_{login}".casefold())}
    if len(listed) == 1:
        return listed.pop()
    for name in own:
        if head.casefold().startswith(f"{name}_".casefold()):
            return head[len(name) + 1 :]
    if head.count("_") <= 1:
        return head.rpartition("_")[2]
    # One download is of one assignment: what all begin with is its title.
    tokens = [each.split("_") for each in heads]
    shared = 0
    while len(heads) > 1 and all(len(each) > shared + 1 for each in tokens):
        if len({each[shared] for each in tokens}) > 1:
            break
        shared += 1
    return "_".join(head.split("_")[shared:]) if shared else ""


def _members(files: Sequence[File], problems: list[Problem]) -> dict[str, Any]:
    """Return Gradescope's account of each submission, by its folder."""
    members: dict[str, Any] = {}
    for file in files:
        if file.path.name != METADATA:
            continue
        try:
            text = file.read().decode("utf-8", "replace")
            found = yaml.load(text, Loader=yaml.CSafeLoader)
        except (UnreadableError, yaml.YAMLError, ValueError, RecursionError) as error:
            problems.append(Problem("malformed", str(file.path), f"it cannot be read: {error}"))
        else:
            members.update(found if isinstance(found, dict) else {})
    return members


def _submitters(named: Named, account: Any) -> tuple[Named, ...]:
    """Return everybody who handed a folder in; a group's work is each member's."""
    account = account if isinstance(account, dict) else {}
    listed = account.get(":submitters")
    persons = (
        [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    made = account.get(":created_at")
    time = made.astimezone(UTC) if isinstance(made, datetime) and made.tzinfo else None
    found = []
    for person in persons:
        name, sid, email = (
            str(person.get(key) or "").strip() for key in (":name", ":sid", ":email")
        )
        if key := sid or email or name:
            known = replace(named, student=name or key, key=key, aliases=(sid, email))
            found.append(replace(known, time=named.time or time))
    return tuple(found)
