"""Reloading by `tmp/restart.txt`, as Passenger does it, for servers that start a process anew when
one has ended.

Whoever starts the site reads this file by its path: it needs nothing of the program.
"""

import os
import signal


def reloading(application, home):
    """`application`, whose process ends itself after an answer once that file was touched: whoever
    started it starts it again.
    """
    path = os.path.join(home, "tmp", "restart.txt")
    begun = _touched(path)

    def answering(environ, start_response):
        body = application(environ, start_response)
        return body if _touched(path) == begun else _Last(body)

    return answering


class _Last:
    """The last answer of a process."""

    def __init__(self, body):
        self.body = body

    def __iter__(self):
        return iter(self.body)

    def close(self):
        """When it is sent: end, as a server asks its processes to."""
        if hasattr(self.body, "close"):
            self.body.close()
        os.kill(os.getpid(), signal.SIGTERM)


def _touched(path):
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0
