"""A text that a comment had before the office changed it; it goes when the comment goes for ever."""

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.db import db
from pnpm.db.types import LongText

from .models import Comment


class Original(db.Model):
    """One such text. The log knows it by its digest."""

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey(Comment.id, ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(LongText)

    __table_args__ = (UniqueConstraint("comment_id", "digest"),)

    @staticmethod
    def text_of(comment_id: int, digest: str) -> str | None:
        """The text of that digest that the comment once had, or None."""
        query = select(Original.body).where(Original.comment_id == comment_id, Original.digest == digest)
        return db.session.scalar(query)

    @staticmethod
    def texts_of(comment_ids: list[int]) -> dict[str, str]:
        """All texts that these comments had, by their digests."""
        query = select(Original.digest, Original.body).where(Original.comment_id.in_(comment_ids))
        return {row.digest: row.body for row in db.session.execute(query)}
