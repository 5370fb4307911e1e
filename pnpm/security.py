"""What protects every answer and every change, whatever the page."""

from urllib.parse import urlsplit

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
SAFE = {"GET", "HEAD", "OPTIONS"}


def protect(app: Flask) -> None:
    """Give every answer the headers, and refuse with 403 what another site sends."""
    app.before_request(refuse_cross_site)
    app.after_request(add_headers)


def refuse_cross_site() -> None:
    """Abort a change that the browser says comes from another site. Without such a word (old browsers, scripts) it passes.

    As Go's net/http.CrossOriginProtection decides: Sec-Fetch-Site where it is sent, else Origin against Host.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site not in ("same-origin", "none") if site else origin and urlsplit(origin).netloc != request.host:
        abort(403)


def add_headers(response):
    """The headers of every answer."""
    response.headers.extend(HEADERS)
    return response
