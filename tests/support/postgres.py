"""A PostgreSQL server of its own, in a folder of its own, for as long as a test needs it."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def postgresql(programs: Path) -> Iterator[str]:
    """Start a server that listens on a Unix socket only; yield the URL of its database.

    Parameters
    ----------
    programs
        The folder with `initdb` and `pg_ctl`.
    """
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    user = _somebody()
    if user is not None:
        os.chown(folder, *user)

    def run(program: str, *arguments: str) -> None:
        who = {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}
        subprocess.run(
            [programs / program, *arguments],
            check=True,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            **who,
        )

    data = str(folder / "data")
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    try:
        run("initdb", "-D", data, "-U", "course", "-A", "trust", "-E", "UTF8")
        run("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql://course@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _somebody() -> tuple[int, int] | None:
    """Return whose the server shall be: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise RuntimeError("there is no user to run PostgreSQL as")
