"""The addresses at which a person asks to see, correct or delete what the site holds about them,
confirms that, and gets a copy. The pages are in `data_request_pages.py`, loaded when one is asked
for: no reader waits for them.

A mailed link opens a page with a button, since programs that look through mail open links, too.
Whether anything is held, no answer tells.
"""

from flask import Blueprint

data_requests = Blueprint("data_requests", __name__, url_prefix="/permintaan-data")
# Addresses of these pages are secrets, as those of subscriptions are.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",
}


@data_requests.after_request
def protect(response):
    """Give each of these pages the headers of a secret."""
    response.headers.update(HEADERS)
    return response


@data_requests.get("")
def index():
    """Render the form of a request."""
    from . import data_request_pages

    return data_request_pages.index()


@data_requests.post("")
def create():
    """Take a request, and mail the link to confirm it if that is possible."""
    from . import data_request_pages

    return data_request_pages.create()


@data_requests.get("/terkirim")
def sent():
    """Say how it goes on: the same for everybody who gave an address."""
    from . import data_request_pages

    return data_request_pages.sent()


@data_requests.get("/konfirmasi/<token>")
def show(token):
    """Render a request with the button that confirms it."""
    from . import data_request_pages

    return data_request_pages.show(token)


@data_requests.post("/konfirmasi/<token>")
def confirm(token):
    """Confirm a request, or forget it."""
    from . import data_request_pages

    return data_request_pages.confirm(token)


@data_requests.get("/dikonfirmasi")
def confirmed():
    """Say until when the answer comes."""
    from . import data_request_pages

    return data_request_pages.confirmed()


@data_requests.get("/dibatalkan")
def withdrawn():
    """Say that the request is forgotten."""
    from . import data_request_pages

    return data_request_pages.withdrawn()


@data_requests.get("/salinan/<token>")
def show_copy(token):
    """Render the copy of a person's data."""
    from . import data_request_pages

    return data_request_pages.show_copy(token)


@data_requests.get("/salinan/<token>/data.json")
def download_copy(token):
    """Send the same as JSON."""
    from . import data_request_pages

    return data_request_pages.download_copy(token)
