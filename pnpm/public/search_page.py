"""The page of the search: what was asked, what was found, and what it shows of that."""

import re
from typing import NamedTuple

from flask import abort, render_template, request

from pnpm.articles import search as articles
from pnpm.comments import search as comments
from pnpm.db import db
from pnpm.markup import characters, sanitizer
from pnpm.search import excerpts, index, reading
from pnpm.web import search_index

_NUMBERS = re.compile(r"[0-9]{1,17}(?:-[0-9]{1,17}){1,2}")  # all engines compare with so large ones


class Asked(NamedTuple):
    """What the query of the address asks for: words, and where a later page begins, which is one of
    articles or of comments alone.
    """

    words: str
    articles_after: articles.Key | None = None
    comments_after: comments.Key | None = None

    @staticmethod
    def now() -> "Asked":
        """Return what the running request asks for. 404 for a page that is none."""
        words = characters.one_line(request.args.get("q", "")[: 2 * reading.LONGEST])
        return Asked(
            words,
            _key(articles.Key, request.args.get("articles")),
            _key(comments.Key, request.args.get("comments")),
        )


def page(asked: Asked) -> str:
    """Render what is found."""
    query = reading.read(asked.words)
    connection = db.session.connection()
    found, said = articles.Found([], None, False), comments.Found([], None)
    if asked.comments_after is None:
        found = articles.find(connection, query, asked.articles_after)
    if asked.articles_after is None:
        said = comments.find(connection, query, asked.comments_after)
    remaining = index.remaining(connection)
    if remaining:
        search_index.look_again()
    return render_template(
        "search/show.html",
        asked=asked,
        query=query,
        articles=found,
        comments=said,
        is_whole=remaining.keys().isdisjoint(index.KINDS),
        is_first=asked.articles_after is None and asked.comments_after is None,
        marked=lambda title: excerpts.marked(title, query),
        excerpt=lambda html: excerpts.excerpt(sanitizer.plain(html), query),
        spelled=lambda key: "-".join(map(str, key)),
    )


def _key(kind, written):
    """Return a key that a page's link has, None without one."""
    if written is None:
        return None
    parts = written.split("-")
    if not _NUMBERS.fullmatch(written) or len(parts) != len(kind._fields):
        abort(404)
    return kind(*map(int, parts))
