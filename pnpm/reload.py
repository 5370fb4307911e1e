"""Reloading by `tmp/restart.txt`, as Passenger does it, for servers that start a process anew when one has ended."""

import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path

from werkzeug.wsgi import ClosingIterator

from .config import TOP

FILE = TOP / "tmp/restart.txt"


def reloading(application: Callable, file: Path = FILE) -> Callable:
    """`application`, whose process ends itself after an answer once that file was touched: whoever started it starts it again."""
    begun = _touched(file)

    def answering(environ: dict, start_response: Callable) -> Iterable[bytes]:
        answer = application(environ, start_response)
        return answer if _touched(file) == begun else ClosingIterator(answer, _end)

    return answering


def _touched(file):
    try:
        return os.stat(file).st_mtime_ns
    except OSError:
        return 0


def _end():
    """As a server asks its processes to end: when what they are at is done."""
    os.kill(os.getpid(), signal.SIGTERM)
