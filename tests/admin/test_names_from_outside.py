"""Whatever name stands in an address, it is never looked up on the disk unless it is one of ours,
and never breaks anything.
"""

import os
import re
import socket

import pytest

from tests.conftest import on_sqlite
from tests.faults.conftest import House
from tests.test_files import HOSTILE

# As a browser would not send them: percent-encoded once and twice, bytes that are no UTF-8.
ENCODED = [
    "%2e%2e%2fsite.db",
    "%252e%252e",
    "..%5csite.db",
    "%00",
    "a%00.webp",
    "%ff%fe",
    "%c0%ae%c0%ae/x",
    "%2fetc%2fpasswd",
]
NAMES = [
    *(name for name in HOSTILE if name and name.isprintable() and len(name) < 50_000),
    *ENCODED,
]
MARK = "tidak-mungkin-ada"  # in each name, so that one sees where it is looked up


@pytest.fixture
def looked_up(monkeypatch):
    """The names that the disk is asked for."""
    names = []

    def watch(name):
        real = getattr(os, name)

        def asked(path=".", *arguments, **more):
            names.append("" if isinstance(path, int) else os.fsdecode(path))
            return real(path, *arguments, **more)

        monkeypatch.setattr(os, name, asked)

    for name in ("stat", "lstat", "open", "readlink", "scandir", "listdir"):
        watch(name)
    return names


def addresses(app):
    """Each address that takes a word from outside, with a hole where the word stands; and those of
    files.
    """
    yield "/static/{}"
    yield "/static//{}"
    for rule in app.url_map.iter_rules():
        if rule.build_only or "GET" not in rule.methods or not rule.arguments:
            continue
        parts = re.split(r"<[^>]*>", rule.rule)
        for hole in range(len(parts) - 1):
            yield (
                "".join(
                    part + ("{}" if place == hole else "7") for place, part in enumerate(parts[:-1])
                )
                + parts[-1]
            )


def test_no_address_looks_a_name_up_that_is_none_of_ours(app, office, looked_up):
    for address in {*addresses(app)}:
        for name in NAMES:
            looked_up.clear()
            answer = office.get(address.format(f"{name}{MARK}"))
            assert answer.status_code < 500, (address, name)
            assert not [path for path in looked_up if MARK in path], (address, name)


def test_whether_a_file_exists_elsewhere_static_never_asks(app, client, looked_up):
    for path in (
        "/static//etc/passwd",
        "/static//proc/self/environ",
        "/static/../site.db",
        "/static/%2e%2e/site.db",
        "/static/x.js",
    ):
        looked_up.clear()
        assert client.get(path).status_code == 404
        assert not [
            name
            for name in looked_up
            if name.endswith(("passwd", "environ", "x.js")) or "static/.." in name
        ], path


@on_sqlite
def test_each_is_answered_by_a_real_server(instance):
    house = House(instance)
    with house.served(workers=1):
        port = int(house.url.rpartition(":")[2])
        for name in (
            b"x" * 300,
            b"x" * 3000,
            b"/etc/passwd",
            b"%00",
            b"%ff",
            b"..%2f..%2fsite.db",
            b"a\\b",
            b"\xff\xfe",
            b"%2e%2e",
        ):
            for folder in (
                b"/static/",
                b"/pictures/ab/",
                b"/label/",
                b"/p/",
                b"/search/label/",
                b"/comments/",
            ):
                with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
                    line.sendall(
                        b"GET "
                        + folder
                        + name
                        + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    )
                    status = line.makefile("rb").readline()
                assert re.match(rb"HTTP/1.1 (404|400|301|308) ", status), (folder, name, status)
    assert "Traceback" not in house.said
