"""What protects every request and answer: security headers, host names, sizes, cross-site forms."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic
from typing import BinaryIO

from flask import Flask, Request, abort, current_app, request

from pnpm.markup.urls import parts_of

# No inline script or style, nothing from elsewhere; scripts, styles and htmx's requests from this
# site alone. `data:` is for the previews of pictures, 24 pixels wide, in the page itself.
SOURCES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(**more: str) -> str:
    """Return the Content-Security-Policy, with more sources for one page:
    `policy(style_src="'nonce-…'")`.
    """
    directives = dict(SOURCES)
    for name, sources in more.items():
        directive = name.replace("_", "-")
        directives[directive] = f"{directives.get(directive, '')} {sources}".strip()
    return "; ".join(f"{directive} {sources}" for directive, sources in directives.items())


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: Flask-WTF refuses an https POST without a Referer.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A file that a page is made of needs less, and each that a first visit loads carries what
# it has. The policy is for who opens one by itself.
FILE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
FILES = "/static/", "/pictures/"
FOUND = "200", "304"  # statuses; what else is said there is a page
# For a year (RFC 6797), where the site's own address is https; without includeSubDomains, since
# other names under the same domain are not ours.
TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}
TRANSPORTED = "pnpm.transport"  # the key in the environ of TRANSPORT, or of no headers
DRAIN_SECONDS = 5  # for which a refused body is read all the same
DRAINED = 256 * 1024  # bytes of it at a time
PORTS = {"http": 80, "https": 443}
LONGEST_HOST = 260  # characters: 253 (RFC 1035), and a port
SAFE = {"GET", "HEAD", "OPTIONS"}
# RFC 952 and 1123 with underscores, which some hosts use; an IPv6 address in brackets.
HOST = re.compile(
    r"(?:[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE
)


def init_app(app: Flask) -> None:
    """Refuse what another site sends, and let marked views take larger requests."""
    app.before_request(refuse_nul)
    app.before_request(refuse_cross_site)
    app.before_request(limit)


def takes(most: int, fields: int = 0) -> Callable:
    """Mark a view that takes requests of up to so many bytes, of which those of all fields that are
    no files are at most `fields`, if that is less.
    """

    def mark(view):
        view.takes = most, fields or most
        return view

    return mark


def limit() -> None:
    """Before each request, set the limit of its view, in bytes; nothing of the body is read yet."""
    if taken := getattr(current_app.view_functions.get(request.endpoint or ""), "takes", None):
        request.max_content_length, request.max_form_memory_size = taken


def drain(refused: Request) -> None:
    """Read the rest of a body that was refused, for DRAIN_SECONDS at most: else a browser shows a
    broken connection in place of our page.
    """
    stream, left = refused.environ["wsgi.input"], refused.content_length or 0
    until = monotonic() + DRAIN_SECONDS
    with suppress(OSError):  # the line broke: there is nobody to show a page to
        while left > 0 and monotonic() < until:
            piece = stream.read(min(left, DRAINED))
            if not piece:
                break
            left -= len(piece)


def guard(application: Callable, address: str = "") -> Callable:
    """Return a WSGI layer that gives every answer of `application` the security headers, and asks
    it only under a well-formed host name.

    With the site's `address` it is asked under that name alone, and always as at that address: by
    https and in its folder, whatever a proxy between leaves out.
    """
    site = parts_of(address)
    if site is None:  # never: config has checked the address
        raise ValueError(address)
    hosts = set()
    if address:
        hosts = {site.netloc, f"{site.hostname}:{site.port or PORTS.get(site.scheme)}"}

    def guarded(environ, start_response):
        def start(status, headers, *more):
            # a page may have a policy of its own
            present = {name.lower() for name, _value in headers}
            ours = HEADERS
            if environ["PATH_INFO"].startswith(FILES) and status.startswith(FOUND):
                ours = FILE_HEADERS
            all_ours = (ours | environ[TRANSPORTED]).items()
            missing = [(name, value) for name, value in all_ours if name.lower() not in present]
            return start_response(status, [*headers, *missing], *more)

        if site.scheme == "https" and not _is_said_plain(environ):
            environ[TRANSPORTED] = TRANSPORT
        else:
            environ[TRANSPORTED] = {}
        if not _is_asked_for(environ.get("HTTP_HOST"), hosts):
            start("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [b"400: Host\n"]
        if address:
            _place(environ, site)
        environ["wsgi.input"] = Input(environ["wsgi.input"])
        return application(environ, start)

    return guarded


class Input:
    """The body of a request, whose every failure is an OSError, which Werkzeug answers with 400.

    Servers raise errors of their own for a body that cannot be read, as gunicorn does for broken
    chunks.
    """

    def __init__(self, stream: BinaryIO):
        self._stream = stream

    def read(self, *size: int) -> bytes:
        """Read the body as PEP 3333 has it, as the other methods do."""
        return _read(self._stream.read, *size)

    def readline(self, *size: int) -> bytes:
        """Read a line."""
        return _read(self._stream.readline, *size)

    def readlines(self, *hint: int) -> list[bytes]:
        """Read all lines."""
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


def _is_asked_for(host, hosts):
    """Tell whether the Host header is one of this site's; without such, whether it is well
    formed.
    """
    if hosts:
        return (host or "").lower() in hosts
    return host is None or (
        len(host) <= LONGEST_HOST and HOST.fullmatch(host) and _is_spelled_right(host)
    )


def _is_spelled_right(host):
    """Tell whether international labels can be decoded (RFC 3490), as Werkzeug does for every URL
    that it makes.
    """
    try:
        return "xn--" not in host.lower() or host.encode("ascii").decode("idna")
    except UnicodeError:
        return False


def _is_said_plain(environ):
    """Tell whether the proxy in front says that the request came without TLS: RFC 6797 (7.2) wants
    no Strict-Transport-Security there.
    """
    return environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower() == "http"


def _place(environ, site):
    """Correct scheme and path where a proxy ends TLS, or hands on the whole path, and does not say
    so.
    """
    if site.scheme == "https":
        environ["wsgi.url_scheme"] = "https"
    path = environ.get("PATH_INFO", "")
    if not environ.get("SCRIPT_NAME") and site.path and f"{path}/".startswith(f"{site.path}/"):
        environ["SCRIPT_NAME"] = site.path
        environ["PATH_INFO"] = path.removeprefix(site.path)


def refuse_nul() -> None:
    """Answer 404 for an address with a null character: nothing is there, and PostgreSQL would raise
    an error.
    """
    if "\0" in request.path:
        abort(404)


def refuse_cross_site() -> None:
    """Refuse with 403 a change that the browser says comes from another site. If it does not say
    (old browsers, scripts), the change passes.

    Decides as Go's net/http.CrossOriginProtection: by Sec-Fetch-Site where it is sent, else by
    Origin against Host.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site:
        is_foreign = site not in ("same-origin", "none")
    else:
        # compared as they are spelled: whatever is no address of this site is another's
        is_foreign = bool(origin) and str(origin).partition("://")[2] != request.host
    if is_foreign:
        abort(403)
