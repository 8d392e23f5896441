"""Linux's own walls around one process: namespaces, private folders, no privileges.

It runs inside the sandbox, and calls the C library, because Python 3.11 has no `os.unshare`.
"""

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

#: From <linux/sched.h>, <sys/mount.h>, <linux/prctl.h> and <linux/capability.h>.
NEW_MOUNTS, NEW_IPC, NEW_USER, NEW_PIDS, NEW_NET = (
    0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
READ_ONLY, NO_SETUID, NO_DEVICES, BIND, RECURSIVE = 1, 2, 4, 0x1000, 0x4000
PARENT_DEATH_SIGNAL, DUMPABLE, CHILD_SUBREAPER, NO_NEW_PRIVILEGES = 1, 4, 36, 38
CAPABILITY_VERSION = 0x20080522
#: The user that a submission believes to be: anybody but root.
USER = 1000
#: Folders that each submission has empty and for itself.
PRIVATE = ("/tmp", "/dev/shm")  # noqa: S108  (this is how they become private)

_libc = ctypes.CDLL(None, use_errno=True)


def become(user: int) -> None:
    """Be another user, without any privilege: the kernel does not count root's processes."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    _drop_capabilities()


def seal(disk_mb: int, visible: Sequence[str]) -> None:
    """Leave this process's world: own users, processes to come, mounts, network and messages.

    The next process that it forks is the first one of its own world, and ends it by ending.

    Parameters
    ----------
    disk_mb
        Size of each private folder.
    visible
        Folders that stay, also below a private folder: Python lives there.

    Raises
    ------
    OSError
        This machine does not let us.
    """
    user, group = os.getuid(), os.getgid()
    _check(_libc.unshare(NEW_USER | NEW_PIDS | NEW_MOUNTS | NEW_NET | NEW_IPC), "unshare")
    own = Path("/proc/self")
    with contextlib.suppress(FileNotFoundError):
        (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{USER} {user} 1")
    (own / "gid_map").write_text(f"{USER} {group} 1")
    for private in PRIVATE:
        with _kept([folder for folder in visible if Path(folder).is_relative_to(private)]):
            _mount_empty(private, 0, f"size={disk_mb}m,nr_inodes=65536,mode=1777")
    # A new /proc is refused where parts of the outer one are covered, so there is none.
    _mount_empty("/proc", READ_ONLY, "size=4k")


@contextlib.contextmanager
def _kept(folders: Sequence[str]) -> Iterator[None]:
    """Keep folders where they are while something is mounted above them."""
    held = {folder: os.open(folder, os.O_PATH) for folder in folders}
    yield
    for folder, descriptor in held.items():
        Path(folder).mkdir(parents=True, exist_ok=True)
        source = f"/proc/self/fd/{descriptor}".encode()
        flags = ctypes.c_ulong(BIND | RECURSIVE)
        _check(_libc.mount(source, folder.encode(), None, flags, None), f"mount {folder}")
        os.close(descriptor)


def drop_privileges() -> None:
    """Give up, for good, what a new user namespace grants: nothing can be unmounted again."""
    prctl(NO_NEW_PRIVILEGES, 1)
    _drop_capabilities()
    prctl(DUMPABLE, 1)  # so that the server may see what it uses


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process."""
    _check(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), "prctl")


def _drop_capabilities() -> None:
    _check(_libc.capset(struct.pack("Ii", CAPABILITY_VERSION, 0), bytes(24)), "capset")


def _mount_empty(folder: str, flags: int, options: str) -> None:
    flags |= NO_SETUID | NO_DEVICES
    mounted = _libc.mount(
        b"tmpfs", folder.encode(), b"tmpfs", ctypes.c_ulong(flags), options.encode()
    )
    _check(mounted, f"mount {folder}")


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
