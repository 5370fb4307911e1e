"""The tables of who is told by mail of new comments. Only what is asked for, a comment that
somebody follows, and a backup need them.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from pnpm.db import db
from pnpm.db.types import Moment

ADDRESS_LENGTH = 254  # RFC 5321, 4.5.3.1.3
UNCONFIRMED_DAYS = 3  # for which an address is kept whose owner does not answer
SECRET_LENGTH = 43  # characters: 32 random bytes in Base64

# the addresses of those who follow anything, or have asked to; with the last they are forgotten
subscribers = Table(
    "subscriber",
    db.metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String(ADDRESS_LENGTH), nullable=False, unique=True),
    # stored and not signed, so that links in old mails work with another secret key, too
    Column("secret", String(SECRET_LENGTH), nullable=False),
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

# what each of them follows: an article, with all of its comments or the answers to some
subscriptions = Table(
    "subscription",
    db.metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", ForeignKey("subscriber.id", ondelete="CASCADE"), nullable=False),
    Column("article_id", ForeignKey("article.id", ondelete="CASCADE"), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("told_at", Moment),  # the last time
    UniqueConstraint("subscriber_id", "article_id"),
    Index(None, "article_id", "confirmed_at"),
    sqlite_autoincrement=True,
)

# the comments with which it was asked for: the answers to them are told
followed = Table(
    "subscription_comment",
    db.metadata,
    Column("subscription_id", ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True),
    Column("comment_id", ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "comment_id"),
)

# mails that somebody had sent to an address by typing it here; for three days, to keep limits
requests = Table(
    "subscription_request",
    db.metadata,
    Column("id", Integer, primary_key=True),
    Column("mailbox", String(64), nullable=False),  # keyed hash of the address
    Column("network", String(64), nullable=False),  # and of the network that asked
    Column("article_id", Integer),  # None: asked for the link to what they follow
    Column("asked_at", Moment, nullable=False),
    Index(None, "mailbox", "asked_at"),
    Index(None, "network", "asked_at"),
    Index(None, "asked_at"),
)
