"""What protects every answer and every change, whatever the page."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic
from typing import BinaryIO

from flask import Flask, Request, abort, current_app, request

from pnpm.markup.urls import parts_of

# No inline script or style, nothing from elsewhere; scripts, styles and htmx's requests from this
# site alone. The pictures' previews, 24 pixels wide, stand in the page itself.
SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(**more: str) -> str:
    """The Content-Security-Policy, for one page with more sources:
    `policy(style_src="'nonce-…'")`.
    """
    given = {name.replace("_", "-"): sources for name, sources in more.items()}
    spelled = {
        name: f"{SOURCES.get(name, '')} {given.get(name, '')}".strip() for name in SOURCES | given
    }
    return "; ".join(f"{name} {sources}" for name, sources in spelled.items())


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: Flask-WTF refuses an https POST without a Referer.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# For a year (RFC 6797), where the site's own address is https; it says nothing of other names under
# the same domain.
TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}
TRANSPORTED = "pnpm.transport"  # in the environ: TRANSPORT, or nothing
DRAIN_SECONDS = 5  # for which a refused body is read all the same
DRAINED = 256 * 1024  # bytes at a time
PORTS = {"http": 80, "https": 443}
LONGEST_HOST = 260  # RFC 1035: 253, and a port
SAFE = {"GET", "HEAD", "OPTIONS"}
# RFC 952 and 1123 with underscores, which some hosts use; an address of IPv6 in brackets.
HOST = re.compile(
    r"(?:[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE
)


def init_app(app: Flask) -> None:
    """Refuse with 403 what another site sends, and let a view take more than others."""
    app.before_request(refuse_nul)
    app.before_request(refuse_cross_site)
    app.before_request(limit)


def takes(most: int) -> Callable:
    """Say that a view takes requests of up to so many bytes."""

    def mark(view):
        view.takes = most
        return view

    return mark


def limit() -> None:
    """Before each request: as many bytes as its view takes; nothing of the body has been read
    yet.
    """
    if most := getattr(current_app.view_functions.get(request.endpoint or ""), "takes", 0):
        request.max_content_length = request.max_form_memory_size = most


def drain(refused: Request) -> None:
    """Read what is left of a body that was refused, as much as comes soon: else a browser shows a
    broken connection, no page.
    """
    stream, left, until = (
        refused.environ["wsgi.input"],
        refused.content_length or 0,
        monotonic() + DRAIN_SECONDS,
    )
    with suppress(OSError):  # the line broke: there is nobody to show a page to
        while left > 0 and monotonic() < until and (piece := stream.read(min(left, DRAINED))):
            left -= len(piece)


def guard(application: Callable, address: str = "") -> Callable:
    """`application`, whose every answer has the headers, and which is asked only under a host's
    name that can be one.

    With the site's `address` it is asked under that name alone, and as that address is: by https,
    in its folder, whatever stands between.
    """
    site = parts_of(address)
    if site is None:  # never: the settings were looked at
        raise ValueError(address)
    if address:
        right = {site.netloc, f"{site.hostname}:{site.port or PORTS.get(site.scheme)}"}
    else:
        right = set()

    def guarded(environ, start_response):
        def start(status, headers, *more):
            # a page may have a policy of its own
            given = {name.lower() for name, _value in headers}
            all_ours = (HEADERS | environ[TRANSPORTED]).items()
            ours = [(name, value) for name, value in all_ours if name.lower() not in given]
            return start_response(status, [*headers, *ours], *more)

        if site.scheme == "https" and not _is_said_plain(environ):
            environ[TRANSPORTED] = TRANSPORT
        else:
            environ[TRANSPORTED] = {}
        if not _is_asked_for(environ.get("HTTP_HOST"), right):
            start("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [b"400: Host\n"]
        if address:
            _place(environ, site)
        environ["wsgi.input"] = Input(environ["wsgi.input"])
        return application(environ, start)

    return guarded


class Input:
    """What a request brings, whose every failure is an OSError, which Werkzeug answers with 400.

    Servers have errors of their own for a body that cannot be read: gunicorn for chunks, which are
    none of these.
    """

    def __init__(self, stream: BinaryIO):
        self._stream = stream

    def read(self, *size: int) -> bytes:
        """As PEP 3333 has it, like the others."""
        return _read(self._stream.read, *size)

    def readline(self, *size: int) -> bytes:
        """A line."""
        return _read(self._stream.readline, *size)

    def readlines(self, *hint: int) -> list[bytes]:
        """All lines."""
        return _read(self._stream.readlines, *hint)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")


def _read(read, *size):
    try:
        return read(*size)
    except (OSError, MemoryError):
        raise
    except Exception as error:
        raise OSError(f"the body cannot be read: {error}") from error


def _is_asked_for(host, right):
    """Whether somebody who names that host means this site; without an address of its own, every
    name will do.
    """
    if right:
        return (host or "").lower() in right
    return host is None or (
        len(host) <= LONGEST_HOST and HOST.fullmatch(host) and _is_spelled_right(host)
    )


def _is_spelled_right(host):
    """Whether its international labels can be read (RFC 3490): Werkzeug does it for every address
    that it makes.
    """
    try:
        return "xn--" not in host.lower() or host.encode("ascii").decode("idna")
    except UnicodeError:
        return False


def _is_said_plain(environ):
    """Whether the server in front says that the request came without TLS: RFC 6797 (7.2) wants no
    such word there.
    """
    return environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower() == "http"


def _place(environ, site):
    """A proxy that ends TLS, or hands on the whole path, need not say so."""
    if site.scheme == "https":
        environ["wsgi.url_scheme"] = "https"
    path = environ.get("PATH_INFO", "")
    if not environ.get("SCRIPT_NAME") and site.path and f"{path}/".startswith(f"{site.path}/"):
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = site.path, path[len(site.path) :]


def refuse_nul() -> None:
    """Abort where the address has a character that is none; nothing is there, and PostgreSQL would
    not even look.
    """
    if "\0" in request.path:
        abort(404)


def refuse_cross_site() -> None:
    """Abort a change that the browser says comes from another site. Without such a word (old
    browsers, scripts) it passes.

    As Go's net/http.CrossOriginProtection decides: Sec-Fetch-Site where it is sent, else Origin
    against Host.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    # The host is compared as it is spelled: whatever is no address of this site is another's.
    if (
        site not in ("same-origin", "none")
        if site
        else origin and origin.partition("://")[2] != request.host
    ):
        abort(403)
