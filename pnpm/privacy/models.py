"""A person's request for their data, and the list of what was erased. Only who asks, the office and
a backup need them.
"""

import enum
from datetime import datetime, timedelta

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.comments.models import EMAIL_LENGTH, NAME_LENGTH
from pnpm.db import Model, db, now
from pnpm.db.types import Json, LongText, Moment

WORDS_LENGTH = 2000  # characters of what a person asks for
ANSWER_LENGTH = 5000
# within which the office answers (UU 27/2022, article 30 to 34: 3 × 24 hours), from confirmation
ANSWER_WITHIN = timedelta(hours=72)
UNCONFIRMED_DAYS = 3  # for which a request is kept whose mailed link is not followed
KEPT_DAYS = 30  # after the answer; or for which one is kept whose person never comes to the office
SHARED_DAYS = 14  # for which the link to a copy of the data is good


class Kind(enum.Enum):
    """What a person asks for."""

    SEE = "see"
    CORRECT = "correct"
    DELETE = "delete"


class Stage(enum.Enum):
    """How far a request has come."""

    UNCONFIRMED = "unconfirmed"  # whether it is that person is not known yet
    OPEN = "open"
    ANSWERED = "answered"
    DELIVERED = "delivered"  # the answer was sent, or handed over


class DataRequest(Model):
    """What a person asks for, who they say they are, and what became of it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind]
    stage: Mapped[Stage]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    words: Mapped[str] = mapped_column(LongText)
    # the comment whose link they had, and whether it was the one to change it, which nobody but its
    # author sees; that of a comment that waits stands in the address of a page
    comment_id: Mapped[int | None]
    is_author: Mapped[bool]
    # a link to confirm it was mailed; else the officer confirms
    is_mailed: Mapped[bool]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(40))  # the officer; empty: by the mailed link
    # the keys of what an officer said is the person's; None: nobody has looked
    chosen: Mapped[list[str] | None] = mapped_column(Json)
    erased_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(LongText)
    # the answer has a link to a copy of the chosen data
    is_shared: Mapped[bool]

    __table_args__ = (
        Index(None, "stage", "created_at"),
        {"sqlite_autoincrement": True},
    )

    @property
    def due_at(self) -> datetime | None:
        """Return until when it is to be answered; None before it is confirmed."""
        return self.confirmed_at and self.confirmed_at + ANSWER_WITHIN

    @property
    def is_open(self) -> bool:
        """Whether the office has to answer it."""
        return self.stage is Stage.OPEN

    @property
    def is_for_office(self) -> bool:
        """Whether an officer has to confirm it, as no mail can."""
        return self.stage is Stage.UNCONFIRMED and not self.is_mailed

    @property
    def is_confirmed(self) -> bool:
        """Whether it is known that the person is who they say."""
        return self.confirmed_at is not None

    @property
    def is_proved(self) -> bool:
        """Whether the person is known to own the address, by the link that was mailed there."""
        return self.is_confirmed and self.is_mailed and not self.confirmed_by

    @property
    def is_overdue(self) -> bool:
        """Whether the time to answer it is over."""
        return self.is_open and self.due_at is not None and now() > self.due_at

    @property
    def hours_left(self) -> int:
        """Return how many whole hours are left to answer it, less than 0 once that is over."""
        due_at = self.due_at
        return int((due_at - now()).total_seconds() // 3600) if due_at else 0

    @property
    def shared_until(self) -> datetime | None:
        """Return until when the link to the copy is good; None without one."""
        if not (self.is_shared and self.answered_at):
            return None
        return self.answered_at + timedelta(days=SHARED_DAYS)


# Requests that were sent, whatever became of them; for a day, to keep limits
attempts = Table(
    "data_attempt",
    db.metadata,
    Column("id", Integer, primary_key=True),
    # keyed hashes: of the network that asked, of the wider one that it is in, of the mailbox that
    # was sent a mail (empty: none)
    Column("network", String(64), nullable=False),
    Column("wider", String(64), nullable=False),
    Column("mailbox", String(64), nullable=False),
    Column("has_address", Boolean, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Index(None, "asked_at"),
    sqlite_autoincrement=True,
)

# What was erased, and must not come back with a backup: ids and hashes, no personal data. It is
# never emptied, as nobody knows how long somebody keeps a backup.
erasures = Table(
    "erasure",
    db.metadata,
    Column("id", Integer, primary_key=True),
    # a comment, a comment made anonymous, a subscriber, and so on: see `registry`
    Column("subject", String(16), nullable=False),
    Column("number", Integer),  # its id, where it has one
    Column("proof", String(64), nullable=False),  # that it is the same, and not one of another site
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("subject", "proof"),
    sqlite_autoincrement=True,
)
