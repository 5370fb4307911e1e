"""Stores archived comments, many at a time, in threads of this site's two levels: a comment, and
the replies in its thread, each of which may answer another.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from pnpm.articles.freshness import touch_all
from pnpm.audit.models import ChangeSet
from pnpm.comments import moderation, search
from pnpm.comments.models import Comment, Status
from pnpm.db import db, now
from pnpm.db.types import AnyRow
from pnpm.markup.sanitizer import RENDERER

from .comments import CHANGED_HERE, Decision, written
from .models import ImportedItem, Kind
from .records import ArchivedStatus
from .report import MERGED
from .source import Source, items

_C = Comment.__table__.c
_PLACED = (
    update(Comment.__table__)
    .where(_C.id == bindparam("own"))
    .values(parent_id=bindparam("first"), reply_to_id=bindparam("answers"))
)


@dataclass
class Node:
    """A comment in its thread: the one that begins it, and the reply that it answers (None: it
    answers the former). `number` is None before it is stored.
    """

    article_id: int
    status: Status
    number: int | None = None
    first: "Node | None" = None
    answered: "Node | None" = None

    @property
    def is_visible(self) -> bool:
        """Whether readers see it: they see no reply without the comment that begins its thread."""
        is_published = self.status is Status.PUBLISHED
        return is_published and (self.first is None or self.first.status is Status.PUBLISHED)

    @property
    def place(self) -> tuple[int | None, int | None]:
        """The numbers of the comment that begins its thread, and of the reply that it answers."""
        first = self.first.number if self.first else None
        return first, self.answered.number if self.answered else None

    @property
    def waits(self) -> bool:
        """Whether what it answers is not stored yet."""
        return any(one is not None and one.number is None for one in (self.first, self.answered))


def store(
    source: Source, run_id: int, decisions: Sequence[Decision], change_set: ChangeSet
) -> list[Decision]:
    """Store these comments in the caller's transaction of the session, and return what became of
    each.
    """
    new = [one for one in decisions if one.text is not None and one.item is None]
    if new:
        _add(source, run_id, new)
    return [_changed(source, one, change_set) if one.item else one for one in decisions]


def _add(source: Source, run_id: int, new: Sequence[Decision]) -> None:
    connection, moment = db.session.connection(), now()
    nodes = _nodes(source, connection, new)
    pairs = list(zip(new, nodes, strict=True))
    # what answers one that is stored with it gets its place once that has a number
    waiting = [node for node in nodes if node.waits]
    rows = [_columns(source, one, node, moment) for one, node in pairs]
    connection.execute(insert(Comment.__table__), rows)
    tokens = {row["token"]: node for row, node in zip(rows, nodes, strict=True)}
    for row in connection.execute(select(_C.token, _C.id).where(_C.token.in_(tokens))):
        tokens[row.token].number = row.id
    if waiting:
        places = [(node.number, *node.place) for node in waiting]
        names = "own", "first", "answers"
        connection.execute(_PLACED, [dict(zip(names, place, strict=True)) for place in places])
    connection.execute(insert(ImportedItem.__table__), list(_items(source, run_id, pairs)))
    touch_all(connection, Counter(node.article_id for node in nodes if node.is_visible))
    search.add_stored(connection, [node.number for node in nodes if node.number is not None])


def _nodes(source: Source, connection: Connection, new: Sequence[Decision]) -> list[Node]:
    """Return the place of each: a thread whose first comment is not here begins with the next."""
    known = _stored(source, connection, new)
    nodes = []
    for one in new:
        node = Node(one.article_id, one.status)
        first, answered = (
            known.get(source.digest(Kind.COMMENT, key)) if key else None
            for key in (one.staged.first, one.staged.answered)
        )
        first = first or answered
        if first is not None and first.article_id == one.article_id:
            node.first = first.first or first
            if answered is not None and answered is not node.first:
                node.answered = answered
        known[one.digest] = node
        nodes.append(node)
    return nodes


def _stored(source: Source, connection: Connection, new: Sequence[Decision]) -> dict[str, Node]:
    """Return what of the threads of these comments was stored before and is still there, locked, by
    digest.
    """
    keys = {key for one in new for key in (one.staged.first, one.staged.answered) if key}
    known = items(connection, [source.digest(Kind.COMMENT, key) for key in keys])
    columns = _C.id, _C.parent_id, _C.status, _C.article_id
    locked = select(*columns).order_by(_C.id).with_for_update()
    rows: dict[int, AnyRow] = {}
    wanted = {item.number for item in known.values()}
    while wanted:
        found = connection.execute(locked.where(_C.id.in_(wanted))).all()
        rows |= {row.id: row for row in found}
        wanted = {row.parent_id for row in found if row.parent_id} - rows.keys()
    nodes = {row.id: Node(row.article_id, row.status, row.id) for row in rows.values()}
    for row in rows.values():
        nodes[row.id].first = nodes.get(row.parent_id)
    return {digest: nodes[item.number] for digest, item in known.items() if item.number in nodes}


def _columns(source: Source, decision: Decision, node: Node, moment: datetime) -> dict[str, Any]:
    text = decision.text
    assert text is not None
    first, answered = (None, None) if node.waits else node.place
    nothing: dict[str, Any] = {"verdict": None, "signals": None}
    return {
        "article_id": decision.article_id,
        "parent_id": first,
        "reply_to_id": answered,
        "name": text.name,
        "email": text.email,
        "website": text.website,
        "body": text.body,
        "html": text.html,
        "renderer": RENDERER,
        "reasons": list(decision.reasons),
        **nothing,
        **decision.verdict,
        "status": decision.status,
        # by which the comments of a campaign are found: these came long ago
        "marks": None,
        "created_at": min(decision.record.created_at.astimezone(UTC), moment),
        "address_hash": "",
        "token": source.token(decision.digest),
        "official": False,
        # what was spam there was decided there: nobody here has to look at it
        "moved_at": moment if decision.record.status is ArchivedStatus.SPAM else None,
        "announce": None,
        "announced_at": moment,
    }


def _items(
    source: Source, run_id: int, pairs: Sequence[tuple[Decision, Node]]
) -> Iterator[dict[str, Any]]:
    for one, node in pairs:
        yield {
            "digest": one.digest,
            "kind": Kind.COMMENT,
            "number": node.number,
            "run_id": run_id,
            "source": source.said(one.record),
            "written": written(source.key, one.text, one.status) if one.text else "",
        }


def _changed(source: Source, decision: Decision, change_set: ChangeSet) -> Decision:
    """Change a comment that was imported before, if nobody has changed it here meanwhile."""
    text, item = decision.text, decision.item
    assert item is not None
    if text is None:
        return decision
    comment = _held(item.number)
    if comment is None or item.written != written(source.key, comment, comment.status):
        return Decision(decision.staged, decision.digest, MERGED, CHANGED_HERE, item)
    if text.body != comment.body:
        moderation.edit(comment, text.body, text.html, change_set)
    if decision.status is not comment.status:
        moderation.move([comment.id], decision.status, change_set, by_moderator=False)
        values: dict[str, Any] = {"announce": None, "reasons": list(decision.reasons)}
        if decision.status is not Status.DELETED:  # which goes for ever some day
            values["moved_at"] = None
        change = update(Comment).where(Comment.id == item.number).values(values)
        db.session.execute(change, execution_options={"synchronize_session": False})
        comment = _held(item.number)
    assert comment is not None
    table, source_now = ImportedItem.__table__, source.said(decision.record)
    hashes = {"source": source_now, "written": written(source.key, comment, comment.status)}
    change = update(table).where(table.c.id == item.id).values(hashes)
    db.session.connection().execute(change)
    return decision


def _held(number: int) -> Comment | None:
    """Lock a comment and return it as it is now, or None."""
    return db.session.get(Comment, number, populate_existing=True, with_for_update=True)
