"""An officer who signed in, and how long the office's pages take to answer."""

import http.client
import re
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from .budget import Row, Unmeasured
from .site import HOST, Server

TIMES = 7
NAME, PASSWORD = "Bu Camat", "empat kata yang biasa"


class Officer:
    """An officer's browser: the cookies it was given, a form's token, and how long each answer
    took.
    """

    def __init__(self, server: Server):
        self.server, self.cookies = server, SimpleCookie()
        self.token = found(
            r'name="csrf_token"[^>]*value="([^"]+)"', self.ask("GET", "/admin/login")[2]
        )
        self.ask("POST", "/admin/login", username=NAME, password=PASSWORD)
        self.token = found(r'name="csrf_token"[^>]*value="([^"]+)"', self.ask("GET", "/admin/")[2])

    def ask(self, method: str, path: str, **form: str) -> tuple[float, float, str, str]:
        """Milliseconds until the whole answer was there, those that the server's processors worked,
        the body, the Location.
        """
        headers = {
            "Cookie": "; ".join(f"{name}={cookie.value}" for name, cookie in self.cookies.items())
        }
        body = urlencode({"csrf_token": self.token, **form}) if method == "POST" else None
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        worked, begun = _worked(self.server), time.perf_counter()
        connection = http.client.HTTPConnection(HOST, self.server.port, timeout=60)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        took = time.perf_counter() - begun
        connection.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            self.cookies.load(cookie)
        if response.status != (303 if body else 200):
            raise Unmeasured(f"{method} {path} answers {response.status}")
        return (
            1000 * took,
            _worked(self.server) - worked,
            text,
            response.headers.get("Location", ""),
        )

    def look_at(self, pages: dict[str, str], limit: float) -> Iterator[Row]:
        """The row of each of these pages, by what it is called."""
        for name, path in pages.items():
            self.ask("GET", path)  # each worker compiles its templates and queries once
            self.ask("GET", path)
            yield row(f"office: {name}", [self.ask("GET", path) for _time in range(TIMES)], limit)


def row(what: str, answers: list, limit: float) -> Row:
    """The row of the median of what `Officer.ask` gave, milliseconds all."""
    took, worked, *_more = zip(*answers, strict=True)
    return Row(what, median(took), limit, " ms", note=f"of them {median(worked):.0f} ms at work")


def found(pattern: str, text: str) -> str:
    """What the group of a pattern is in a page; Unmeasured if it is not there."""
    match = re.search(pattern, text)
    if not match:
        raise Unmeasured(f"no {pattern} in the office's page")
    return match[1]


def _worked(server):
    """Milliseconds that the server's workers were at work since they began."""
    workers = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return (
        sum(int(Path(f"/proc/{worker}/schedstat").read_text().split()[0]) for worker in workers)
        / 1e6
    )
