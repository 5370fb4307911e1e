"""The revisions of an article: its newest saved texts, and how two of them differ, line by line."""

import re
from collections.abc import Iterator
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, Select, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.accounts import NAME_LENGTH
from pnpm.audit.models import digest
from pnpm.db import Model, db, now
from pnpm.db.types import AnyRow, LongText
from pnpm.markup import sanitizer

from .models import TITLE_LENGTH, Article

KEPT = 50  # revisions of an article
NEAR = 2  # unchanged lines shown on each side of a changed one
# lines of a text that are compared; longer ones would take seconds
MOST = 2000
_BREAK = re.compile(r"(</(?:p|li|ul|ol|tr|table|h[2-6]|div|figure|blockquote|pre)>|<br>)(?!\n)")


class Revision(Model):
    """A title and a text that somebody saved. The log refers to it by its digest."""

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
        """Return the query of an article's revisions, newest first."""
        return (
            select(Revision).where(Revision.article_id == article_id).order_by(Revision.id.desc())
        )

    @staticmethod
    def heads_of(article_id: int) -> list[AnyRow]:
        """Return the id, moment, author and title of each, without the texts."""
        columns = Revision.id, Revision.created_at, Revision.who, Revision.title
        return list(db.session.execute(Revision.all_of(article_id).with_only_columns(*columns)))

    @staticmethod
    def text_of(article_id: int, digest: str) -> str | None:
        """Return the text with that digest that the article once had, or None."""
        return db.session.scalar(
            select(Revision.body)
            .where(Revision.article_id == article_id, Revision.digest == digest)
            .limit(1)
        )


class Line(NamedTuple):
    """A line of a comparison. `sign` is `+` for an added, `-` for a removed, a space for an
    unchanged one.
    """

    sign: str
    text: str


def keep(article: Article, who: str, moment: datetime | None = None) -> None:
    """Store the article's title and text as a revision, and delete all but the newest `KEPT`."""
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
    """Yield the unchanged, removed and added lines of two texts. A paragraph is a line, however its
    HTML is wrapped.
    """
    old, new = _lines(before), _lines(after)
    if max(len(old), len(new)) > MOST and old != new:
        yield from (Line("-", line) for line in old)
        yield from (Line("+", line) for line in new)
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for what, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if what == "equal":
            yield from (Line(" ", line) for line in old[from_old:to_old])
        else:
            yield from (Line("-", line) for line in old[from_old:to_old])
            yield from (Line("+", line) for line in new[from_new:to_new])


def differences(before: str, after: str) -> list[Line]:
    """Return how two texts differ for people who read no HTML: as words, except where only the HTML
    differs. Empty if nothing does.

    Of the unchanged lines only those near a change are given; the sign `…` stands for as many
    others as its text says.
    """
    if before == after:
        return []
    found = [
        (line.sign, sanitizer.plain(line.text) or line.text, line.text)
        for line in compared(before, after)
    ]
    removed = {words for sign, words, _html in found if sign == "-"}
    added = {words for sign, words, _html in found if sign == "+"}
    lines = []
    for sign, words, html in found:
        is_html_change = sign != " " and words in removed & added
        lines.append(Line(sign, html if is_html_change else words))
    return _shortened(lines)


def _shortened(lines: list[Line]) -> list[Line]:
    """Replace each run of lines that are not near a change by one with their number."""
    changed = [place for place, line in enumerate(lines) if line.sign != " "]
    near = {place + by for place in changed for by in range(-NEAR, NEAR + 1)}
    shortened = []
    for is_near, pairs in groupby(enumerate(lines), key=lambda pair: pair[0] in near):
        run = [line for _place, line in pairs]
        if is_near or len(run) == 1:
            shortened += run
        else:
            shortened.append(Line("…", str(len(run))))
    return shortened


def _lines(body: str) -> list[str]:
    return [line.strip() for line in _BREAK.sub(r"\1\n", body).split("\n") if line.strip()]
