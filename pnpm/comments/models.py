"""A comment under an article, and the texts that it had."""

import enum
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    exists,
    false,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from pnpm.articles.models import Article
from pnpm.db import Model, db
from pnpm.db.types import Json, LongText

from .spam.verdict import Outcome

NAME_LENGTH = 80
EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3
WEBSITE_LENGTH = 200


class Status(enum.Enum):
    """The state of a comment; only a published one is visible."""

    PUBLISHED = "published"
    PENDING = "pending"
    SPAM = "spam"
    DELETED = "deleted"


class Announcement(enum.Enum):
    """What is to be told of a comment, see `announcements`."""

    WAITING = "waiting"
    PUBLISHED = "published"


class Submission(NamedTuple):
    """What a form sent, cleaned. `html` is the rendered body, and `text` what readers see of it,
    both empty before `rendered`; `seconds` is how long the form took to fill in (None: not known);
    `parent` the number of the comment that it answers (None: it begins a thread).
    """

    name: str
    email: str
    website: str
    body: str
    html: str = ""
    nonce: str = ""
    honeypot: str = ""
    seconds: int | None = None
    parent: int | None = None
    text: str = ""


NOT_STORED = {
    "text",
    "nonce",
    "honeypot",
    "seconds",
    "parent",
}  # they only serve to judge and place it
STORED = tuple(name for name in Submission._fields if name not in NOT_STORED)


class Comment(Model):
    """A reader's comment as typed and as rendered, or the office's reply. No raw address is
    stored.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id))
    # the comment that begins the thread in which a reply stands
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    # the reply that it answers, where that is not the thread's first comment; it may be gone
    reply_to_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))  # empty: Anonim, in the site's language
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    website: Mapped[str] = mapped_column(String(WEBSITE_LENGTH))
    body: Mapped[str] = mapped_column(LongText)
    html: Mapped[str] = mapped_column(LongText)
    # the RENDERER that made the HTML; negative: the one that tried and failed
    renderer: Mapped[int]
    status: Mapped[Status]
    reasons: Mapped[list[str]] = mapped_column(Json)
    # what the spam filter said, and its signals (None: it was not asked)
    verdict: Mapped[Outcome | None]
    signals: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # what others may share with it, see spam.knowledge; for a month
    marks: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]
    address_hash: Mapped[str] = mapped_column(String(64))
    token: Mapped[str] = mapped_column(String(64), unique=True)
    # written by the office
    official: Mapped[bool] = mapped_column(default=False, server_default=false())
    moved_at: Mapped[datetime | None]  # when it last got another status
    # what of it is still to be told, if there is anybody to tell
    announce: Mapped[Announcement | None] = mapped_column()
    # when those who follow the article were told; or it was published, and there were none to tell
    announced_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "article_id", "status", "id"),
        Index(None, "status", "id"),
        Index(None, "address_hash", "created_at"),
        # Of replies alone: only they are found by it, and other comments need not update it.
        Index(None, "parent_id", "status", "id", sqlite_where=parent_id.is_not(None)),
        Index(None, "name", "id"),
        Index(None, "created_at", "status", "article_id"),
        # Of few comments, and for moments. PostgreSQL has it whole: to name it here would load its
        # dialect at each start, a tenth of it.
        Index(None, "announce", sqlite_where=announce.is_not(None)),
        # An id is never used again, so that a permalink never leads to another comment.
        {"sqlite_autoincrement": True},
    )

    @property
    def is_visible(self) -> bool:
        """Whether readers see it."""
        return self.status is Status.PUBLISHED

    @property
    def is_waiting(self) -> bool:
        """Whether a moderator has yet to decide: for its author, also where the spam filter has
        put it among spam and nobody has looked.
        """
        return self.status is Status.PENDING or self.is_unseen

    @property
    def is_unseen(self) -> bool:
        """Whether the spam filter has put it among spam, and no moderator has said so yet."""
        return self.status is Status.SPAM and self.moved_at is None

    def rewrite(self, body: str, html: str, renderer: int) -> None:
        """Set another text, with its HTML and the renderer that made it."""
        self.body, self.html, self.renderer = body, html, renderer

    def render_again(self, html: str, renderer: int) -> None:
        """Set the HTML that a newer renderer made of the same text."""
        self.html, self.renderer = html, renderer

    @staticmethod
    def visible(article_id: int) -> "Select[Comment]":
        """Return the query of the comments that readers see under an article, without replies,
        unordered.
        """
        return select(Comment).where(
            Comment.article_id == article_id,
            Comment.status == Status.PUBLISHED,
            Comment.parent_id.is_(None),
        )

    @staticmethod
    def seen(article_id: int) -> "Select[Comment]":
        """Return the query of the comments and replies that readers see under an article,
        unordered.
        """
        return select(Comment).where(
            Comment.article_id == article_id,
            Comment.status == Status.PUBLISHED,
            Comment.parent_id.is_(None) | _HAS_VISIBLE_PARENT,
        )

    @staticmethod
    def under(comment_id: int) -> "Select[Comment]":
        """Return the query of the replies to a comment, of any status, newest first."""
        return select(Comment).where(Comment.parent_id == comment_id).order_by(Comment.id.desc())

    @staticmethod
    def parents_of(numbers: Iterable[int]) -> dict[int, int]:
        """Return the ids of the parents of these replies, by the replies' ids."""
        query = select(Comment.id, Comment.parent_id).where(
            Comment.id.in_(numbers), Comment.parent_id.is_not(None)
        )
        return {
            number: parent
            for number, parent in db.session.execute(query)
            if parent is not None  # for the type checker: the query has excluded it
        }

    @staticmethod
    def bodies_of(numbers: Iterable[int]) -> list[str]:
        """Return the texts of these comments as they are now."""
        return list(db.session.scalars(select(Comment.body).where(Comment.id.in_(numbers))))

    @staticmethod
    def of(status: Status) -> "Select[Comment]":
        """Return the query of all comments of a status, oldest first."""
        return select(Comment).where(Comment.status == status).order_by(Comment.id)

    @staticmethod
    def rendered_before(renderer: int, after: int = 0, failed: bool = True) -> "Select[Comment]":
        """Return the query, by id, of the comments after that id whose HTML an older renderer made;
        with `failed` also of those that this renderer failed at.
        """
        query = (
            select(Comment)
            .where(Comment.id > after, Comment.renderer < renderer)
            .order_by(Comment.id)
        )
        if not failed:
            query = query.where(Comment.renderer != -renderer)
        return query

    @staticmethod
    def failed(renderer: int) -> "Select[Comment]":
        """Return the query of the comments that this renderer failed at; they keep their old
        HTML.
        """
        return select(Comment).where(Comment.renderer == -renderer).order_by(Comment.id)


