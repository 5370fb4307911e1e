"""The addresses at which one follows an article by mail, confirms that, changes it and stops it.
The pages are in `subscription_pages.py`, loaded when one is asked for: no reader waits for them.

A mailed link opens a page with buttons, since programs that look through mail open links, too; only
a button changes anything. Whether an address is known here, no answer tells.
"""

from flask import Blueprint

subscriptions = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")
# The pages' addresses are secrets: neither caches nor search engines nor other sites get them.
# Not no-referrer: browsers would send a form with `Origin: null`, as another site's.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",
}


@subscriptions.after_request
def protect(response):
    """Give each of these pages the headers of a secret."""
    response.headers.update(HEADERS)
    return response


@subscriptions.get("")
def index():
    """Render the form that asks for the link to all that one follows."""
    from . import subscription_pages

    return subscription_pages.index()


@subscriptions.post("/link")
def mail_link():
    """Mail the link to all that an address follows, if it follows anything."""
    from . import subscription_pages

    return subscription_pages.mail_link()


@subscriptions.get("/new")
def new():
    """Render the form to follow the article of that number without a comment."""
    from . import subscription_pages

    return subscription_pages.new()


@subscriptions.post("")
def create():
    """Ask for an address to be told of every comment under an article: its owner gets a mail to
    confirm that.
    """
    from . import subscription_pages

    return subscription_pages.create()


@subscriptions.get("/sent")
def sent():
    """Say that a mail is on its way, if there was anything to say: the same for every address."""
    from . import subscription_pages

    return subscription_pages.sent()


@subscriptions.get("/<token>")
def show(token):
    """Render all that the owner of an address follows."""
    from . import subscription_pages

    return subscription_pages.show(token)


@subscriptions.post("/<token>/end")
def end(token):
    """Stop everything, and forget the address."""
    from . import subscription_pages

    return subscription_pages.end(token)


@subscriptions.get("/stopped")
def stopped():
    """Say that nothing more is mailed."""
    from . import subscription_pages

    return subscription_pages.stopped()


@subscriptions.get("/<token>/<int(max=2147483647):article_id>")
def edit(token, article_id):
    """Render one article's choice, with the button that confirms what was asked for."""
    from . import subscription_pages

    return subscription_pages.edit(token, article_id)


@subscriptions.post("/<token>/<int(max=2147483647):article_id>")
def change(token, article_id):
    """Confirm what was asked for an article, or tell more of it or less; or nothing any more."""
    from . import subscription_pages

    return subscription_pages.change(token, article_id)


@subscriptions.get("/<token>/<int(max=2147483647):article_id>/unsubscribe")
def show_unsubscribe(token, article_id):
    """Render the button that stops the mail about an article."""
    from . import subscription_pages

    return subscription_pages.show_unsubscribe(token, article_id)


@subscriptions.post("/<token>/<int(max=2147483647):article_id>/unsubscribe")
def unsubscribe(token, article_id):
    """Stop the mail about an article: for the button, and for mail programs, which send neither a
    cookie nor a token (RFC 8058). To stop what was stopped before succeeds.
    """
    from . import subscription_pages

    return subscription_pages.unsubscribe(token, article_id)
