"""A process beside ours that does what anybody's bytes may spoil, each job within limits.

It prepares itself once and is then only copied: a copy does one job after the other until one of
them ends it. So what is dear to compute is computed once, and what a job spoils is gone with it.
"""

import contextlib
import gc
import io
import os
import pickle
import resource
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, NoReturn

from autograder.inside.limits import address_space
from autograder.inside.namespaces import PARENT_DEATH_SIGNAL, prctl
from autograder.problems import UsageError

#: Bytes that a job may take beside what its process holds already.
ROOM = 2**30
#: So many times a job's seconds of computing may pass on the clock: machines are busy.
PATIENCE = 10


class LostError(Exception):
    """A job could not be done; the message says why, in a few words."""


class Aside:
    """A process that does jobs for us; whatever one does, the next one is done.

    Parameters
    ----------
    work
        Does a job. What it raises is lost with the job.
    seconds
        What a job may compute.
    prepare
        Called before the first job; only a `UsageError` that it raises comes back.
    shared
        Objects that jobs and results may hold and that both sides have: they do not travel.
    """

    def __init__(
        self,
        work: Callable[[Any], Any],
        seconds: int,
        prepare: Callable[[], None] = lambda: None,
        shared: Sequence[Any] = (),
    ) -> None:
        self._work, self._seconds, self._prepare = work, seconds, prepare
        self._shared = _Shared(shared)
        self._turn = threading.Lock()
        self._closed = False
        self._start()

    def __call__(self, job: Any) -> Any:
        """Return what comes of a job.

        Raises
        ------
        LostError
            It took too long or too much, or raised something.
        UsageError
            The process could not be prepared.
        """
        data = self._shared.dumps(job)
        with self._turn:
            for _ in range(2):
                # Where somebody killed it, the job may have nothing to do with that.
                with contextlib.suppress(EOFError, OSError):
                    return self._ask(data)
                self._end()
                if self._closed:
                    break
                self._start()
        raise LostError("its process was killed twice")

    def close(self) -> None:
        """End the process, whatever it does."""
        self._closed = True
        if pid := self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)  # whoever waits for it waits no longer
        with self._turn:
            self._end()

    def __enter__(self) -> "Aside":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _start(self) -> None:
        self._ready = False
        self._pid, self._connection = fork(self._supervise)

    def _end(self) -> None:
        self._connection.close()
        pid, self._pid = self._pid, 0
        if pid:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def _ask(self, data: bytes) -> Any:
        if not self._ready:
            if fault := pickle.loads(self._connection.recv_bytes()):  # noqa: S301  (our own)
                raise UsageError(fault)
            self._ready = True
        self._connection.send_bytes(data)
        done, value = self._shared.loads(self._connection.recv_bytes())
        if not done:
            raise LostError(value)
        return value

    def _supervise(self, connection: Connection) -> None:
        """Prepare, then pass each job on to a copy of this process."""
        gc.freeze()
        try:
            self._prepare()
        except UsageError as error:
            connection.send_bytes(pickle.dumps(str(error)))
            return
        connection.send_bytes(pickle.dumps(""))
        if _has_device():
            self._serve(connection)  # what a graphics card computes cannot be copied
            return
        copy: _Copy | None = None
        while True:
            data = connection.recv_bytes()
            answer, reason = b"", ""
            for _ in range(2):
                copy = copy or _Copy(self._serve)
                answer, reason = copy.ask(data, self._seconds)
                if answer:
                    break
                copy = None
                if reason:
                    break
            lost = (False, reason or "its process was killed twice")
            connection.send_bytes(answer or pickle.dumps(lost))

    def _serve(self, connection: Connection) -> None:
        """Do jobs, until one takes too much."""
        if sys.platform == "linux":
            room = address_space() + ROOM
            resource.setrlimit(resource.RLIMIT_AS, (room, room))
        while True:
            data = connection.recv_bytes()
            _allow(self._seconds)
            try:
                answer = self._shared.dumps((True, self._work(self._shared.loads(data))))
            except MemoryError:
                sys.exit(MEMORY)
            except Exception as error:  # anybody's bytes: what we did not foresee costs only these
                answer = pickle.dumps((False, f"{type(error).__name__}: {error}"))
            connection.send_bytes(answer)


#: The exit status of a copy that needs too much memory.
MEMORY = 3


class _Copy:
    """A copy of the supervising process, and what ended it."""

    def __init__(self, serve: Callable[[Connection], None]) -> None:
        self._pid, self._connection = fork(serve)

    def ask(self, data: bytes, seconds: int) -> tuple[bytes, str]:
        """Return the answer; or nothing, and why the copy ended if it was not killed by others."""
        with contextlib.suppress(EOFError, OSError):
            self._connection.send_bytes(data)
            if self._connection.poll(PATIENCE * seconds):
                return self._connection.recv_bytes(), ""
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._connection.close()
            return b"", f"it does not end within {PATIENCE * seconds} seconds"
        self._connection.close()
        _, status = os.waitpid(self._pid, 0)
        match os.waitstatus_to_exitcode(status):
            case code if code == MEMORY:
                return b"", f"it needs more than {ROOM >> 20} MiB of memory"
            case code if code == -signal.SIGXCPU:
                return b"", f"it takes more than {seconds} seconds of computing"
            case code if code == -signal.SIGKILL:
                return b"", ""
            case code:
                return b"", f"its process ended with status {code}"


class _Shared:
    """Pickles between processes of one kind; some objects go as their number."""

    def __init__(self, objects: Sequence[Any]) -> None:
        self._objects = objects
        self._numbers = {id(each): number for number, each in enumerate(objects)}

    def dumps(self, value: Any) -> bytes:
        """Return a value's bytes."""
        file = io.BytesIO()
        pickler = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
        pickler.persistent_id = lambda each: self._numbers.get(id(each))  # type: ignore[method-assign]
        pickler.dump(value)
        return file.getvalue()

    def loads(self, data: bytes) -> Any:
        """Return the value of bytes."""
        unpickler = pickle.Unpickler(io.BytesIO(data))  # noqa: S301  (our own)
        unpickler.persistent_load = self._objects.__getitem__  # type: ignore[method-assign]
        return unpickler.load()


def fork(target: Callable[[Connection], None]) -> tuple[int, Connection]:
    """Run a function in a copy of this process; return its number and our end of the line.

    The copy ends with the function, and with us.
    """
    ours, theirs = Pipe()
    pid = os.fork()
    if pid:
        theirs.close()
        return pid, ours
    _be_a_copy(target, theirs)


def _be_a_copy(target: Callable[[Connection], None], connection: Connection) -> NoReturn:
    """Run the function and end, by no way that leads back into the caller."""
    code = 1
    try:
        # Ctrl-C is for the grader, which ends us; so does its own end.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU):
            signal.signal(number, signal.SIG_DFL)
        if sys.platform == "linux":
            prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
        _close_all_but(connection.fileno())
        with contextlib.suppress(EOFError, OSError):
            target(connection)
        code = 0
    except SystemExit as error:
        code = int(error.code or 0)
    finally:
        os._exit(code)


def _close_all_but(kept: int) -> None:
    """Close what we had open when we were copied: locks and sockets are not ours."""
    for number in [int(path.name) for path in Path("/dev/fd").iterdir()]:
        if number > 2 and number != kept:
            with contextlib.suppress(OSError):
                os.close(number)


def _allow(seconds: int) -> None:
    """Let this process compute for some more seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, most))


def _has_device() -> bool:
    torch: Any = sys.modules.get("torch")
    return torch is not None and bool(torch.cuda.is_initialized())