def recount(connection: Connection, article_ids: Iterable[int], changed: Iterable[int]) -> None:
    """Update the articles' counts of visible comments, mark their pages as changed, and bring the
    search's index in line with the comments of the numbers `changed`, in the caller's transaction.
    """
    from . import search  # which knows this module

    for number in sorted(set(article_ids)):
        connection.execute(_RECOUNTED, {"article": number})
    search.follow(connection, changed)


_Parent = aliased(Comment)
_HAS_VISIBLE_PARENT = exists().where(
    _Parent.id == Comment.parent_id, _Parent.status == Status.PUBLISHED
)
# A reply is visible as long as its parent is.
_SEEN = select(func.count()).where(
    Comment.article_id == bindparam("article"),
    Comment.status == Status.PUBLISHED,
    Comment.parent_id.is_(None) | _HAS_VISIBLE_PARENT,
)
_RECOUNTED = (
    update(Article.__table__)
    .where(Article.__table__.c.id == bindparam("article"))
    .values(revision=Article.revision + 1, comment_count=_SEEN.scalar_subquery())
)


class CommentRevision(Model):
    """A text that a comment had before it was edited. The log refers to it by its digest."""

    __tablename__ = "original"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id, ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(LongText)

    __table_args__ = (UniqueConstraint("comment_id", "digest"),)

    @staticmethod
    def text_of(comment_id: int, digest: str) -> str | None:
        """Return the text with that digest that the comment once had, or None."""
        query = select(CommentRevision.body).where(
            CommentRevision.comment_id == comment_id, CommentRevision.digest == digest
        )
        return db.session.scalar(query)

    @staticmethod
    def texts_of(comment_ids: list[int]) -> dict[str, str]:
        """Return all texts that these comments had, by their digests."""
        query = select(CommentRevision.digest, CommentRevision.body).where(
            CommentRevision.comment_id.in_(comment_ids)
        )
        return {row.digest: row.body for row in db.session.execute(query)}
