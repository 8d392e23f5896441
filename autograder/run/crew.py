"""Who runs submissions: threads here, each with a process of its own, or a Dask cluster."""

import atexit
import itertools
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Protocol

from autograder.problems import UsageError
from autograder.run.execute import Run, Task, execute
from autograder.run.forkservers import Setting
from autograder.run.pool import Pool

#: Tasks that are made and wait, for each that runs: enough to keep everybody busy.
WAITING = 2
#: Seconds after which whoever takes the results has a moment for other work.
NOW_AND_THEN = 0.05


class Crew(Protocol):
    """Runs submissions side by side."""

    @property
    def size(self) -> int:
        """How many run at a time."""

    def begin(self, setting: Setting) -> AbstractContextManager[Any]:
        """Start what takes its time to start; `run` takes it."""

    def run(
        self,
        tasks: Iterable[Task],
        setting: Setting,
        idle: Callable[[], None] = lambda: None,
        begun: Any = None,
    ) -> Generator[Run]:
        """Yield what each submission did, as they finish; tasks are taken as they are needed.

        While none finishes, `idle` is called now and then.
        """


@dataclass(frozen=True)
class Here:
    """The machine we are on."""

    size: int

    def begin(self, setting: Setting) -> Pool:
        """Start the sandbox."""
        servers = Pool()
        servers.begin(setting)
        return servers

    def run(
        self,
        tasks: Iterable[Task],
        setting: Setting,
        idle: Callable[[], None] = lambda: None,
        begun: Pool | None = None,
    ) -> Generator[Run]:
        """Run some at a time, each thread with a server of its own."""
        threads, servers = ThreadPoolExecutor(self.size), begun or Pool()
        try:
            yield from _flow(
                lambda task: threads.submit(execute, task, setting, servers),
                tasks,
                self.size,
                idle,
            )
        except BaseException:
            # Ctrl-C, or whoever took the results failed: end what runs instead of waiting for it.
            threads.shutdown(wait=False, cancel_futures=True)
            servers.kill()
            raise
        finally:
            threads.shutdown()
            servers.close()


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster; its workers need this package and nothing of the course's disk.

    Attributes
    ----------
    client
        A connected `distributed.Client`.
    size
        The threads of all workers.
    """

    client: Any
    size: int

    def begin(self, setting: Setting) -> AbstractContextManager[None]:
        """Do nothing: workers keep their servers."""
        return nullcontext()

    def run(
        self,
        tasks: Iterable[Task],
        setting: Setting,
        idle: Callable[[], None] = lambda: None,
        begun: None = None,
    ) -> Generator[Run]:
        """Send each to the cluster; Dask gives a dead worker's tasks to another."""
        # Not pure: two students' equal notebooks are two tasks, and a regrade is a new run.
        workers = self.client.get_executor(pure=False)
        # A task, which only copies it: so it goes to each worker once, and can be had again if
        # workers die.
        shared = self.client.submit(replace, setting, pure=False)
        try:
            yield from _flow(
                lambda task: workers.submit(execute_on_worker, task, shared),
                tasks,
                self.size,
                idle,
            )
        finally:
            workers.shutdown(wait=False)
            self.client.close()


#: The servers of this process, where it is a worker of a Dask cluster.
_WORKERS_OWN = Pool()
atexit.register(_WORKERS_OWN.close)


def execute_on_worker(task: Task, setting: Setting) -> Run:
    """Run a submission in a Dask worker; its servers stay for the next one, whose ever it is."""
    return execute(task, setting, _WORKERS_OWN)


def _flow(
    submit: Callable[[Task], "Future[Run]"],
    tasks: Iterable[Task],
    size: int,
    idle: Callable[[], None],
) -> Generator[Run]:
    """Keep everybody busy with few tasks at a time; yield results as they come."""
    waiting: dict[Future[Run], str] = {}
    rest = iter(tasks)
    while True:
        for task in itertools.islice(rest, (1 + WAITING) * size - len(waiting)):
            waiting[submit(task)] = task.student
        if not waiting:
            return
        while not (done := wait(waiting, NOW_AND_THEN, FIRST_COMPLETED).done):
            idle()
        for future in done:
            student = waiting.pop(future)
            error = future.exception()
            yield Run(student, {}, fault=f"it could not run: {error}") if error else future.result()


def connect(address: str) -> Cluster:
    """Connect to a Dask scheduler.

    Raises
    ------
    UsageError
        Dask is not installed, nobody answers at the address, or the cluster has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--cluster needs Dask: pip install 'cnn-course[cluster]'") from None
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise UsageError(f"no Dask scheduler at {address}: {reason}") from None
    size = sum(client.nthreads().values())
    if not size:
        client.close()
        raise UsageError(f"the Dask cluster at {address} has no workers")
    return Cluster(client, size)
