"""Calls of the kernel that a submission does not get: they take memory that no limit counts."""

import ctypes
import errno
import os
import struct

#: What the kernel calls the machine, from <linux/audit.h>, and its numbers for: memfd_create,
#: memfd_secret, shmget, msgget, semget, io_uring_setup, userfaultfd, bpf, perf_event_open.
MACHINES = {
    "x86_64": (0xC000003E, (319, 447, 29, 68, 64, 425, 323, 321, 298)),
    "aarch64": (0xC00000B7, (279, 447, 194, 186, 190, 425, 282, 280, 241)),
}
#: From <linux/bpf_common.h>, <linux/seccomp.h> and <linux/prctl.h>.
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.ENOSYS
SECCOMP, FILTER = 22, 2
#: Where a filter finds the number of a call and the machine it is for.
NUMBER, MACHINE = 0, 4
#: On x86-64, a second way to call everything has numbers from here on.
SECOND_WAY = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def refuse() -> None:
    """Refuse them to this process and its children, for good, as a kernel without them would.

    It needs a process that can gain no privileges, and does nothing on other machines.

    Raises
    ------
    OSError
        The kernel knows no filters.
    """
    if PROGRAM is None:
        return
    if _libc.prctl(SECCOMP, ctypes.c_ulong(FILTER), ctypes.byref(PROGRAM), 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def _filter(machine: int, refused: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """Return the filter: operation, lines to skip if so, lines to skip if not, operand."""
    size = len(refused)
    return [
        (LOAD, 0, 0, MACHINE),
        (JUMP_IF_EQUAL, 0, size + 3, machine),  # another machine's numbers mean other calls
        (LOAD, 0, 0, NUMBER),
        (JUMP_IF_AT_LEAST, size + 1, 0, SECOND_WAY),
        *((JUMP_IF_EQUAL, size - place, 0, number) for place, number in enumerate(refused)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]


def _program() -> _Program | None:
    """Return the filter as this machine's kernel wants it."""
    known = MACHINES.get(os.uname().machine)
    if known is None:
        return None
    code = b"".join(struct.pack("HBBI", *line) for line in _filter(*known))
    return _Program(len(code) // 8, code)


#: Made once: each submission's process needs it.
PROGRAM = _program()
