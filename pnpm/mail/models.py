"""Mail that is to go out."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.db import Model
from pnpm.db.types import Json

RECIPIENT_LENGTH = 254  # RFC 5321, 4.5.3.1.3
ERROR_LENGTH = 255


class OutgoingMail(Model):
    """A mail that waits to be sent, or could not be. Its text is written when it is sent, by its
    kind and its data; the row goes once it was.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    recipient: Mapped[str] = mapped_column(String(RECIPIENT_LENGTH))
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    # what is added again under the same key is one mail, until a process begins to send it
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]  # for the first time
    # the process that is at it, and until when nobody else is
    claim: Mapped[str | None] = mapped_column(String(32))
    claimed_until: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]  # for good
    error: Mapped[str] = mapped_column(String(ERROR_LENGTH), default="")

    # An id is never used again: the Message-ID is made of it.
    __table_args__ = (
        Index(None, "failed_at", "due_at"),
        {"sqlite_autoincrement": True},
    )
