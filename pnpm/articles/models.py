"""An article, its address, and the addresses that it had."""

import enum
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    bindparam,
    delete,
    exists,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.db import Model, db, keyset, now
from pnpm.db.types import AnyRow, AnySelect, LongText, Moment
from pnpm.site_settings import Setting

SLUG_LENGTH = 100  # characters: people copy addresses by hand
NOTHING = "artikel"  # the slug of a title without any ASCII letter
# the beginning of the slug of a page about the site
PAGES = "p/"
# the beginning of a slug that has its year and month, as `2012/12/rapat-desa`; no other article's
# slug has a slash
_DATE = re.compile(r"([0-9]{4})/(0[1-9]|1[0-2])/")
DATE_LENGTH = 8  # characters of it


def slug_of(title: str, nothing: str = NOTHING) -> str:
    """Return the ASCII slug of a title, as `rapat-desa` of `Rapat Désa!`; `nothing` if no letter is
    ASCII.

    Addresses are ASCII because Passenger needs that.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['`]", "", plain)).strip("-")
    if len(words) > SLUG_LENGTH:
        words = words[:SLUG_LENGTH].rpartition("-")[0] or words[:SLUG_LENGTH]
    return words or nothing


def of_a_page(slug: str) -> bool:
    """Return whether that is the slug of a page about the site."""
    return slug.startswith(PAGES)


def dated_slug(year: int, month: int, slug: str) -> str:
    """Return the slug of an article that stands at that year and month for ever, whatever its
    moment is in the site's zone: an archive's addresses are as they are, and two of its articles
    may end alike.
    """
    return f"{year:04}/{month:02}/{slug}"


def last_of(slug: str) -> str:
    """Return the last part of an address made from that slug: all of it, unless it is dated."""
    return slug[DATE_LENGTH:] if _DATE.match(slug) else slug


# characters, with the number that `free_slug` adds, or with a date
LONGEST = SLUG_LENGTH + DATE_LENGTH


class Redirect(Model):
    """A slug that an article had before. No two articles ever share one."""

    __tablename__ = "former_address"

    slug: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )

    @staticmethod
    def owner(slug: str) -> int | None:
        """Return the id of the article that had this slug, or None."""
        return db.session.scalar(select(Redirect.article_id).where(Redirect.slug == slug))


def change(article_id: int, before: str, after: str) -> None:
    """Store that an article's slug has changed, so that the old one leads to it."""
    db.session.execute(delete(Redirect).where(Redirect.slug == after))
    db.session.merge(Redirect(slug=before, article_id=article_id))


TITLE_LENGTH = 200
PAGE = 10  # articles on a page of the front page


class Status(enum.Enum):
    """The state of an article. A published one is visible from `published_at` on, which may be in
    the future.
    """

    DRAFT = "draft"
    PUBLISHED = "published"
    DELETED = "deleted"
    # about the site itself, and always there: not among the articles, without comments
    PAGE = "page"


class Article(Model):
    """An article. `revision` rises with everything that its page shows, `edition` with what the
    office saves.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    slug: Mapped[str] = mapped_column(String(LONGEST), unique=True)
    body: Mapped[str] = mapped_column(LongText)
    html: Mapped[str] = mapped_column(LongText)
    status: Mapped[Status]
    published_at: Mapped[datetime | None]
    comments_open: Mapped[bool] = mapped_column(default=True)
    comment_count: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    # like PNPM_MODERATION; None: the site's
    moderation: Mapped[str | None] = mapped_column(String(16))
    close_after: Mapped[int | None]  # days; None: the site's
    edition: Mapped[int] = mapped_column(default=1, server_default="1")
    saved_at: Mapped[datetime] = mapped_column(
        default=now, server_default="1970-01-01 00:00:00.000000"
    )
    # the form's: sent twice, it makes one article
    token: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)

    __table_args__ = (
        Index(None, "status", "published_at", "id"),
        Index(None, "status", "saved_at", "id"),
    )

    @staticmethod
    def publish(
        *, title: str, body: str, html: str, moment: datetime | None = None, slug: str = ""
    ) -> "Article":
        """Add an article that is visible from `moment` on (aware; now if None), with a slug made
        from the title if none is given.
        """
        from . import related, search  # which know this module

        article = Article(
            title=title,
            slug=free_slug(slug or slug_of(title)),
            body=body,
            html=html,
            status=Status.PUBLISHED,
            published_at=moment or now(),
        )
        db.session.add(article)
        db.session.flush()
        Setting.touch()
        search.follow(db.session.connection(), [article.id])
        related.follow(db.session.connection(), [article.id])
        return article

    def set_policy(
        self, comments_open: bool, moderation: str | None, close_after: int | None
    ) -> None:
        """Set whether it takes comments, how they are held (like PNPM_MODERATION; None: the
        site's), and for how many days it takes them (None: the site's).
        """
        self.comments_open = comments_open
        self.moderation = moderation
        self.close_after = close_after
        self.edition = Article.edition + 1  # a writer who has the article open gets a Conflict
        self.touch()

    @property
    def changed_at(self) -> datetime:
        """When readers last got another text: when it was saved, or when it was published."""
        return max(self.saved_at, self.published_at or self.saved_at)

    def touch(self) -> None:
        """Mark its page as changed; in SQL, as comments may come in at the same time."""
        self.revision = Article.revision + 1
        db.session.flush()

    @property
    def has_come(self) -> bool:
        """Whether it has been published already, so that readers may know its address."""
        return self.published_at is not None and self.published_at <= now()

    def address(self, zone: ZoneInfo) -> dict[str, Any]:
        """Return the parts of the article's URL."""
        return address(self.slug, self.published_at, zone)

    @staticmethod
    def published() -> "Select[Article]":
        """Return the query of the articles that readers can see, newest first."""
        return PUBLISHED

    @staticmethod
    def headings() -> AnySelect:
        """Return the same query for id, title, slug and moment, without the text."""
        return HEADINGS

    @staticmethod
    def headings_of(numbers: Iterable[int]) -> dict[int, AnyRow]:
        """Return the headings of these articles by their ids, published or not."""
        found = db.session.execute(select(*HEADING).where(Article.id.in_(set(numbers))))
        return {heading.id: heading for heading in found}

    @staticmethod
    def older_than(article_id: int | None) -> "Select[Article]":
        """Return the query of the published articles after that one, in the order of `published`;
        all if None.
        """
        return Article.older(PUBLISHED, article_id)

    @staticmethod
    def older(listed: "Select[Article]", article_id: int | None) -> "Select[Article]":
        """Return the same of the articles of a query."""
        if article_id is None:
            return listed
        last = select(Article.published_at).where(Article.id == article_id).scalar_subquery()
        earlier = (Article.published_at < last) | and_(
            Article.published_at == last, Article.id < article_id
        )
        return listed.where(earlier)

    @staticmethod
    def page_before(listed: "Select[Article]", first: "Article") -> int | None:
        """Return the number of the article after which the page of `listed` before that with
        `first` begins, for `older_than`; None if it is the newest page.
        """
        later = (Article.published_at > first.published_at) | and_(
            Article.published_at == first.published_at, Article.id > first.id
        )
        query = listed.with_only_columns(Article.id).where(later).order_by(None)
        soonest = query.order_by(Article.published_at, Article.id)
        return db.session.scalar(soonest.offset(PAGE).limit(1))


