"""Asks the hosts that an archive names for its pictures (`--fetch`), and nobody else.

The standard library's client is used, since the address that was looked at has to be the one that
is connected to, and libraries on top of it look a name up by themselves.
"""

import socket
import ssl
from collections import Counter
from collections.abc import Collection
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv6Address, ip_address
from time import monotonic
from typing import NamedTuple
from urllib.parse import quote, urljoin

from pnpm.markup.urls import is_web, parts_of
from pnpm.media.decoding import LARGEST
from pnpm.prompt_response import PromptResponse

SECONDS = 20  # for a picture with all its redirects: as much as a slow line needs for one of 10 MB
IN_ALL = 6 * 3600  # seconds that a process waits for pictures: who starts it again goes on
REDIRECTS = 3
FAILURES = 5  # one after the other: then a host is taken for gone, or 10,000 would wait for it
MOST_OF_A_HOST = 20_000  # pictures that one host is asked for
TRIED = 2  # addresses of a name
AGENT = "pnpm (flask import --fetch)"
PORTS = {"http": 80, "https": 443}  # and no others, behind which something else may listen
_SAFE = "/%:@!$&'()*+,;=~"  # RFC 3986, 3.3, and what is quoted already


class Unfetched(Exception):
    """A picture that was not fetched; says why, in English."""


class _Target(NamedTuple):
    """What is asked: a host, under one of its IP addresses, for a path."""

    scheme: str
    host: str
    port: int
    path: str


class Fetcher:
    """Fetches pictures from hosts that the archive names, one at a time.

    `allowed` are IP addresses and ports that may be asked though they are not public: only the
    tests give any.
    """

    def __init__(
        self,
        allowed: Collection[tuple[str, int]] = (),
        seconds: float = SECONDS,
        in_all: float = IN_ALL,
    ) -> None:
        self._allowed = {*allowed}
        self._seconds, self._left = seconds, in_all
        self._hosts: set[str] = set()
        self._failures: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()

    def allow(self, address: str) -> None:
        """Let the host of an address be asked, since the archive names it."""
        parts = parts_of(address)
        if parts is not None and parts.hostname:
            self._hosts.add(parts.hostname.lower())

    def get(self, address: str) -> bytes:
        """Return what is at an address, at most `media.decoding.LARGEST` bytes. What it is has to
        be looked at: no header is believed. Raises Unfetched.
        """
        begun = monotonic()
        end = begun + min(self._seconds, self._left)
        try:
            for _redirect in range(1 + REDIRECTS):
                body, address = self._step(address, end)
                if not address:
                    return body
        finally:
            self._left -= monotonic() - begun
        raise Unfetched("it leads to ever other addresses")

    def _step(self, address: str, end: float) -> tuple[bytes, str]:
        """Return what is at an address, or where it leads to."""
        target = self._target(address)
        ips = self._addresses(target)
        try:
            body, further = self._answer(target, ips, end)
        except (OSError, HTTPException, UnicodeError) as error:
            self._failures[target.host] += 1
            raise Unfetched(_reason(error)) from error
        self._failures[target.host] = 0
        return body, urljoin(address, further) if further else ""

    def _target(self, address: str) -> _Target:
        """Return what to ask for an address, if that may be asked at all."""
        parts = parts_of(address)
        if parts is None or not is_web(address) or not parts.hostname:
            raise Unfetched("it leads to what is no web address")
        host = parts.hostname.lower()
        if host not in self._hosts:
            raise Unfetched(f"it leads to {host}, which the file does not name")
        if self._failures[host] >= FAILURES:
            raise Unfetched(f"{host} does not answer")
        self._asked[host] += 1
        if self._asked[host] > MOST_OF_A_HOST:
            raise Unfetched(f"{host} was asked for {MOST_OF_A_HOST} pictures already")
        path = quote(parts.path or "/", safe=_SAFE)
        if parts.query:
            path += f"?{quote(parts.query, safe=f'{_SAFE}?')}"
        return _Target(parts.scheme, host, parts.port or PORTS[parts.scheme], path)

    def _addresses(self, target: _Target) -> list[str]:
        """Return the IP addresses of a host, all of which may be asked."""
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            self._failures[target.host] += 1
            raise Unfetched(f"the name {target.host} is not known") from error
        ips = [*dict.fromkeys(str(each[4][0]) for each in found)]
        for ip in ips:
            is_open = target.port in PORTS.values() and is_public(ip)
            if not is_open and (ip, target.port) not in self._allowed:
                raise Unfetched(f"{target.host} is an address that must not be asked")
        return ips[:TRIED]

    def _answer(self, target: _Target, ips: list[str], end: float) -> tuple[bytes, str]:
        tls = self._tls if target.scheme == "https" else None
        for number, ip in enumerate(ips, 1):
            connection = _Connection(target, ip, tls, _seconds_until(end))
            try:
                connection.connect()
            except OSError:
                if number == len(ips):
                    raise
                continue
            try:
                return self._asked_for(connection, target, end)
            finally:
                connection.close()
        raise TimeoutError

    def _asked_for(
        self, connection: HTTPConnection, target: _Target, end: float
    ) -> tuple[bytes, str]:
        connection.sock.settimeout(_seconds_until(end))
        connection.request(
            "GET",
            target.path,
            headers={"User-Agent": AGENT, "Accept": "image/*", "Accept-Encoding": "identity"},
        )
        connection.sock.settimeout(_seconds_until(end))
        with connection.getresponse() as response:
            if response.status in (301, 302, 303, 307, 308):
                return b"", response.headers.get("Location", "about:blank")
            if response.status != 200:
                raise Unfetched(f"{target.host} answers {response.status}")
            return _body(response), ""

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()


class _Connection(HTTPConnection):
    """A connection to an IP address, which is not looked up again."""

    response_class = PromptResponse

    def __init__(
        self, target: _Target, ip: str, tls: ssl.SSLContext | None, seconds: float
    ) -> None:
        self.default_port = PORTS[target.scheme]
        super().__init__(target.host, target.port, timeout=seconds)
        self._ip, self._tls = ip, tls

    def connect(self) -> None:
        """Connect, and with TLS make sure whose the certificate is."""
        self.sock = socket.create_connection((self._ip, self.port), self.timeout)
        if self._tls:
            try:
                self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)
            except BaseException:
                self.sock.close()
                raise


def is_public(address: str) -> bool:
    """Return whether an IP address is one that the whole internet shares: not one of this machine,
    of the network that it is in, of a provider's own (RFC 6598), or of many machines at once; nor
    an IPv6 address that stands for such an IPv4 one.
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _seconds_until(end: float) -> float:
    left = end - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _body(response: HTTPResponse) -> bytes:
    if (response.length or 0) > LARGEST:
        raise Unfetched("it is too large")
    body = response.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise Unfetched("it is too large")
    if response.length:
        raise Unfetched("its end is missing")
    return body


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return "there is no https that can be trusted"
    if isinstance(error, TimeoutError):
        return "it did not come in time"
    return "the connection failed"
