"""An end for what never ends: a call in the main thread is stopped after some seconds."""

import ctypes
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

#: How often it is tried again: a bare `except:` swallows what stops it.
AGAIN = 0.5
#: What is called returns something.
T = TypeVar("T")


class TooLong(BaseException):
    """The time was over. No `Exception`, so that few things catch it."""


def call_within(seconds: float, call: Callable[[], T]) -> T:
    """Call something; raise `TooLong` after so many seconds, wherever it is then.

    Only in the main thread, and only between two steps of Python's own: a call into a library is
    not interrupted. It needs no signals, of which Windows has few. Where no thread can be started,
    as in a browser, there is no end.
    """
    if threading.current_thread() is not threading.main_thread():
        return call()
    me, done, lock = threading.get_ident(), threading.Event(), threading.Lock()
    begun = threading.Event()

    def stop() -> None:
        begun.wait()  # on a busy machine it takes its time to start a thread
        wait = seconds
        while not done.wait(wait):
            with lock:
                if not done.is_set():
                    _raise_in(me, TooLong)
            wait = AGAIN

    watch = threading.Thread(target=stop, daemon=True)
    try:
        with suppress(RuntimeError):
            watch.start()
        begun.set()
        return call()
    finally:
        while not done.is_set():
            # Behind the lock nothing more is raised, and what is on its way is withdrawn.
            with suppress(TooLong), lock:
                done.set()
                _raise_in(me, None)


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    argument = None if error is None else ctypes.py_object(error)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), argument)
