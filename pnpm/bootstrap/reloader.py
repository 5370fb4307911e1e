"""Reloading by touching `tmp/restart.txt`, as with Passenger, for servers that replace a process
that has ended.

The starting script reads this file by its path: it imports nothing of the program.
"""

import os
import signal


def reloading(application, home):
    """Return `application`, whose process ends after an answer once that file was touched; its
    server starts a new one.
    """
    path = os.path.join(home, "tmp", "restart.txt")
    begun = _touched(path)

    def answering(environ, start_response):
        body = application(environ, start_response)
        if _touched(path) == begun:
            return body
        return _Last(body)

    return answering


class _Last:
    """The last answer of a process."""

    def __init__(self, body):
        self.body = body

    def __iter__(self):
        return iter(self.body)

    def close(self):
        """End the process after the answer is sent, as a server does."""
        if hasattr(self.body, "close"):
            self.body.close()
        os.kill(os.getpid(), signal.SIGTERM)


def _touched(path):
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0
