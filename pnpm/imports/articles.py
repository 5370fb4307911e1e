"""What becomes of archived articles and pages: whether they are new, and with which text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from pnpm.articles import actions
from pnpm.articles.models import TITLE_LENGTH, Article, Status
from pnpm.articles.tags import MOST, Label, label_slug
from pnpm.articles.tags import labels_of as labels_here
from pnpm.db import db, now
from pnpm.db.types import AnyRow
from pnpm.markup import sanitizer
from pnpm.markup.characters import lines, one_line
from pnpm.media.models import Illustration, Picture

from .html import article_source
from .illustrated_html import PictureOutcome
from .models import Kind
from .records import ArchivedArticle, ArchivedStatus, ArticleKind
from .report import DROPPED, HELD, MERGED, TAKEN, Report
from .source import Source, hash_of, items, parts
from .staging_rows import labels_of

LONGEST = 400_000  # characters of a source: twice what the office can write
UNTITLED = 60  # characters of a text that stand for the title it has not
NO_TITLE = "–"
NO_ARTICLE = "no article here for it"  # of comments, as the next
UNDER_PAGE = "pages about the site take no comments"
IN_TRASH = "it was in the trash there"
DELETED_HERE = "it was deleted here"
CHANGED_HERE = "it was changed here since, and stays so"
LATE_PICTURES = "pictures of it are here now"
PAGE_DRAFT = "a page about the site that was a draft: a draft of an article here"
NO_DRAFT = "it is a draft there by now, which a page about the site cannot be: it stays as it was"
TOO_MANY = f"an article has at most {MOST} labels"
TOO_LONG = f"its text is longer than {LONGEST:,} characters"
_PICTURE = re.compile("<ima?g", re.IGNORECASE)  # as `pictures` looks for

_STATUSES = {
    ArchivedStatus.PUBLISHED: Status.PUBLISHED,
    ArchivedStatus.DELETED: Status.DELETED,
    ArchivedStatus.SPAM: Status.DELETED,
}


@dataclass(frozen=True)
class Text:
    """An article as it is to be stored: its columns, its HTML, the ids of the pictures that it
    shows, and its labels.
    """

    title: str
    body: str
    html: str
    status: Status
    published_at: datetime | None
    comments_open: bool
    labels: list[str]
    pictures: list[int] = field(default_factory=list)

    @property
    def values(self) -> list[Any]:
        """What tells it from the same article with any change."""
        moment = self.published_at and self.published_at.astimezone(UTC).isoformat()
        labels = [label_slug(name) for name in self.labels]
        return [self.title, self.body, self.status.value, moment, self.comments_open, labels]

    def hash(self, key: str) -> str:
        """Return the hash of that; `key` is the site's secret key."""
        return hash_of(key, *self.values)


@dataclass(frozen=True)
class Decision:
    """What becomes of an archived article in a run (None: a dry one): how it is counted, why, and
    as what it is stored (None: nothing is written). `item` is what it was before, if it was
    imported once.
    """

    run_id: int | None
    position: int
    record: ArchivedArticle
    outcome: str = TAKEN
    why: str = ""
    text: Text | None = None
    item: AnyRow | None = None
    elements: Counter[str] = field(default_factory=Counter)
    pictures: tuple[PictureOutcome, ...] = ()

    @property
    def kind(self) -> str:
        """As which it is counted."""
        return "pages" if self.record.kind is ArticleKind.PAGE else "articles"

    def count(self, report: Report) -> None:
        """Count it, its pictures, and what was left out of its text."""
        title = self.text.title if self.text else self.record.title
        report.add(self.kind, self.outcome, "" if title == NO_TITLE else title, self.why)
        report.elements.update(self.elements)
        for picture in self.pictures:
            report.add("pictures", picture.result, picture.name, picture.why)


def decide(
    source: Source, rows: Iterable[tuple[int, ArchivedArticle]], run_id: int | None
) -> list[Decision]:
    """Return what becomes of these articles, each with its position; nothing is locked, and only
    pictures are written. `run_id` is the import that asks (None: a dry run).
    """
    rows = list(rows)
    connection = db.session.connection()
    digests = {number: source.digest(Kind.ARTICLE, record.key) for number, record in rows}
    known = items(connection, digests.values())
    found = []
    for number, record in rows:
        decision = Decision(run_id, number, record, item=known.get(digests[number]))
        found.append(_decided(source, decision))
    db.session.rollback()  # a transaction that reads would be in the way of the one that writes
    return found


def _decided(source: Source, decision: Decision) -> Decision:
    record, item = decision.record, decision.item
    is_gone = _STATUSES.get(record.status) is Status.DELETED
    if item is None:
        if is_gone:
            return replace(decision, outcome=DROPPED, why=IN_TRASH)
        return _with_text(source, decision)
    here = current(item.number)
    if here is None or here.status is Status.DELETED:
        return replace(decision, outcome=DROPPED, why=IN_TRASH if is_gone else DELETED_HERE)
    if item.source in ("", source.said(record)):
        if item.run_id == decision.run_id:
            return decision
        return _again(source, replace(decision, outcome=MERGED), here)
    if item.written != here.hash(source.key):
        return replace(decision, outcome=MERGED, why=CHANGED_HERE)
    if is_gone:
        return replace(decision, text=replace(here, status=Status.DELETED), why=IN_TRASH)
    changed = _with_text(source, decision, _pictures_of(item.number))
    if changed.text and changed.text.values == here.values:
        return replace(changed, outcome=MERGED)
    if here.status is Status.PAGE and changed.text and changed.text.status is Status.DRAFT:
        return replace(decision, outcome=MERGED, why=NO_DRAFT)
    return changed


