"""The front page and the articles."""

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
# of the comments, by what the query names
STRETCHES = {"before": earlier, "after": later, "comment": holding}


@articles.get("/")
def index():
    """The newest articles, or those older than `before`."""
    before = _number("before")
    found = site_freshness()
    current_site(found.site_revision or "")
    source = Source(FRESHNESS, {}, tuple(found))
    return page_cache.answer(("front", before), source, lambda: pages.front(before))


@articles.get(pages.ADDRESS)
def show(year, month, slug):
    """An article with its comments; from an address that it had, the way to the one that it has."""
    found = read(FRESHNESS_OF, slug=slug) or read(FRESHNESS_OF_FORMER, slug=slug) or abort(404)
    current_site(found.site_revision or "")
    if (right := address(found.slug, found.published_at, current_site().zone)) != request.view_args:
        return _moved(right)
    if _is_waiting(found.id, request.args.get("waiting", "")):
        return _waiting(found.id, request.args["waiting"])
    stretch = next(
        ((name, number) for name in STRETCHES if (number := _number(name)) is not None), None
    )
    source = Source(FRESHNESS_OF, {"slug": slug}, tuple(found))
    return page_cache.answer(
        ("article", found.id, stretch), source, lambda: _render(found.id, stretch)
    )


def _moved(right):
    # Asked again each time: an article may get its former address back, and the two would lead to
    # each other for ever.
    address = (
        f"{url_for('articles.show', **right)}?{request.query_string.decode('latin-1')}".rstrip("?")
    )
    return redirect(address, 301), {"Cache-Control": "no-cache"}


def _render(article_id, stretch):
    comments = STRETCHES[stretch[0]](article_id, stretch[1]) if stretch else newest(article_id)
    article = db.session.get(Article, article_id) or abort(404)
    return pages.article(article, comments, thanks_sender=stretch is None)


def _is_waiting(article_id, token):
    number = token and signing.read(current_site().config.secret_key, "waiting", token)
    comment = number and db.session.get(Comment, int(number))
    return comment and comment.is_waiting and comment.article_id == article_id


def _waiting(article_id, token):
    """The page as one reader gets it whose comment is held: it says so, and where to find the
    comment.
    """
    article = db.session.get(Article, article_id) or abort(404)
    return pages.article(article, newest(article.id), waiting=token), {"Cache-Control": "no-store"}


def _number(name):
    value = request.args.get(name)
    return None if value is None else whole(value)


labels = Blueprint("labels", __name__)


@labels.get("/label/<slug>", endpoint="show")
def show_label(slug):
    """The newest articles of a label, or those older than `before`; 404 where readers would see
    none.
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
    """From Blogger's address of a label, however its name is written there, to ours."""
    label = Label.of(label_slug(name)) or abort(404)
    return redirect(url_for("labels.show", slug=label.slug), 301)
