"""The front page, the articles and the labels, answered from the page cache where they are in
it.
"""

from flask import Blueprint, abort, redirect, request, url_for

from pnpm import signing
from pnpm.articles.freshness import (
    FRESHNESS,
    FRESHNESS_OF,
    FRESHNESS_OF_FORMER,
    site_freshness,
)
from pnpm.articles.models import Article, address
from pnpm.articles.tags import Label, label_slug
from pnpm.comments.models import Comment
from pnpm.comments.thread import earlier, holding, later, newest
from pnpm.db import db, read
from pnpm.web import page_cache
from pnpm.web.page_cache import Source
from pnpm.web.params import number_of, whole
from pnpm.web.site import current_site

from . import pages

articles = Blueprint("articles", __name__)
# how to find a stretch of comments, by the parameter of the query string that asks for it
STRETCHES = {"before": earlier, "after": later, "comment": holding}


@articles.get("/")
def index():
    """Render the newest articles, or those older than the article of number `before`."""
    before = _number("before")
    found = site_freshness()
    current_site(found.site_revision or "")
    source = Source(FRESHNESS, {}, tuple(found))
    return page_cache.answer(("front", before), source, lambda: pages.front(before))


@articles.get(pages.ADDRESS)
def show(year, month, slug):
    """Render an article with its comments; from a former address, redirect to the present one."""
    found = read(FRESHNESS_OF, slug=slug) or read(FRESHNESS_OF_FORMER, slug=slug) or abort(404)
    current_site(found.site_revision or "")
    if (right := address(found.slug, found.published_at, current_site().zone)) != request.view_args:
        return _moved(right)
    if _is_waiting(found.id, request.args.get("waiting", "")):
        return _waiting(found.id, request.args["waiting"])
    stretch = _stretch()
    source = Source(FRESHNESS_OF, {"slug": slug}, tuple(found))
    return page_cache.answer(
        ("article", found.id, stretch), source, lambda: _render(found.id, stretch)
    )


def _moved(right):
    # Asked again each time: an article may get its former address back, and the two would lead to
    # each other for ever.
    query = request.query_string.decode("latin-1")
    target = f"{url_for('articles.show', **right)}?{query}".rstrip("?")
    return redirect(target, 301), {"Cache-Control": "no-cache"}


def _stretch():
    """Return which stretch of comments the query string asks for: the parameter's name, and the
    comment's number. None for the newest.
    """
    for name in STRETCHES:
        number = _number(name)
        if number is not None:
            return name, number
    return None


def _render(article_id, stretch):
    if stretch:
        name, number = stretch
        comments = STRETCHES[name](article_id, number)
    else:
        comments = newest(article_id)
    article = db.session.get(Article, article_id) or abort(404)
    return pages.article(article, comments, thanks_sender=stretch is None)


def _is_waiting(article_id, token):
    """Tell whether the token is of a comment that waits under this article."""
    number = token and signing.read(current_site().config.secret_key, "waiting", token)
    comment = number and db.session.get(Comment, int(number))
    return comment and comment.is_waiting and comment.article_id == article_id


def _waiting(article_id, token):
    """Render the article for the one reader whose comment is held: the page says so, and where to
    find the comment.
    """
    article = db.session.get(Article, article_id) or abort(404)
    return pages.article(article, newest(article.id), waiting=token), {"Cache-Control": "no-store"}


def _number(name):
    value = request.args.get(name)
    if value is None:
        return None
    return whole(value)  # 404 for an empty one, too


labels = Blueprint("labels", __name__)


@labels.get("/label/<slug>", endpoint="show")
def show_label(slug):
    """Render the newest articles of a label, or those older than the article of number `before`;
    404 if there is none.
    """
    label, before = Label.of(slug) or abort(404), number_of(request.args, "before")
    found = site_freshness()
    current_site(found.site_revision or "")
    source = Source(FRESHNESS, {}, tuple(found))
    return page_cache.answer(
        ("label", label.slug, before), source, lambda: pages.labelled(label, before) or abort(404)
    )


@labels.get("/search/label/<path:name>")
def find(name):
    """Redirect from Blogger's address of a label, however its name is written there, to ours."""
    label = Label.of(label_slug(name)) or abort(404)
    return redirect(url_for("labels.show", slug=label.slug), 301)
