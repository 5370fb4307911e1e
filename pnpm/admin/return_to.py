"""The page from which a form of the office was sent, as its field `back` says, and the way back
there.

`back` is one of the names below; behind it stands the number of what has a page of its own, or a
list's query string after a `?`. From the moderation queue it is the search alone.
"""

import re
from urllib.parse import parse_qsl, urlencode

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from pnpm.articles.queries import ArticleQuery
from pnpm.comments.models import Comment
from pnpm.comments.queue import QueueQuery
from pnpm.media.queries import PictureQuery

from .media_forms import picture_query_of
from .query_string import arguments, article_query_of, search_of

HOME, LOG, POLICY, LISTS, SETTINGS = "home", "log", "policy", "lists", "settings"
NAMES = "names"
ARTICLES, HEADLINES, PICTURES = "articles", "headlines", "pictures"
ITSELF = "itself"  # the comment's own page
ARTICLE, WRITING = "article ", "writing "  # an article's policy, and its editor
PLACES = {
    HOME: "admin.index",
    LOG: "log.index",
    POLICY: "policy.index",
    LISTS: "lists.index",
    NAMES: "names.index",
    SETTINGS: "settings.index",
    ARTICLES: "admin_articles.index",
    HEADLINES: "headlines.index",
    PICTURES: "admin_media.index",
}
OWN_PAGES = {ARTICLE: "policy.article", WRITING: "admin_articles.edit"}


def sent_from(comment: Comment | None, done: str | None) -> str:
    """Return the address of the page that a form was sent from; `done` is the key of the change set
    whose words and undo it shows, `comment` what the form was about.
    """
    place, _mark, query = request.form.get("back", "").partition("?")
    if place in PLACES:
        values = parse_qsl(query)
        if done:
            values.append(("done", done))
        return f"{url_for(PLACES[place])}?{urlencode(values)}".rstrip("?")
    if (own := re.fullmatch("([a-z]+ )([0-9]{1,15})", place)) and own[1] in OWN_PAGES:
        return url_for(OWN_PAGES[own[1]], number=int(own[2]), done=done)
    if place == ITSELF and comment:
        return url_for("admin_comments.show", number=comment.id, done=done)
    return url_for("admin_comments.index", **arguments(asked_from()), done=done)


def is_from_queue() -> bool:
    """Tell whether a form was sent from the moderation queue, whose search it repeats."""
    back = request.form.get("back", "").partition("?")[0]
    return back not in {*PLACES, ITSELF} and not back.startswith(tuple(OWN_PAGES))


def article_query_asked_from() -> ArticleQuery:
    """Return the query of the page of articles that a form was sent from."""
    return article_query_of(MultiDict(parse_qsl(request.form.get("back", "").partition("?")[2])))


def picture_query_asked_from() -> PictureQuery:
    """Return the query of the page of pictures that a form was sent from."""
    return picture_query_of(MultiDict(parse_qsl(request.form.get("back", "").partition("?")[2])))


def asked_from() -> QueueQuery:
    """Return the search of the moderation queue that a form was sent from."""
    return search_of(MultiDict(parse_qsl(request.form.get("back", ""), keep_blank_values=True)))


def back_of(search: QueueQuery) -> str:
    """Return what the field `back` says on a page of the moderation queue."""
    return url_for("admin_comments.index", **arguments(search)).partition("?")[2]
