"""Stores archived articles and pages, with their labels, pictures and addresses."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select, update

from pnpm.articles import actions, search
from pnpm.articles.models import Article, Status
from pnpm.articles.tags import Label, Labelled, label_slug
from pnpm.audit.models import ChangeSet
from pnpm.db import db, now
from pnpm.db.types import LARGEST
from pnpm.media.models import Illustration, Picture
from pnpm.search import index
from pnpm.site_settings import Setting

from . import addresses
from .articles import CHANGED_HERE, Decision, Text, current
from .illustrated_html import PictureOutcome
from .models import ImportedItem, Kind
from .records import ArchivedArticle, ArticleKind
from .report import MERGED, TAKEN
from .source import Source, items


def store(
    source: Source, run_id: int, decisions: Sequence[Decision], change_set: ChangeSet
) -> list[Decision]:
    """Store these articles in the caller's transaction of the session, and return what became of
    each.
    """
    connection = db.session.connection()
    new = [one for one in decisions if one.text is not None and one.item is None]
    numbers = [_add(source, run_id, one) for one in new]
    _add_labels(connection, dict(zip(numbers, new, strict=True)))
    if numbers:
        search.follow(connection, numbers)
        if index.is_there(connection):  # who makes the index finds what is related, after that
            index.advance(connection, index.RELATED, LARGEST)
        Setting.touch()
    return [_changed(source, run_id, one, change_set) if one.item else one for one in decisions]


def _add(source: Source, run_id: int, decision: Decision) -> int:
    connection, text, record = db.session.connection(), decision.text, decision.record
    assert text is not None
    values = {
        "title": text.title,
        "slug": _slug(source, record, text),
        "body": text.body,
        "html": text.html,
        "status": text.status,
        "published_at": text.published_at,
        "comments_open": text.comments_open,
        "saved_at": record.changed_at or text.published_at or now(),
    }
    key = connection.execute(insert(Article.__table__).values(values)).inserted_primary_key
    assert key is not None
    number: int = key[0]
    if text.pictures:
        shown = [{"article_id": number, "picture_id": one} for one in text.pictures]
        connection.execute(insert(Illustration.__table__), shown)
    addresses.keep(connection, number, record.addresses, run_id)
    item = {
        "digest": source.digest(Kind.ARTICLE, record.key),
        "kind": Kind.ARTICLE,
        "number": number,
        "run_id": run_id,
        "source": source.said(record),
        "written": text.hash(source.key),
    }
    connection.execute(insert(ImportedItem.__table__).values(item))
    for picture in decision.pictures:
        _add_picture(connection, source, run_id, picture)
    return number


def _slug(source: Source, record: ArchivedArticle, text: Text, number: int | None = None) -> str:
    """Return a slug that nobody else than the article of that number has. That of a page about the
    site is for those alone, as what has it is always public.
    """
    is_page = text.status is Status.PAGE
    known = () if record.kind is ArticleKind.PAGE and not is_page else record.addresses
    return addresses.slug_for(
        known,
        text.published_at,
        source.given.zone,
        title=text.title,
        is_page=is_page,
        article_id=number,
    )


def _add_picture(
    connection: Connection, source: Source, run_id: int, picture: PictureOutcome
) -> None:
    """Note that this import brought a picture, so that undoing it takes it away."""
    if picture.result != TAKEN or not picture.key:
        return
    digest = source.digest(Kind.PICTURE, picture.key)
    number = connection.scalar(select(Picture.id).where(Picture.key == picture.key))
    if number is None or items(connection, [digest]):
        return
    item = {"digest": digest, "kind": Kind.PICTURE, "number": number, "run_id": run_id}
    connection.execute(insert(ImportedItem.__table__).values(**item, source="", written=""))


def _add_labels(connection: Connection, added: dict[int, Decision]) -> None:
    """Give new articles their labels, and make those that are not there."""
    wanted: dict[str, str] = {}
    for decision in added.values():
        for name in decision.text.labels if decision.text else ():
            wanted.setdefault(label_slug(name), name)
    if not wanted:
        return
    table = Label.__table__
    known = select(table.c.slug, table.c.id).where(table.c.slug.in_(wanted))
    missing = wanted.keys() - {row.slug for row in connection.execute(known)}
    if missing:
        values = [{"name": wanted[slug], "slug": slug} for slug in sorted(missing)]
        connection.execute(insert(table), values)
    numbers = {row.slug: row.id for row in connection.execute(known)}
    rows = [
        {"article_id": number, "label_id": numbers[label_slug(name)], "place": place}
        for number, decision in added.items()
        for place, name in enumerate(decision.text.labels if decision.text else ())
    ]
    connection.execute(insert(Labelled.__table__), rows)


def _changed(source: Source, run_id: int, decision: Decision, change_set: ChangeSet) -> Decision:
    """Change an article that was imported before, if nobody has changed it here meanwhile."""
    text, item = decision.text, decision.item
    assert item is not None
    if text is None:
        return decision
    article = actions.held(item.number)
    here = current(item.number)
    if article is None or here is None or item.written != here.hash(source.key):
        return replace(decision, outcome=MERGED, why=CHANGED_HERE)
    if decision.outcome != MERGED:
        changes: dict[str, Any] = {
            "title": text.title,
            "body": text.body,
            "labels": text.labels,
            "comments_open": text.comments_open,
        }
        if text.status is not here.status:
            changes["status"] = text.status
        if text.published_at and text.published_at != here.published_at:
            changes["published_at"] = text.published_at
        if here.status is Status.DRAFT and text.status is not Status.DRAFT:
            # nobody knows the address that it had as a draft
            changes["slug"] = _slug(source, decision.record, text, item.number)
        actions.save(change_set, article, **changes)
        stored = current(item.number)
        here = stored or here
    table = ImportedItem.__table__
    hashes = {"source": source.said(decision.record), "written": here.hash(source.key)}
    connection = db.session.connection()
    connection.execute(update(table).where(table.c.id == item.id).values(hashes))
    addresses.keep(connection, item.number, decision.record.addresses, run_id)
    for picture in decision.pictures:
        _add_picture(connection, source, run_id, picture)
    return decision
