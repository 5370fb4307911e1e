"""Feeds as Atom 1.0 (RFC 4287), with who answers what (RFC 4685) and pages (RFC 5005, 3).

Jinja writes them, as it does the pages: it escapes whatever it is given, it is loaded already, and
its compiled templates are kept. What XML has no place for at all is taken out at the end.

The ids are tags (RFC 4151), by which programs know an entry again: they hold the site's identity
and the number of the article or comment, and neither its address nor the site's. As a site may have
no name of its own, or lose it, they are made under one that can be nobody's (RFC 2606).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from flask import Response, abort, current_app, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Row, Select
from sqlalchemy.orm import defer

from pnpm.articles.freshness import FRESHNESS_BY_ID, freshness_of, freshness_under
from pnpm.articles.models import Article
from pnpm.articles.tags import Label, label_slug, labels_of
from pnpm.comments import feed as comments
from pnpm.comments.models import Comment
from pnpm.db import db, keyset, read
from pnpm.db.types import LARGEST
from pnpm.markup import sanitizer, standalone
from pnpm.site_settings import Setting
from pnpm.web import page_cache
from pnpm.web.page_cache import Source
from pnpm.web.params import number_of, parsed
from pnpm.web.site import current_site
from pnpm.web.templating import address_of, name_of

MOST = 100  # entries in one document, whoever asks for more
# characters of their texts, which take 60 ms and a few MB of memory: the rest is on the next page
MOST_TEXT = 500_000
MIMETYPE = "application/atom+xml"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed changed that has had nothing in it


class Answered(NamedTuple):
    """What a comment answers: its id, and the page on which it stands."""

    id: str
    page: str


class Entry(NamedTuple):
    """An article or a comment in a feed."""

    id: str
    title: str
    page: str  # the URL at which readers find it
    published: datetime
    updated: datetime
    html: str
    author: str = ""  # empty: the feed's
    website: str = ""
    labels: Sequence[str] = ()
    replies: str = ""  # the URL of the feed of its comments, if it has one
    reply_count: int = 0
    answers: Answered | None = None


class Asked(NamedTuple):
    """What is asked of a feed: at most how many entries, and older than which number (None: from
    the newest on).
    """

    most: int
    before: int | None


class Feed:
    """A feed. Each kind says where it is found, which rows it shows, and what they are as entries.

    `name` is its part of the tag, `endpoint` and `values` give its address; `size` is how many
    entries it has unless more or fewer are asked for.
    """

    name = ""
    endpoint = ""
    size = 0

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    @cached_property
    def identity(self) -> str:
        """The site's, which stands in each tag."""
        return Setting.identity(current_app.config["PNPM"].secret_key)

    def tag(self, name: str) -> str:
        """Return the tag of that name on this site."""
        return f"tag:{self.identity}.invalid,2026:{name}"

    @property
    def title(self) -> str:
        """Return its title in the site's language."""
        raise NotImplementedError

    @property
    def page(self) -> str:
        """Return the URL of the page for readers that it goes with."""
        return url_for("articles.index", _external=True)

    def query(self, before: int | None) -> Select[Any]:
        """Return the query of its rows, newest first, those older than number `before`."""
        raise NotImplementedError

    def source(self, asked: Asked) -> Source:
        """Return what a page of it is made from, as it is now; it is one entry longer, since that
        decides whether there is a next page.
        """
        raise NotImplementedError

    def rows(self, query: Select[Any]) -> Sequence[Any]:
        """Return the rows of that query."""
        return db.session.execute(query).all()

    def entries(self, rows: Sequence[Any]) -> Iterator[Entry]:
        """Yield these rows as entries."""
        raise NotImplementedError

    def asked(self) -> Asked:
        """Return what the running request asks of it. Blogger's `start-index` counts from the
        newest entry, which is 1.
        """
        most = parsed(request.args.get("max-results", "")) or self.size
        before = number_of(request.args, "before")
        start = parsed(request.args.get("start-index", "")) or 1
        if before is None and start > 1:
            last = self.rows(self.query(None).offset(start - 2).limit(1))
            before = last[0].id if last else 0
        return Asked(min(most, MOST), before)

    def address(self, asked: Asked) -> str:
        """Return the URL of a page of it."""
        query: dict[str, Any] = {}
        if asked.most != self.size:
            query["max-results"] = asked.most
        if asked.before is not None:
            query["before"] = asked.before
        return url_for(self.endpoint, _external=True, **self.values, **query)

    def document(self, asked: Asked) -> str:
        """Return a page of it as XML."""
        found = self.rows(self.query(asked.before).limit(asked.most + 1))
        shown, last = keyset.cut(found, _fitting(found[: asked.most]))
        entries = list(self.entries(shown))
        updated = max((entry.updated for entry in entries), default=None)
        document = render_template(
            "feeds/feed.xml",
            feed=self,
            id=self.tag(self.name),
            address=self.address(asked),
            first=asked.before is not None and self.address(asked._replace(before=None)),
            next=last and self.address(asked._replace(before=last.id)),
            updated=updated or comments.changed_at() or NEVER,
            entries=entries,
        )
        return standalone.fit_for_xml(document)


