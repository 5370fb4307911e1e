"""Where a form of the office was sent from, as its field `back` says, and the way back there."""

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

# If not from the queue; what has a page of its own has its number after it, a list may have its
# search after it.
HOME, ITSELF, LOG, POLICY, LISTS, ARTICLE = "home", "itself", "log", "policy", "lists", "article "
ARTICLES, WRITING, SETTINGS = "articles", "writing ", "settings"
PLACES = {
    HOME: "admin.index",
    LOG: "log.index",
    POLICY: "policy.index",
    LISTS: "lists.index",
    ARTICLES: "admin_articles.index",
}
HEADLINES = "headlines"
PLACES |= {SETTINGS: "settings.index", HEADLINES: "headlines.index"}
PICTURES = "pictures"
PLACES |= {PICTURES: "admin_media.index"}
OWN_PAGES = {ARTICLE: "policy.article", WRITING: "admin_articles.edit"}


def sent_from(comment: Comment | None, done: str | None) -> str:
    """The address of the page that a form was sent from, to say there what was done."""
    place, _mark, query = request.form.get("back", "").partition("?")
    if place in PLACES:
        values = [*parse_qsl(query), *([("done", done)] if done else [])]
        return f"{url_for(PLACES[place])}?{urlencode(values)}".rstrip("?")
    if (own := re.fullmatch("([a-z]+ )([0-9]{1,15})", place)) and own[1] in OWN_PAGES:
        return url_for(OWN_PAGES[own[1]], number=int(own[2]), done=done)
    if place == ITSELF and comment:
        return url_for("admin_comments.show", number=comment.id, done=done)
    return url_for("admin_comments.index", **arguments(asked_from()), done=done)


def is_from_queue() -> bool:
    """Whether a form was sent from a page of comments, whose search it repeats."""
    back = request.form.get("back", "").partition("?")[0]
    return back not in {*PLACES, ITSELF} and not back.startswith(tuple(OWN_PAGES))


def article_query_asked_from() -> ArticleQuery:
    """The query of the page of articles that a form was sent from."""
    return article_query_of(MultiDict(parse_qsl(request.form.get("back", "").partition("?")[2])))


def picture_query_asked_from() -> PictureQuery:
    """What the page of pictures asked for that a form was sent from."""
    return picture_query_of(MultiDict(parse_qsl(request.form.get("back", "").partition("?")[2])))


def asked_from() -> QueueQuery:
    """The search of the page of comments that a form was sent from."""
    return search_of(MultiDict(parse_qsl(request.form.get("back", ""), keep_blank_values=True)))


def back_of(search: QueueQuery) -> str:
    """What a form on such a page says of it."""
    return url_for("admin_comments.index", **arguments(search)).partition("?")[2]
