"""What protects every answer and every change, whatever the page."""

import re
from collections.abc import Callable

from flask import Flask, abort, request

# No inline script or style, nothing from elsewhere; images, scripts and htmx's requests from this site alone.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: Flask-WTF refuses an https POST without a Referer.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LONGEST_HOST = 260  # RFC 1035: 253, and a port
SAFE = {"GET", "HEAD", "OPTIONS"}
# RFC 952 and 1123 with underscores, which some hosts use; an address of IPv6 in brackets.
HOST = re.compile(r"(?:[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE)


def protect(app: Flask) -> None:
    """Refuse with 403 what another site sends."""
    app.before_request(refuse_cross_site)


def guard(application: Callable) -> Callable:
    """`application`, whose every answer has the headers, and which is asked only under a host's name that can be one."""

    def guarded(environ, start_response):
        def start(status, headers, *more):
            return start_response(status, [*headers, *HEADERS.items()], *more)

        host = environ.get("HTTP_HOST")
        if host is not None and (len(host) > LONGEST_HOST or not HOST.fullmatch(host)):
            start("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"400: Host\n"]
        return application(environ, start)

    return guarded


def refuse_cross_site() -> None:
    """Abort a change that the browser says comes from another site. Without such a word (old browsers, scripts) it passes.

    As Go's net/http.CrossOriginProtection decides: Sec-Fetch-Site where it is sent, else Origin against Host.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    # The host is compared as it is spelled: whatever is no address of this site is another's.
    if site not in ("same-origin", "none") if site else origin and origin.partition("://")[2] != request.host:
        abort(403)
