"""The last parts of addresses that articles had before: who follows an old link still finds the article."""

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.db import db

from .slug import SLUG_LENGTH

LONGEST = SLUG_LENGTH + 8  # characters: with the number that tells it from others


class Former(db.Model):
    """One of them. No two articles ever share one."""

    __tablename__ = "former_address"

    slug: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)

    @staticmethod
    def owner(slug: str) -> int | None:
        """The number of the article that had it."""
        return db.session.scalar(select(Former.article_id).where(Former.slug == slug))


def change(article_id: int, before: str, after: str) -> None:
    """Write down that an article's slug changed; one that it had before is its own again."""
    db.session.execute(delete(Former).where(Former.slug == after))
    db.session.merge(Former(slug=before, article_id=article_id))
