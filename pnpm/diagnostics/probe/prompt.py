"""An answer that has to come whole within the connection's timeout: Python's own asks that of each piece of it alone."""

import io
import socket
from http.client import HTTPResponse
from time import monotonic


class PromptResponse(HTTPResponse):
    """TimeoutError from whatever reads it when the time is over."""

    def __init__(self, sock, *given, **more):
        super().__init__(sock, *given, **more)
        self.fp = io.BufferedReader(_Timed(self.fp, sock))


class _Timed(io.RawIOBase):
    def __init__(self, file: io.BufferedReader, sock: socket.socket):
        self._file, self._socket, self._end = file, sock, monotonic() + sock.gettimeout()

    def readable(self):
        return True

    def readinto(self, buffer):
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._file.readinto1(buffer)

    def close(self):
        self._file.close()
        super().close()
