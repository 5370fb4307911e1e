"""The texts that an article had: each that was saved, the newest of them, compared line by line."""

import re
from collections.abc import Iterator
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, Select, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.accounts.models import NAME_LENGTH
from pnpm.audit.models import digest
from pnpm.db import Model, db, now
from pnpm.db.types import AnyRow, LongText
from pnpm.markup import sanitizer

from .models import TITLE_LENGTH, Article

KEPT = 50  # of an article
NEAR = 2  # lines that stayed, shown beside one that did not
# lines of a text that are compared one with each of the other's: what is longer takes seconds
MOST = 2000
_BREAK = re.compile(r"(</(?:p|li|ul|ol|tr|table|h[2-6]|div|figure|blockquote|pre)>|<br>)(?!\n)")


class Revision(Model):
    """A title and a text that somebody saved. The log knows it by its digest."""

    __tablename__ = "version"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id, ondelete="CASCADE"))
    created_at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(NAME_LENGTH))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    body: Mapped[str] = mapped_column(LongText)
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index(None, "article_id", "id"), {"sqlite_autoincrement": True})

    @staticmethod
    def all_of(article_id: int) -> "Select[Revision]":
        """An article's versions, newest first."""
        return (
            select(Revision).where(Revision.article_id == article_id).order_by(Revision.id.desc())
        )

    @staticmethod
    def heads_of(article_id: int) -> list[AnyRow]:
        """Of the same the number, moment, name of who saved it, and title, without the texts."""
        columns = Revision.id, Revision.created_at, Revision.who, Revision.title
        return list(db.session.execute(Revision.all_of(article_id).with_only_columns(*columns)))

    @staticmethod
    def text_of(article_id: int, digest: str) -> str | None:
        """The text of that digest that the article once had, or None."""
        return db.session.scalar(
            select(Revision.body)
            .where(Revision.article_id == article_id, Revision.digest == digest)
            .limit(1)
        )


class Line(NamedTuple):
    """A line of a comparison: `sign` is `+` for one that came, `-` for one that went, a space for
    one that stayed.
    """

    sign: str
    text: str


def keep(article: Article, who: str, moment: datetime | None = None) -> None:
    """Keep the article's title and text as a version, and the newest `KEPT` of them."""
    values = {"title": article.title, "body": article.body, "digest": digest(article.body)}
    db.session.add(Revision(article_id=article.id, created_at=moment or now(), who=who, **values))
    db.session.flush()
    beyond = db.session.scalar(
        Revision.all_of(article.id).with_only_columns(Revision.id).offset(KEPT).limit(1)
    )
    if beyond is not None:
        old = delete(Revision).where(Revision.article_id == article.id, Revision.id <= beyond)
        db.session.execute(old, execution_options={"synchronize_session": False})


def compared(before: str, after: str) -> Iterator[Line]:
    """The lines of two texts, those that stayed, went and came; a paragraph is a line, however it
    was written.
    """
    old, new = _lines(before), _lines(after)
    if max(len(old), len(new)) > MOST and old != new:
        yield from [*(Line("-", line) for line in old), *(Line("+", line) for line in new)]
        return
    for what, from_old, to_old, from_new, to_new in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if what == "equal":
            yield from (Line(" ", line) for line in old[from_old:to_old])
        else:
            yield from (Line("-", line) for line in old[from_old:to_old])
            yield from (Line("+", line) for line in new[from_new:to_new])


def differences(before: str, after: str) -> list[Line]:
    """The same for who reads no HTML: words alone, unless nothing but the HTML differs; none if
    nothing does.

    Of what stayed there is only what is near; a line with the sign `…` has the number of the
    others.
    """
    if before == after:
        return []
    found = [
        (line.sign, sanitizer.plain(line.text) or line.text, line.text)
        for line in compared(before, after)
    ]
    said = [{words for sign, words, _html in found if sign == side} for side in "-+"]
    lines = [
        Line(sign, html if words in said[0] & said[1] and sign != " " else words)
        for sign, words, html in found
    ]
    changed = [place for place, line in enumerate(lines) if line.sign != " "]
    near = {place + by for place in changed for by in range(-NEAR, NEAR + 1)}
    parts = groupby(enumerate(lines), key=lambda pair: pair[0] in near)
    return [
        line for is_near, part in parts for line in _part([line for _place, line in part], is_near)
    ]


def _part(lines: list[Line], is_near: bool) -> list[Line]:
    return lines if is_near or len(lines) == 1 else [Line("…", str(len(lines)))]


def _lines(body: str) -> list[str]:
    return [line.strip() for line in _BREAK.sub(r"\1\n", body).split("\n") if line.strip()]