def _again(source: Source, decision: Decision, here: Text) -> Decision:
    """Return the decision on an article of which the archive says nothing new: it stays as it is,
    unless pictures of it are to be had that were not before and nobody has changed it here.
    """
    record, item, pictures = decision.record, decision.item, source.given.pictures
    if pictures is None or not _PICTURE.search(record.html):
        return decision
    assert item is not None
    shown = _pictures_of(item.number)
    if item.written != here.hash(source.key):
        page = next(iter(record.addresses), "")
        left = pictures.left(record.html, page, decision.position, CHANGED_HERE, shown)
        return replace(decision, pictures=tuple(left))
    changed = _with_text(source, decision, shown)
    if changed.text and any(one.result == TAKEN for one in changed.pictures):
        return replace(changed, outcome=TAKEN, why=LATE_PICTURES)
    return replace(decision, pictures=changed.pictures)


def closed(decisions: Iterable[Decision]) -> dict[str, str]:
    """Return the keys of articles that will take no comments once all this is stored, each with the
    reason.
    """
    found = {}
    for one in decisions:
        if one.text is None and one.item is None:
            found[one.record.key] = NO_ARTICLE
        elif one.text is not None and one.text.status is Status.PAGE:
            found[one.record.key] = UNDER_PAGE
    return found


def current(number: int) -> Text | None:
    """Return the article of that number as it is here now, or None."""
    table = Article.__table__.c
    columns = table.title, table.body, table.status, table.published_at, table.comments_open
    row = db.session.execute(select(*columns).where(table.id == number)).first()
    if row is None:
        return None
    labels = [label.name for label in labels_here([number])[number]]
    return Text(row.title, row.body, "", row.status, row.published_at, row.comments_open, labels)


def _pictures_of(number: int) -> list[Picture]:
    """Return the pictures that an article here shows."""
    query = select(Picture).join(Illustration, Illustration.picture_id == Picture.id)
    return [*db.session.scalars(query.where(Illustration.article_id == number))]


def _with_text(source: Source, decision: Decision, here: Sequence[Picture] = ()) -> Decision:
    """Return the decision with what is to be stored; it is held if it cannot be as it was there.
    `here` are pictures that it shows already.
    """
    record = decision.record
    html = record.html
    pictures: tuple[PictureOutcome, ...] = ()
    if source.given.pictures is not None:
        page = next(iter(record.addresses), "")
        html, taken = source.given.pictures.take(html, page, decision.position, here)
        pictures = _counted(source, taken, decision.run_id)
    body, elements = article_source(html)
    body = lines(body)
    decision = replace(decision, elements=elements, pictures=pictures)
    if len(body) > LONGEST:
        return replace(decision, outcome=DROPPED, why=TOO_LONG)
    rendered, shown = actions.rendered(body)
    status = _STATUSES.get(record.status, Status.DRAFT)
    moment = record.published_at or record.changed_at
    outcome, why = TAKEN, ""
    if status is Status.DRAFT:
        moment = None
        if record.kind is ArticleKind.PAGE:
            outcome, why = HELD, PAGE_DRAFT
    elif record.kind is ArticleKind.PAGE:
        status = Status.PAGE
    text = Text(
        title=_title(record.title, rendered),
        body=body,
        html=rendered,
        status=status,
        published_at=moment or (now() if status is not Status.DRAFT else None),
        comments_open=record.comments_open,
        labels=labels_of(record)[:MOST],
        pictures=[picture.id for picture in shown],
    )
    return replace(decision, text=text, outcome=outcome, why=why)


def _counted(
    source: Source, outcomes: Sequence[PictureOutcome], run_id: int | None
) -> tuple[PictureOutcome, ...]:
    """Return these without those as taken that an earlier import has brought, a moment ago."""
    digests = {one.key: source.digest(Kind.PICTURE, one.key) for one in outcomes if one.key}
    known = items(db.session.connection(), digests.values())
    brought = {key for key, one in digests.items() if one in known and known[one].run_id != run_id}
    return tuple(one._replace(result=MERGED) if one.key in brought else one for one in outcomes)


def _title(title: str, html: str) -> str:
    title = one_line(title)[:TITLE_LENGTH].strip()
    if title:
        return title
    words = sanitizer.prose(html)
    if len(words) > UNTITLED:
        words = words[:UNTITLED].rpartition(" ")[0] + " …"
    return words or NO_TITLE


def count_labels(source: Source, report: Report) -> None:
    """Count the labels of the archive: those that are not here yet, and those that are."""
    wanted = source.staging.labels()
    for slugs in parts(wanted):
        known = set(db.session.scalars(select(Label.slug).where(Label.slug.in_(slugs))))
        for slug in slugs:
            name, is_too_many = wanted[slug]
            if is_too_many and slug not in known:
                report.add("labels", DROPPED, name, TOO_MANY)
            else:
                report.add("labels", MERGED if slug in known else TAKEN, name)
