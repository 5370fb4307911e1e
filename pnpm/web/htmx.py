"""Everything this site knows about htmx 4: its configuration, and an answer to a form for it and
for a plain browser.
"""

import json
from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, request

CONFIG = json.dumps(
    {
        # in Firefox, Back after a click on #… fetched the page anew and lost a typed draft
        "history": False,
        "includeIndicatorCSS": False,  # an inline style, which the Content-Security-Policy forbids
        "defaultTimeout": 15000,  # milliseconds: a slow line, not a dead one
        # What else a form is refused with (400, 409, 422, 429) is swapped: it is the form with its
        # errors.
        "noSwap": [204, 304, 403, 404, 405, 413, "5xx"],
    }
)

ASKED_BY_HTMX = {"HX-Request": "true"}  # what it says of itself


def is_request() -> bool:
    """Whether htmx asks, so that a fragment is the answer."""
    return request.headers.get("HX-Request") == "true"


def saved(template: str, location: Callable[[], str], status: int = 201, **context) -> Response:
    """The answer to a form that was taken: the fragment with 201, or to a plain browser the way to
    `location` (303).
    """
    if is_request():
        return _uncached(make_response(render_template(template, **context), status))
    return _uncached(redirect(location(), 303))


def sent_to(location: str) -> Response:
    """The way to another page: 303, or to htmx, which would follow that and swap it in, the word to
    go there itself.
    """
    if is_request():
        return _uncached(Response(status=204, headers={"HX-Redirect": location}))
    return _uncached(redirect(location, 303))


def refused(template: str, page: Callable[[], str], status: int, **context) -> Response:
    """The answer to a form that was not: the fragment with its errors, or to a plain browser the
    whole `page`.
    """
    return _uncached(
        make_response(render_template(template, **context) if is_request() else page(), status)
    )


def _uncached(response):
    response.headers["Cache-Control"] = "no-store"
    return response
