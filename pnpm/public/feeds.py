"""The addresses of the feeds, which are Blogger's. What they answer is made in `atom.py`, loaded
when a program asks for a feed, so that no reader waits for it.
"""

import re
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request, url_for

from pnpm.web.params import whole

feeds = Blueprint("feeds", __name__)
ATOM = "", "atom"  # of Blogger's formats; all programs that read another one read this one, too
QUERY = "max-results", "start-index", "before"  # what a redirect takes along
# Blogger's feeds of summaries, its other name for the whole ones, and a slash too many
VARIANT = (
    r"(?P<kind>posts|comments|(?P<number>[0-9]{1,15})/comments)/(?:default|full|summary)"
    r"|posts/(?:full|summary)/-/(?P<name>.+)"
)


@feeds.before_request
def lead_to_atom():
    """Redirect who asks for another format to the same feed in Atom."""
    if request.args.get("alt", "") in ATOM:
        return None
    return _moved(request.endpoint, **request.view_args or {})


@feeds.get("/feeds/posts/default")
def articles():
    """Send the newest articles."""
    from . import atom

    return atom.answer(atom.ArticleFeed())


@feeds.get("/feeds/posts/default/-/<path:name>")
def label(name):
    """Send the newest articles of a label, however its name is written there."""
    from . import atom

    return atom.answer(atom.LabelFeed.of(name) or abort(404))


@feeds.get("/feeds/comments/default")
def comments():
    """Send the newest comments."""
    from . import atom

    return atom.answer(atom.CommentFeed())


@feeds.get("/feeds/<number>/comments/default")
def thread(number):
    """Send the newest comments under the article of that number."""
    from . import atom

    return atom.answer(atom.ThreadFeed.of(whole(number)) or abort(404))


@feeds.get("/feeds/<path:asked>")
def variant(asked):
    """Redirect from Blogger's other addresses of a feed to the one that has all of it."""
    found = re.fullmatch(VARIANT, asked.rstrip("/")) or abort(404)
    if found["name"]:
        return _moved("feeds.label", name=found["name"])
    if found["number"]:
        return _moved("feeds.thread", number=found["number"])
    return _moved("feeds.articles" if found["kind"] == "posts" else "feeds.comments")


@feeds.get("/<any(atom, rss):_kind>.xml")
def oldest(_kind):
    """Redirect from Blogger's oldest addresses of its feed."""
    return _moved("feeds.articles")


def _moved(endpoint, **values):
    kept = {name: request.args[name] for name in QUERY if name in request.args}
    target = f"{url_for(endpoint, **values)}?{urlencode(kept)}"
    return redirect(target.rstrip("?"), 301)
