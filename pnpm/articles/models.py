"""An article: written, published at an address of its own, with comments under it."""

import enum
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
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

from pnpm.db import Model, db, now
from pnpm.db.types import AnyRow, AnySelect, LongText, Moment
from pnpm.site_settings import Setting

SLUG_LENGTH = 100  # of an address that people pass on by hand
NOTHING = "artikel"  # what stands for a title of which nothing is ASCII
# before those of pages about the site itself: an article's own has no slash, so that it never takes
# theirs
PAGES = "p/"


def slug_of(title: str, nothing: str = NOTHING) -> str:
    """An ASCII slug of a title: `Rapat Désa!` is `rapat-desa`; `nothing` where nothing of it is
    ASCII (Passenger needs ASCII).
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['`]", "", plain)).strip("-")
    if len(words) > SLUG_LENGTH:
        words = words[:SLUG_LENGTH].rpartition("-")[0] or words[:SLUG_LENGTH]
    return words or nothing


def of_a_page(slug: str) -> bool:
    """Whether it is a page's about the site itself."""
    return slug.startswith(PAGES)


LONGEST = SLUG_LENGTH + 8  # characters: with the number that tells it from others


class Redirect(Model):
    """One of them. No two articles ever share one."""

    __tablename__ = "former_address"

    slug: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )

    @staticmethod
    def owner(slug: str) -> int | None:
        """The number of the article that had it."""
        return db.session.scalar(select(Redirect.article_id).where(Redirect.slug == slug))


def change(article_id: int, before: str, after: str) -> None:
    """Write down that an article's slug changed; one that it had before is its own again."""
    db.session.execute(delete(Redirect).where(Redirect.slug == after))
    db.session.merge(Redirect(slug=before, article_id=article_id))


TITLE_LENGTH = 200
PAGE = 10  # articles on a page of the front page


class Status(enum.Enum):
    """Where an article stands. A published one is seen from its moment on, which may be yet to
    come.
    """

    DRAFT = "draft"
    PUBLISHED = "published"
    DELETED = "deleted"
    # about the site itself, and always there: not among the articles, without comments
    PAGE = "page"


class Article(Model):
    """What the office writes. `revision` changes with everything that its page shows, `edition`
    with what the office saves.
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
    # as PNPM_MODERATION; None: the site's
    moderation: Mapped[str | None] = mapped_column(String(16))
    close_after: Mapped[int | None]  # days; None: the site's
    edition: Mapped[int] = mapped_column(default=1, server_default="1")
    saved_at: Mapped[datetime] = mapped_column(
        default=now, server_default="1970-01-01 00:00:00.000000"
    )
    # of its form: sent twice, it is one
    token: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)

    __table_args__ = (
        Index(None, "status", "published_at", "id"),
        Index(None, "status", "saved_at", "id"),
    )

    @staticmethod
    def publish(
        *, title: str, body: str, html: str, moment: datetime | None = None, slug: str = ""
    ) -> "Article":
        """A new article that readers see from `moment` (aware; now if none); a slug is made from
        the title if none is given.
        """
        article = Article(
            title=title,
            slug=free_slug(slug or slug_of(title)),
            body=body,
            html=html,
            status=Status.PUBLISHED,
            published_at=moment or now(),
        )
        db.session.add(article)
        Setting.touch()
        return article

    def set_policy(
        self, comments_open: bool, moderation: str | None, close_after: int | None
    ) -> None:
        """How its comments are taken: not at all, held as PNPM_MODERATION says (None: the site's),
        for so many days.
        """
        self.comments_open, self.moderation, self.close_after = (
            comments_open,
            moderation,
            close_after,
        )
        self.edition = Article.edition + 1  # whoever has its form open is told
        self.touch()

    @property
    def changed_at(self) -> datetime:
        """When its readers last got another text: as it was saved, or as it came out."""
        return max(self.saved_at, self.published_at or self.saved_at)

    def touch(self) -> None:
        """Say that what its page shows has changed; in SQL, as comments come in meanwhile."""
        self.revision = Article.revision + 1
        db.session.flush()

    @property
    def has_come(self) -> bool:
        """Whether its moment has come, so that readers may know its address."""
        return self.published_at is not None and self.published_at <= now()

    def address(self, zone: ZoneInfo) -> dict[str, Any]:
        """The parts of the article's URL."""
        return address(self.slug, self.published_at, zone)

    @staticmethod
    def published() -> "Select[Article]":
        """What readers may see, newest first."""
        return PUBLISHED

    @staticmethod
    def headings() -> AnySelect:
        """Of the same the id, title, slug and moment, without the text."""
        return HEADINGS

    @staticmethod
    def headings_of(numbers: Iterable[int]) -> dict[int, AnyRow]:
        """The headings of these articles by their numbers, published or not."""
        found = db.session.execute(select(*HEADING).where(Article.id.in_(set(numbers))))
        return {heading.id: heading for heading in found}

    @staticmethod
    def older_than(article_id: int | None) -> "Select[Article]":
        """The published articles after that one in the order of `published`; None: all of them."""
        if article_id is None:
            return PUBLISHED
        last = select(Article.published_at).where(Article.id == article_id).scalar_subquery()
        earlier = (Article.published_at < last) | and_(
            Article.published_at == last, Article.id < article_id
        )
        return PUBLISHED.where(earlier)


# Built once, since building a query costs more than SQLite needs to answer it.
PUBLISHED = (
    select(Article)
    .where(
        Article.status == Status.PUBLISHED,
        Article.published_at <= bindparam("moment", callable_=lambda: now(), type_=Moment),
    )
    .order_by(Article.published_at.desc(), Article.id.desc())
)
HEADING = Article.id, Article.title, Article.slug, Article.published_at
HEADINGS = PUBLISHED.with_only_columns(*HEADING)


def takes_comments(article: AnyRow | Article, site_days: int | None, moment: datetime) -> bool:
    """Whether it takes comments at that moment: open, and not yet closed by its own days or,
    without any, the site's.
    """
    days = site_days if article.close_after is None else article.close_after
    is_open: bool = article.comments_open
    since: datetime | None = article.published_at
    return is_open and (not days or since is None or moment < since + timedelta(days=days))


def address(slug: str, moment: datetime | None, zone: ZoneInfo) -> dict[str, Any]:
    """The parts of an article's URL: the year and month of its moment in the site's zone, and the
    slug. ValueError for a draft, which has no moment.
    """
    if moment is None:
        raise ValueError(slug)
    local = moment.astimezone(zone)
    return {"year": local.year, "month": local.month, "slug": slug}


def free_slug(slug: str, article_id: int | None = None) -> str:
    """That slug, or one with a number after it, which no other article than that one has or ever
    had.
    """
    number, free = 1, slug
    while db.session.scalar(
        select(
            exists().where(Article.slug == free, Article.id.is_distinct_from(article_id))
            | exists().where(
                Redirect.slug == free, Redirect.article_id.is_distinct_from(article_id)
            )
        )
    ):
        number += 1
        free = f"{slug}-{number}"
    return free
