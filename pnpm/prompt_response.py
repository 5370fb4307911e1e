"""HTTP answers that come in time or not at all, however slowly the other side sends."""

import io
import socket
from http.client import HTTPResponse
from time import monotonic
from typing import Any


class PromptResponse(HTTPResponse):
    """A response that must be read within the socket's timeout as a whole, not each time anew."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Timed(self.fp, sock))


class _Timed(io.RawIOBase):
    """A file over a socket that raises TimeoutError once the time for all of it is over."""

    def __init__(self, file: io.BufferedReader, sock: socket.socket) -> None:
        self._file, self._socket = file, sock
        self._end = monotonic() + (sock.gettimeout() or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._file.readinto1(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()
