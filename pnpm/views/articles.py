"""The front page and the articles."""

from flask import Blueprint, abort, redirect, request, url_for

from .. import kept, pages, signing
from ..database import db, read
from ..kept import Source
from ..models import Article
from ..models.article import FRESHNESS, FRESHNESS_OF, address
from ..models.comment import earlier, holding, later, newest
from ..site import current_site

articles = Blueprint("articles", __name__)
ADDRESS = "/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>/<slug>.html"  # Blogger's own form
STRETCHES = {"before": earlier, "after": later, "comment": holding}  # of the comments, by what the query names


@articles.get("/")
def index():
    """The newest articles, or those older than `before`."""
    before = _number("before")
    source = Source(FRESHNESS, {}, tuple(read(FRESHNESS)))
    return kept.answer(("front", before), source, lambda: pages.front(before))


@articles.get(ADDRESS)
def show(year, month, slug):
    """An article with its comments."""
    found = read(FRESHNESS_OF, slug=slug) or abort(404)
    if (right := address(slug, found.published_at, current_site().config.timezone)) != request.view_args:
        return redirect(f"{url_for('articles.show', **right)}?{request.query_string.decode()}".rstrip("?"), 301)
    if signing.read(current_site().config.secret_key, "waiting", request.args.get("waiting", "")):
        return _waiting(slug, request.args["waiting"])
    stretch = next(((name, number) for name in STRETCHES if (number := _number(name)) is not None), None)
    source = Source(FRESHNESS_OF, {"slug": slug}, tuple(found))
    return kept.answer(("article", found.id, stretch), source, lambda: _render(found.id, stretch))


def _render(article_id, stretch):
    name, number = stretch or (None, None)
    comments = STRETCHES[name](article_id, number) if name else newest(article_id)
    return pages.article(db.session.get(Article, article_id), comments)


def _waiting(slug, token):
    """The page as one reader gets it whose comment is held: it says so, and where to find the comment."""
    article = db.session.scalar(Article.by_slug(slug))
    return pages.article(article, newest(article.id), waiting=token), {"Cache-Control": "no-store"}


def _number(name):
    value = request.args.get(name)
    if value is None:
        return None
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else abort(404)
