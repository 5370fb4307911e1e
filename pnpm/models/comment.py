"""A comment under an article: what a reader wrote, how it stands, and the stretches of a thread that a page shows."""

import enum
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from ..database import LongText, db
from .article import Article, touch

NAME_LENGTH = 80
EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3
WEBSITE_LENGTH = 200
WINDOW = 50  # comments on a page: a phone's patience, and the page's budget


class Status(enum.Enum):
    """Where a comment stands; only a published one is visible."""

    PUBLISHED = "published"
    PENDING = "pending"
    SPAM = "spam"
    DELETED = "deleted"


class Comment(db.Model):
    """What a reader wrote, as typed and as rendered. No raw address is kept."""

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))  # empty: Anonim, in the site's language
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    website: Mapped[str] = mapped_column(String(WEBSITE_LENGTH))
    body: Mapped[str] = mapped_column(LongText)
    html: Mapped[str] = mapped_column(LongText)
    renderer: Mapped[int]
    status: Mapped[Status]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    address_hash: Mapped[str] = mapped_column(String(64))
    token: Mapped[str] = mapped_column(String(64), unique=True)

    # A number once given is never given again: a permalink keeps its meaning.
    __table_args__ = (
        Index(None, "article_id", "status", "id"),
        Index(None, "status", "id"),
        Index(None, "address_hash", "created_at"),
        {"sqlite_autoincrement": True},
    )

    @property
    def is_visible(self) -> bool:
        """Whether readers see it."""
        return self.status is Status.PUBLISHED

    @property
    def is_waiting(self) -> bool:
        """Whether a moderator has yet to decide."""
        return self.status is Status.PENDING

    def move_to(self, status: Status) -> None:
        """Give it another status, and the article's count and revision with it."""
        db.session.refresh(self, with_for_update=True)
        change = (status is Status.PUBLISHED) - self.is_visible
        self.status = status
        if change:
            touch(db.session.connection(), self.article_id, change)

    def render_again(self, html: str, renderer: int) -> None:
        """Take the HTML that a newer renderer made of the same text."""
        self.html, self.renderer = html, renderer

    @staticmethod
    def visible(article_id: int) -> Select:
        """The comments that readers see under an article, unordered."""
        return select(Comment).where(Comment.article_id == article_id, Comment.status == Status.PUBLISHED)

    @staticmethod
    def of(status: Status) -> Select:
        """All comments of a status, oldest first."""
        return select(Comment).where(Comment.status == status).order_by(Comment.id)

    @staticmethod
    def rendered_before(renderer: int, after: int = 0) -> Select:
        """Comments whose HTML an older renderer made, by id, from the one after that id."""
        return select(Comment).where(Comment.id > after, Comment.renderer < renderer).order_by(Comment.id)


@dataclass(frozen=True)
class Stretch:
    """Some comments of a thread, oldest first, and the ids from which the earlier and the later ones are asked for."""

    comments: list[Comment]
    before: int | None
    after: int | None


def newest(article_id: int) -> Stretch:
    """The end of the thread."""
    return _earlier_than(article_id, None)


def earlier(article_id: int, before: int) -> Stretch:
    """What stands before the comment of that id: by key, so that the thousandth page costs what the first does."""
    return _earlier_than(article_id, before)


def later(article_id: int, after: int) -> Stretch:
    """What stands after the comment of that id."""
    query = Comment.visible(article_id).where(Comment.id > after).order_by(Comment.id).limit(WINDOW + 1)
    found = list(db.session.scalars(query))
    has_earlier = bool(found) and _any(article_id, Comment.id < found[0].id)
    return _stretch(found[:WINDOW], has_earlier=has_earlier, has_later=len(found) > WINDOW)


def holding(article_id: int, comment_id: int) -> Stretch:
    """The stretch in which the comment of that id stands: the newest if it is there, else the one that ends with it."""
    end = newest(article_id)
    if not end.comments or comment_id >= end.comments[0].id:
        return end
    return _earlier_than(article_id, comment_id + 1)


def _earlier_than(article_id, before):
    query = Comment.visible(article_id).order_by(Comment.id.desc()).limit(WINDOW + 1)
    if before is not None:
        query = query.where(Comment.id < before)
    found = list(db.session.scalars(query))
    comments = found[:WINDOW][::-1]
    if not comments:
        return Stretch([], None, before and before - 1)
    has_later = before is not None and _any(article_id, Comment.id > comments[-1].id)
    return _stretch(comments, has_earlier=len(found) > WINDOW, has_later=has_later)


def _any(article_id, condition):
    return db.session.scalar(select(Comment.visible(article_id).where(condition).exists()))


def _stretch(comments, has_earlier, has_later):
    before = comments[0].id if comments and has_earlier else None
    after = comments[-1].id if comments and has_later else None
    return Stretch(comments, before, after)