class Neighbours(NamedTuple):
    """The headings of the articles before and after one, as far as readers can see any."""

    older: AnyRow | None = None
    newer: AnyRow | None = None


def neighbours_of(article: Article) -> Neighbours:
    """Return what stands beside an article, in the order of `published`."""
    if article.published_at is None:  # a preview
        return Neighbours()
    key = article.published_at, article.id or 0
    headings: AnySelect = HEADINGS.order_by(None)
    sides = (
        keyset.after(headings, (Article.published_at, Article.id), key, ascending).limit(1)
        for ascending in (False, True)
    )
    return Neighbours(*(db.session.execute(query).first() for query in sides))


# Of the articles that readers can see: published, and not scheduled for later.
VISIBLE = (
    Article.status == Status.PUBLISHED,
    Article.published_at <= bindparam("moment", callable_=lambda: now(), type_=Moment),
)
# Built once: building a query takes longer than SQLite needs to answer it.
PUBLISHED = select(Article).where(*VISIBLE).order_by(Article.published_at.desc(), Article.id.desc())
HEADING = Article.id, Article.title, Article.slug, Article.published_at
HEADINGS = PUBLISHED.with_only_columns(*HEADING)


def takes_comments(article: AnyRow | Article, site_days: int | None, moment: datetime) -> bool:
    """Return whether an article takes comments at that moment: it is open, and not yet closed by
    its own days or, without any, the site's.
    """
    days = site_days if article.close_after is None else article.close_after
    is_open: bool = article.comments_open
    since: datetime | None = article.published_at
    return is_open and (not days or since is None or moment < since + timedelta(days=days))


def address(slug: str, moment: datetime | None, zone: ZoneInfo) -> dict[str, Any]:
    """Return the parts of an article's URL: year and month of its moment in the site's zone, and
    the slug; of a dated slug, those that it has.

    Raises ValueError for a draft, which has no moment, unless its slug is dated.
    """
    if "/" in slug and (date := _DATE.match(slug)):
        return {"year": int(date[1]), "month": int(date[2]), "slug": slug[DATE_LENGTH:]}
    if moment is None:
        raise ValueError(slug)
    local = moment.astimezone(zone)
    return {"year": local.year, "month": local.month, "slug": slug}


def free_slug(
    slug: str, article_id: int | None = None, month: tuple[int, int] | None = None
) -> str:
    """Return that slug, with a number added if another article has or had it; or, for an article of
    that year and month, if another has it with that date.
    """
    number, free = 1, slug
    while _is_taken(free, article_id) or (
        month and _is_taken(dated_slug(*month, free), article_id)
    ):
        number += 1
        free = f"{slug}-{number}"
    return free


def _is_taken(slug: str, article_id: int | None) -> bool:
    """Return whether another article has or had that slug."""
    query = select(
        exists().where(Article.slug == slug, Article.id.is_distinct_from(article_id))
        | exists().where(Redirect.slug == slug, Redirect.article_id.is_distinct_from(article_id))
    )
    return bool(db.session.scalar(query))
