"""The texts that an article had: each that was saved, the newest of them, compared line by line."""

import re
from collections.abc import Iterator
from datetime import datetime
from difflib import SequenceMatcher
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, Row, Select, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from ..database import LongText, db, now
from .article import TITLE_LENGTH, Article
from .log import digest
from .user import NAME_LENGTH

KEPT = 50  # of an article
_BREAK = re.compile(r"(</(?:p|li|ul|ol|tr|table|h[2-6]|div|figure|blockquote|pre)>|<br>)(?!\n)")


class Version(db.Model):
    """A title and a text that somebody saved. The log knows it by its digest."""

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id, ondelete="CASCADE"))
    created_at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(NAME_LENGTH))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    body: Mapped[str] = mapped_column(LongText)
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index(None, "article_id", "id"), {"sqlite_autoincrement": True})

    @staticmethod
    def all_of(article_id: int) -> Select:
        """An article's versions, newest first."""
        return select(Version).where(Version.article_id == article_id).order_by(Version.id.desc())

    @staticmethod
    def heads_of(article_id: int) -> list[Row]:
        """Of the same the number, moment, name of who saved it, and title, without the texts."""
        columns = Version.id, Version.created_at, Version.who, Version.title
        return list(db.session.execute(Version.all_of(article_id).with_only_columns(*columns)))

    @staticmethod
    def text_of(article_id: int, digest: str) -> str | None:
        """The text of that digest that the article once had, or None."""
        return db.session.scalar(select(Version.body).where(Version.article_id == article_id, Version.digest == digest).limit(1))


class Line(NamedTuple):
    """A line of a comparison: `sign` is `+` for one that came, `-` for one that went, a space for one that stayed."""

    sign: str
    text: str


def keep(article: Article, who: str, moment: datetime | None = None) -> None:
    """Keep the article's title and text as a version, and the newest `KEPT` of them."""
    values = {"title": article.title, "body": article.body, "digest": digest(article.body)}
    db.session.add(Version(article_id=article.id, created_at=moment or now(), who=who, **values))
    db.session.flush()
    beyond = db.session.scalar(Version.all_of(article.id).with_only_columns(Version.id).offset(KEPT).limit(1))
    if beyond is not None:
        old = delete(Version).where(Version.article_id == article.id, Version.id <= beyond)
        db.session.execute(old, execution_options={"synchronize_session": False})


def compared(before: str, after: str) -> Iterator[Line]:
    """The lines of two texts, those that stayed, went and came; a paragraph is a line, however it was written."""
    old, new = _lines(before), _lines(after)
    for what, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield from (Line(" ", line) for line in old[from_old:to_old])
        else:
            yield from (Line("-", line) for line in old[from_old:to_old])
            yield from (Line("+", line) for line in new[from_new:to_new])


def _lines(body):
    return [line.strip() for line in _BREAK.sub(r"\1\n", body).split("\n") if line.strip()]