class ArticleFeed(Feed):
    """The newest articles."""

    name, endpoint, size = "articles", "feeds.articles", 25

    @property
    def title(self) -> str:
        return current_site().words.name

    def query(self, before: int | None) -> Select[Any]:
        return Article.older_than(before).options(defer(Article.body))

    def source(self, asked: Asked) -> Source:
        query = freshness_of(self.query(asked.before), asked.most + 1)
        return _source(query, read(query))

    def rows(self, query: Select[Any]) -> Sequence[Article]:
        return db.session.scalars(query).all()

    def entries(self, rows: Sequence[Article]) -> Iterator[Entry]:
        labels = labels_of([article.id for article in rows])
        site = request.url_root[:-1]
        for article in rows:
            page = _page(article)
            yield Entry(
                self.tag(f"article-{article.id}"),
                article.title,
                page,
                article.published_at or article.saved_at,
                article.changed_at,
                standalone.article(article.html, site, page),
                labels=[label.name for label in labels[article.id]],
                replies=url_for("feeds.thread", number=article.id, _external=True),
                reply_count=article.comment_count,
            )


class LabelFeed(ArticleFeed):
    """The newest articles of a label."""

    endpoint = "feeds.label"

    def __init__(self, label: Label) -> None:
        super().__init__()
        self.label, self.name, self.values = label, f"label-{label.slug}", {"name": label.slug}

    @classmethod
    def of(cls, name: str) -> "LabelFeed | None":
        """Return the feed of the label of that name or slug, or None."""
        label = Label.of(label_slug(name))
        return cls(label) if label else None

    @property
    def title(self) -> str:
        return f"{gettext('Label: %(name)s', name=self.label.name)} - {current_site().words.name}"

    @property
    def page(self) -> str:
        return url_for("labels.show", slug=self.label.slug, _external=True)

    def query(self, before: int | None) -> Select[Any]:
        return self.label.articles(before).options(defer(Article.body))

    def entries(self, rows: Sequence[Article]) -> Iterator[Entry]:
        if not rows:  # as its page: readers are not told that there is such a label
            abort(404)
        return super().entries(rows)


class CommentFeed(Feed):
    """The newest comments and replies, under all articles."""

    name, endpoint, size = "comments", "feeds.comments", 50

    @property
    def title(self) -> str:
        return gettext("Komentar di %(name)s", name=current_site().words.name)

    def query(self, before: int | None) -> Select[Any]:
        return comments.newest(before)

    def source(self, asked: Asked) -> Source:
        listed = self.query(asked.before).with_only_columns(Comment.id, Comment.article_id)
        query = freshness_under(listed.limit(asked.most + 1))
        return _source(query, read(query))

    def entries(self, rows: Sequence[Row]) -> Iterator[Entry]:
        articles = Article.headings_of(comment.article_id for comment in rows)
        edited = comments.edited_at(comment.id for comment in rows)
        answered = comments.answered(rows)
        for comment in rows:
            article = articles[comment.article_id]
            name = name_of(comment)
            moments = comment.created_at, comment.moved_at, edited.get(comment.id)
            yield Entry(
                self.tag(f"comment-{comment.id}"),
                gettext("Komentar %(name)s di %(title)s", name=name, title=article.title),
                _page(article, comment.id),
                comment.created_at,
                max(moment for moment in moments if moment),
                sanitizer.with_codes(comment.html),
                author=name,
                website=comment.website,
                answers=self._answered(article, answered.get(comment.id)),
            )

    def _answered(self, article: Row, number: int | None) -> Answered:
        """Return what a comment under that article answers: the comment of that number, or the
        article itself (None).
        """
        if number is None:
            return Answered(self.tag(f"article-{article.id}"), _page(article))
        return Answered(self.tag(f"comment-{number}"), _page(article, number))


class ThreadFeed(CommentFeed):
    """The newest comments and replies under one article."""

    endpoint = "feeds.thread"

    def __init__(self, found: Row) -> None:
        super().__init__()
        self.found, self.name = found, f"article-{found.id}-comments"
        self.values = {"number": found.id}

    @classmethod
    def of(cls, number: int) -> "ThreadFeed | None":
        """Return the feed under the article of that number, None if readers see no such article."""
        found = read(FRESHNESS_BY_ID, number=min(number, LARGEST))
        return cls(found) if found else None

    @property
    def title(self) -> str:
        title = Article.headings_of([self.found.id])[self.found.id].title
        return gettext("Komentar untuk %(title)s", title=title)

    @property
    def page(self) -> str:
        return _page(self.found)

    def query(self, before: int | None) -> Select[Any]:
        return comments.newest_under(self.found.id, before)

    def source(self, asked: Asked) -> Source:
        return _source(FRESHNESS_BY_ID, self.found, number=self.found.id)


def answer(feed: Feed) -> Response:
    """Answer with the page of that feed that the running request asks for.

    Those asked for with a query are not cached: they may be large, and everybody can think of as
    many as there is room for.
    """
    asked = feed.asked()
    source = feed.source(asked)
    return page_cache.answer(
        ("feed", feed.name, asked),
        source,
        lambda: feed.document(asked),
        MIMETYPE,
        comments.changed_at,
        is_cached=not request.query_string,
    )


def _fitting(rows):
    """Return how many of these rows fit into one document by their texts; at least one does."""
    size = 0
    for number, row in enumerate(rows):
        size += len(row.html)
        if size > MOST_TEXT and number:
            return number
    return len(rows)


def _source(query, found, **values):
    current_site(found.site_revision or "")
    return Source(query, values, tuple(found))


def _page(article, comment=None):
    """Return the URL of an article, or of a comment under it; put together, as url_for would take
    longer than all else.
    """
    host = request.host_url[:-1]
    if comment is None:
        return host + address_of(article)
    return host + address_of(article, comment=comment, _anchor=f"comment-{comment}")
