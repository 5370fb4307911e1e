"""Everything this site knows about htmx 4: its configuration, and answers to a form for it and for
a plain browser.
"""

import json
from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, request

CONFIG = json.dumps(
    {
        # with it, Back after a click on #… fetched the page anew in Firefox and lost a typed draft
        "history": False,
        "includeIndicatorCSS": False,  # an inline style, which the Content-Security-Policy forbids
        "defaultTimeout": 15000,  # milliseconds: long enough for a slow line
        # The other statuses of a refusal (400, 409, 422, 429) are swapped: their answer is the form
        # with its errors.
        "noSwap": [204, 304, 403, 404, 405, 413, "5xx"],
    }
)

ASKED_BY_HTMX = {"HX-Request": "true"}  # the header that htmx sends


def is_request() -> bool:
    """Tell whether htmx asks, so that a fragment is the answer."""
    return request.headers.get("HX-Request") == "true"


def saved(template: str, location: Callable[[], str], status: int = 201, **context) -> Response:
    """Answer a form that was saved: with the fragment and 201, or a plain browser with the redirect
    to `location` (303).
    """
    if is_request():
        return _uncached(make_response(render_template(template, **context), status))
    return _uncached(redirect(location(), 303))


def sent_to(location: str) -> Response:
    """Redirect to another page: with 303, or htmx, which would follow that and swap the page in,
    with its own header.
    """
    if is_request():
        return _uncached(Response(status=204, headers={"HX-Redirect": location}))
    return _uncached(redirect(location, 303))


def refused(template: str, page: Callable[[], str], status: int, **context) -> Response:
    """Answer a form that was refused: with the fragment with its errors, or a plain browser with
    the whole `page`.
    """
    if is_request():
        return _uncached(make_response(render_template(template, **context), status))
    return _uncached(make_response(page(), status))


def _uncached(response):
    response.headers["Cache-Control"] = "no-store"
    return response
