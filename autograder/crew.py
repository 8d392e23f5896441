"""Who runs submissions: threads here, each with a process of its own, or a Dask cluster."""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any, Protocol

from autograder.execute import Run, Task, execute, kill_all
from autograder.problems import UsageError


class Crew(Protocol):
    """Runs submissions side by side."""

    @property
    def size(self) -> int:
        """How many run at a time."""

    def run(self, tasks: Sequence[Task]) -> Generator[Run]:
        """Yield what each submission did, as they finish."""


@dataclass(frozen=True)
class Here:
    """The machine we are on."""

    size: int

    def run(self, tasks: Sequence[Task]) -> Generator[Run]:
        """Run each in a process of its own, some at a time."""
        pool = ThreadPoolExecutor(self.size)
        try:
            for future in as_completed([pool.submit(execute, task) for task in tasks]):
                yield future.result()
        except BaseException:
            # Ctrl-C, or whoever took the results failed: end what runs instead of waiting for it.
            pool.shutdown(wait=False, cancel_futures=True)
            kill_all()
            raise
        finally:
            pool.shutdown()


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

    def run(self, tasks: Sequence[Task]) -> Generator[Run]:
        """Send each to the cluster; Dask gives a dead worker's tasks to another."""
        from distributed import as_completed as finished

        # Not pure: two students' equal notebooks are two tasks, and a regrade is a new run.
        futures = self.client.map(execute, tasks, pure=False)
        students = {future.key: task.student for future, task in zip(futures, tasks, strict=True)}
        try:
            for future in finished(futures, loop=self.client.loop):
                if future.status == "finished":
                    yield future.result()
                else:
                    fault = f"the cluster could not run it: {future.exception()}"
                    yield Run(students[future.key], {}, fault=fault)
        finally:
            self.client.cancel(futures)
            self.client.close()


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
