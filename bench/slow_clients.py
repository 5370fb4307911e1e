"""Readers while a hundred clients stall in the middle of what they send, to the server that `make
run` starts.
"""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from .budget import Row, Unmeasured
from .site import HOST, TOP, environment, free_port, wait_for

CLIENTS = 100  # half of them stop in their headers, half in their form
LOOKS = 200  # at an article


def measure(instance: Path, article: str) -> Iterator[Row]:
    """The row on how long a reader waits for an article while they stall, to how long without
    them.
    """
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "deploy/gunicorn.py",
        "--bind",
        f"{HOST}:{port}",
    ]
    process = subprocess.Popen(
        [*command, "--log-level", "error", "wsgi:app"], cwd=TOP, env=environment(instance)
    )
    try:
        wait_for(process, port)
        _looks(port, article)  # each process loads the program
        alone = _looks(port, article)
        with ExitStack() as stack:
            for number in range(CLIENTS):
                _stall(
                    stack.enter_context(socket.create_connection((HOST, port))),
                    article,
                    number % 2 == 0,
                )
            beside = _looks(port, article)
    finally:
        process.terminate()
        process.wait(20)
    note = (
        f"median {1000 * median(beside):.1f} ms, slowest {1000 * max(beside):.0f} ms; without "
        f"them {1000 * median(alone):.1f} ms"
    )
    yield Row(
        f"a reader beside {CLIENTS} clients that stall",
        median(beside) / median(alone),
        2,
        " times",
        note=note,
    )


def _stall(connection, article, in_headers):
    head = (
        f"POST {article} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: "
        "application/x-www-form-urlencoded\r\n"
    )
    rest = "" if in_headers else "Content-Length: 5000\r\n\r\nbody=a"
    connection.sendall((head + rest).encode())


def _looks(port, article):
    """Seconds that each look took."""
    seconds = []
    for _look in range(LOOKS):
        begun = time.perf_counter()
        connection = http.client.HTTPConnection(HOST, port, timeout=30)
        connection.request("GET", article)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise Unmeasured(f"{article} answers {answer.status}")
        seconds.append(time.perf_counter() - begun)
    return seconds
