"""A picture's row, and the articles that show it. Its files are the business of `uploads.py`."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Select, String, delete, exists, func, select
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.accounts import NAME_LENGTH as WHO_LENGTH
from pnpm.db import Model, db
from pnpm.db.types import LongText
from pnpm.markup.figures import KEY_LENGTH

NAME_LENGTH = 120
ALT_LENGTH = 300


class Picture(Model):
    """A picture of the office. `key` is a hash of its content, so that the same picture is stored
    once.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))  # of the file that was sent
    alt: Mapped[str] = mapped_column(String(ALT_LENGTH))
    width: Mapped[int]  # pixels, of the largest kept
    height: Mapped[int]
    size: Mapped[int]  # bytes, of all its files
    preview: Mapped[str] = mapped_column(LongText)  # 24 pixels wide, WebP in base64
    who: Mapped[str] = mapped_column(String(WHO_LENGTH))
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "deleted_at", "id"), {"sqlite_autoincrement": True})

    @staticmethod
    def of(key: str) -> "Picture | None":
        """Return the picture with that key, or None."""
        return db.session.scalar(select(Picture).where(Picture.key == key))

    @staticmethod
    def facts(keys: Iterable[str]) -> dict[str, "Picture"]:
        """Return the pictures with these keys, by key, for rendering an article."""
        return {
            picture.key: picture
            for picture in db.session.scalars(select(Picture).where(Picture.key.in_(set(keys))))
        }

    @staticmethod
    def shown() -> "Select[Picture]":
        """Return the query of the pictures that are not deleted, newest first."""
        return select(Picture).where(Picture.deleted_at.is_(None)).order_by(Picture.id.desc())

    @staticmethod
    def total() -> int:
        """Return the bytes of all files, including deleted pictures that are still there."""
        return db.session.scalar(select(func.coalesce(func.sum(Picture.size), 0))) or 0


class Illustration(Model):
    """A picture that an article shows."""

    article_id: Mapped[int] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    picture_id: Mapped[int] = mapped_column(
        ForeignKey(Picture.id, ondelete="CASCADE"), primary_key=True
    )

    __table_args__ = (Index(None, "picture_id"),)


def illustrate(article_id: int, pictures: Iterable[Picture]) -> None:
    """Store which pictures an article shows."""
    db.session.execute(delete(Illustration).where(Illustration.article_id == article_id))
    numbers = {picture.id for picture in pictures}
    db.session.add_all(Illustration(article_id=article_id, picture_id=number) for number in numbers)
    db.session.flush()


def is_used(picture_id: int) -> bool:
    """Return whether an article shows that picture."""
    return bool(db.session.scalar(select(exists().where(Illustration.picture_id == picture_id))))
