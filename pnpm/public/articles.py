"""The front page, the articles and the labels, answered from the page cache where they are in
it.
"""

import hashlib
from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.http import is_resource_modified

from pnpm.articles.freshness import FRESHNESS_OF, FRESHNESS_OF_FORMER, freshness_of, row_of
from pnpm.articles.models import PAGE, Article, address
from pnpm.articles.tags import Label, label_slug
from pnpm.comments import thread
from pnpm.comments.thread import Order, ThreadPage
from pnpm.db import db, read
from pnpm.web import page_cache
from pnpm.web.page_cache import Source
from pnpm.web.params import number_of, whole
from pnpm.web.site import current_site

from . import own_comments, pages

articles = Blueprint("articles", __name__)
# what the query of an article's address has on other systems: WordPress's, and what our lines for
# a theme of Blogger's add
OF_OTHERS = frozenset(("p", "page_id", "dari"))


class Asked(NamedTuple):
    """Which comments the query of an article's address asks for, all by number: those `before` or
    `after` one, the page of one `comment`, or one `thread` (then `before` and `after` are replies);
    and in which order.
    """

    thread: int | None = None
    comment: int | None = None
    before: int | None = None
    after: int | None = None
    order: Order | None = None

    @staticmethod
    def now() -> "Asked":
        """Return what the running request asks for."""
        orders = {order.value: order for order in Order}
        return Asked(
            thread=_number("thread"),
            comment=_number("comment"),
            before=_number("before"),
            after=_number("after"),
            order=orders.get(request.args.get("order", "")),
        )

    def page(self, article_id: int) -> ThreadPage:
        """Return these comments."""
        if self.thread is not None:
            found = thread.alone(article_id, self.thread, self.before, self.after)
            return found or thread.newest(article_id)
        if self.before is not None:
            return thread.earlier(article_id, self.before, self.order)
        if self.after is not None:
            return thread.later(article_id, self.after, self.order)
        if self.comment is not None:
            return thread.holding(article_id, self.comment)
        return thread.newest(article_id, self.order)


@articles.get("/")
def index():
    """Render the newest articles, or those older than the article of number `before`. An address of
    another system, which is the front page's with a query, leads to its article.
    """
    if not OF_OTHERS.isdisjoint(request.args) and (moved := _from_another_system()):
        return moved
    before = _number("before")
    source = _source(pages.front_freshness(before))
    return page_cache.answer(("front", before), source, lambda: pages.front(before))


def _source(query):
    """Return what a list is rendered from, by a query for its freshness."""
    found = row_of(query)
    current_site(found.site_revision or "")
    return Source(query, {}, tuple(found))


def _from_another_system():
    from pnpm.web import old_addresses  # of every reader, a few come so

    return old_addresses.redirected()


@articles.get(pages.ADDRESS)
def show(year, month, slug):
    """Render an article with its comments; from a former address, redirect to the present one."""
    found = pages.found_at(year, month, slug, FRESHNESS_OF, FRESHNESS_OF_FORMER, _row) or abort(404)
    current_site(found.site_revision or "")
    if (right := address(found.slug, found.published_at, current_site().zone)) != request.view_args:
        return _moved(right)
    if (comment := _waiting(found.id)) is not None:
        return _shown_to_author(found.id, comment)
    asked = Asked.now()
    if (number := _number("since")) is not None:
        return _new_comments(found, number)
    source = Source(FRESHNESS_OF, {"slug": found.slug}, tuple(found))
    return page_cache.answer(("article", found.id, asked), source, lambda: _render(found.id, asked))


def _row(query, slug):
    return read(query, slug=slug)


def _moved(right):
    # Asked again each time: an article may get its former address back, and the two would lead to
    # each other for ever.
    query = request.query_string.decode("latin-1")
    target = f"{url_for('articles.show', **right)}?{query}".rstrip("?")
    return redirect(target, 301), {"Cache-Control": "no-cache"}


def _render(article_id, asked):
    article = db.session.get(Article, article_id) or abort(404)
    return pages.article(article, asked.page(article_id), thanks_sender=asked == Asked())


def _waiting(article_id):
    """Return the comment under this article that the address was made for its author with, if it
    still waits.
    """
    token = request.args.get("waiting")
    comment = own_comments.of_waiting(token) if token else None
    if comment and comment.is_waiting and comment.article_id == article_id:
        return comment
    return None


def _shown_to_author(article_id, comment):
    """Render the article for the one reader whose comment is held: the page shows it in its place,
    and says that it waits.
    """
    article = db.session.get(Article, article_id) or abort(404)
    shown = thread.newest(article_id)
    if comment.parent_id:
        shown = thread.holding(article_id, comment.parent_id)
    page = pages.article(article, shown, own=own_comments.own_here(comment))
    return page, {"Cache-Control": "no-store"}


def _new_comments(found, number):
    """Answer with the comments after that number as a fragment; 304 to who asked before and has
    missed nothing, without looking for any.
    """
    state = tuple(found), number, current_app.config["ASSETS"]["app.js"]
    answer = Response(headers={"Cache-Control": "no-cache", "X-Robots-Tag": "noindex"})
    answer.set_etag(hashlib.sha256(repr(state).encode()).hexdigest()[:16])
    if is_resource_modified(request.environ, answer.get_etag()[0]):
        answer.set_data(pages.new_comments(found.id, number))
    return answer.make_conditional(request)


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
    source = _source(freshness_of(label.articles(before), PAGE + 1))
    return page_cache.answer(
        ("label", label.slug, before), source, lambda: pages.labelled(label, before) or abort(404)
    )


@labels.get("/search/label/<path:name>")
def find(name):
    """Redirect from Blogger's address of a label, however its name is written there, to ours."""
    label = Label.of(label_slug(name)) or abort(404)
    return redirect(url_for("labels.show", slug=label.slug), 301)
