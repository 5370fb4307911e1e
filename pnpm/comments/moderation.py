"""What the office does to comments. Each action adds its change set to the log; most can be
undone.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, delete, select, update

from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, digest
from pnpm.db import db, now
from pnpm.db.types import AnyRow, AnySelect
from pnpm.markup.sanitizer import RENDERER

from . import announcements, lessons
from .models import STORED, Announcement, Comment, CommentRevision, Status, recount
from .spam import HoldReason

KEPT = timedelta(days=30)  # how long a deleted comment can be brought back
AT_ONCE = 500  # ids in a query: engines limit how many values one takes
UNSEEN = "unseen"  # in the log: the spam filter has put the comment among spam, nobody has looked
MOST_REMOVED = 1000  # old comments in one go, so that nobody waits long for the job


class Changed(Exception):
    """Somebody else was first: the comment no longer has the status that the moderator saw."""


def move(
    numbers: Iterable[int],
    status: Status,
    change_set: ChangeSet,
    seen: Status | None = None,
    by_moderator: bool = True,
    as_unseen: bool = False,
) -> list[int]:
    """Give comments another status; return the ids of those that had another one. Unknown ids are
    ignored. The spam filter learns from it, if it is a moderator's decision. Calling spam what the
    filter has put there unseen is one, too; `as_unseen` takes that back.

    Raises Changed if a comment has neither that status nor the one that the moderator saw (`seen`,
    None: any).
    """
    rows: list[AnyRow] = []
    for part in parts(numbers):
        found = db.session.execute(_watched().where(Comment.id.in_(part)))
        rows += [
            row
            for row in found
            if row.status is not status
            or (row.status is Status.SPAM and row.is_unseen != as_unseen)
        ]
    if seen and any(row.status is not seen for row in rows):
        raise Changed
    _set(rows, status, as_unseen)
    _announce(rows, status, by_moderator)
    lessons.follow(rows, status, by_moderator)
    changes = [(row.id, *_sides(row, status, as_unseen)) for row in rows]
    change_set.record(AuditAction.MOVED, "comment", changes)
    return [row.id for row in rows]


def edit(comment: Comment, body: str, html: str, change_set: ChangeSet) -> None:
    """Give a comment another text. The old one is kept as long as the comment is; the log has only
    digests.
    """
    before, after = digest(comment.body), digest(body)
    if before == after:
        return
    known = select(CommentRevision.id).where(
        CommentRevision.comment_id == comment.id, CommentRevision.digest == before
    )
    if db.session.scalar(known) is None:
        db.session.add(CommentRevision(comment_id=comment.id, digest=before, body=comment.body))
    comment.rewrite(body, html, RENDERER)
    db.session.flush()
    recount(db.session.connection(), [comment.article_id], [comment.id])
    change_set.record(
        AuditAction.EDITED, "comment", [(comment.id, {"text": before}, {"text": after})]
    )


def reply(comment: Comment, name: str, body: str, html: str, change_set: ChangeSet) -> Comment:
    """Publish the office's reply to a comment (or to the parent of a reply) and return it."""
    token = digest(f"reply {comment.parent_id or comment.id} {body}")
    # the form was sent twice, or the reply was deleted and is sent again
    if known := db.session.scalar(select(Comment).where(Comment.token == token)):
        move([known.id], Status.PUBLISHED, change_set)
        return known
    # E-mail address and website, which only readers give, stay empty.
    typed = dict.fromkeys(STORED, "") | {"name": name, "body": body, "html": html}
    answer = Comment(
        **typed,
        article_id=comment.article_id,
        parent_id=comment.parent_id or comment.id,
        reply_to_id=comment.id if comment.parent_id else None,
        renderer=RENDERER,
        status=Status.PUBLISHED,
        reasons=[],
        created_at=now(),
        address_hash="",
        token=token,
        official=True,
    )
    db.session.add(answer)
    db.session.flush()
    if announcements.has_audience(Announcement.PUBLISHED, comment.article_id):
        announcements.flag([answer.id], Announcement.PUBLISHED)
    else:
        announcements.pass_over([answer.id])
    recount(db.session.connection(), [comment.article_id], [answer.id])
    after = {"status": Status.PUBLISHED.value, "parent": answer.parent_id, "text": digest(body)}
    change_set.record(
        AuditAction.REPLIED, "comment", [(answer.id, {"status": Status.DELETED.value}, after)]
    )
    return answer


def remove(numbers: Iterable[int], change_set: ChangeSet) -> int:
    """Delete comments of the status DELETED for good, with the office's answers under them and
    their former texts; return how many. What readers replied is kept, and waits for a moderator.
    """
    removed = 0
    for part in parts(numbers):
        rows = db.session.execute(
            _LOCKED.where(Comment.id.in_(part), Comment.status == Status.DELETED)
        ).all()
        announcement = None
        if announcements.has_audience(Announcement.WAITING):
            announcement = Announcement.WAITING
        gone = take_out(db.session.connection(), [row.id for row in rows], announcement)
        db.session.expire_all()
        change_set.record(AuditAction.REMOVED, "comment", [(number, {}, {}) for number in gone])
        removed += len(rows)
    return removed


def take_out(
    connection: Connection, numbers: list[int], announcement: Announcement | None = None
) -> list[int]:
    """Delete these comments for good, of whatever status, with the office's answers under them and
    their former texts, in the caller's transaction; return the ids of all that is gone. What
    readers replied is kept, and waits for a moderator, who is told by `announcement`.
    """
    held = _hold_replies(connection, numbers, announcement)
    table = Comment.__table__
    below = connection.execute(_PLACES.where(table.c.parent_id.in_(numbers))).all()
    rows = connection.execute(_PLACES.where(table.c.id.in_(numbers))).all()
    gone = [row.id for row in (*below, *rows)]
    for column in (CommentRevision.__table__.c.comment_id, table.c.parent_id, table.c.id):
        connection.execute(delete(column.table).where(column.in_(gone)))
    recount(connection, {row.article_id for row in rows}, [*gone, *held])
    return gone


def _hold_replies(
    connection: Connection, numbers: list[int], announcement: Announcement | None
) -> list[int]:
    """Take readers' replies, but deleted ones and spam, out of the threads that these comments
    begin, and have a moderator look at them; return the numbers of those that readers saw.
    """
    table = Comment.__table__
    is_reply = table.c.parent_id.in_(numbers), table.c.official.is_(False)
    seen = select(table.c.id).where(*is_reply, table.c.status == Status.PUBLISHED)
    held_numbers = list(connection.scalars(seen))
    replies = update(table).where(*is_reply)
    alone: dict[str, Any] = {"parent_id": None, "reply_to_id": None}
    held: dict[str, Any] = alone | {
        "status": Status.PENDING,
        "moved_at": now(),
        "reasons": [HoldReason.PARENT.value],
        "announce": announcement,
    }
    for status, values in ((Status.PENDING, alone), (Status.PUBLISHED, held)):
        connection.execute(replies.where(table.c.status == status).values(values))
    return held_numbers


def remove_old(change_set: ChangeSet) -> int:
    """Delete for good what was deleted longer than KEPT ago, at most MOST_REMOVED; return how
    many.
    """
    is_old = Comment.status == Status.DELETED, Comment.moved_at < now() - KEPT
    query = select(Comment.id).where(*is_old).order_by(Comment.id).limit(MOST_REMOVED)
    return remove(db.session.scalars(query).all(), change_set)


_PLACES = select(Comment.__table__.c.id, Comment.__table__.c.article_id).with_for_update()
_IS_UNSEEN = and_(Comment.status == Status.SPAM, Comment.moved_at.is_(None))
_LOCKED = (
    select(
        Comment.id,
        Comment.status,
        Comment.article_id,
        _IS_UNSEEN.label("is_unseen"),
        Comment.announced_at,
    )
    .order_by(Comment.id)
    .with_for_update()
)


@cache
def _watched() -> AnySelect:
    """Return the same query, which also tells whether anybody is to be told."""
    return _LOCKED.add_columns(*announcements.audience(Comment.article_id))


def _sides(row: AnyRow, status: Status, as_unseen: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the log says of a move: before and after."""
    before: dict[str, Any] = {"status": row.status.value}
    after: dict[str, Any] = {"status": status.value}
    if row.is_unseen != as_unseen:
        before[UNSEEN], after[UNSEEN] = row.is_unseen, as_unseen
    return before, after


def _set(rows: Sequence[AnyRow], status: Status, as_unseen: bool) -> None:
    moved_at = None if as_unseen else now()
    values = {"status": status, "moved_at": moved_at, "announce": None}
    for part in parts(row.id for row in rows):
        query = update(Comment).where(Comment.id.in_(part)).values(values)
        db.session.execute(query, execution_options={"synchronize_session": False})
    numbers = [row.id for row in rows]
    recount(db.session.connection(), {row.article_id for row in rows}, numbers)
    db.session.expire_all()


def _announce(rows: Sequence[AnyRow], status: Status, by_moderator: bool) -> None:
    """Have comments with their new status announced where there is somebody to tell. That a
    moderator has one wait is no news to the office.
    """
    announcement = announcements.announcement_of(status)
    if announcement is None or (status is Status.PENDING and by_moderator):
        return
    told = [row.id for row in rows if row._mapping[announcement.value]]
    if announcement is Announcement.PUBLISHED:
        unheard = {row.id for row in rows if row.announced_at is None}
        announcements.pass_over(unheard.difference(told))
        told = [number for number in told if number in unheard]
    for part in parts(told):
        announcements.flag(part, announcement)


def parts(numbers: Iterable[int]) -> list[list[int]]:
    """Return the ids in order, without duplicates, in lists short enough for a query."""
    numbers = sorted(set(numbers))
    return [numbers[first : first + AT_ONCE] for first in range(0, len(numbers), AT_ONCE)]


def undo_moves(entries: Iterable[AuditEntry], change_set: ChangeSet) -> int:
    """Give the comments of these entries their former status, except where it was changed again;
    return how many.
    """
    undone = 0

    def sides(entry: AuditEntry) -> tuple[str, bool, str]:
        return entry.before["status"], entry.before.get(UNSEEN, False), entry.after["status"]

    for (before, as_unseen, after), alike in groupby(sorted(entries, key=sides), key=sides):
        query = select(Comment.id).where(Comment.status == Status(after))
        unmoved: list[int] = []
        for part in parts(entry.number for entry in alike if entry.number):
            unmoved += db.session.scalars(query.where(Comment.id.in_(part)))
        status = Status(before)
        done = move(unmoved, status, change_set, by_moderator=False, as_unseen=as_unseen)
        undone += len(done)
    return undone


def undo_edit(entry: AuditEntry, change_set: ChangeSet, render: Callable[[str], str]) -> bool:
    """Give a comment back the text that it had before an entry; `render` makes its HTML. Return
    False if the text is no longer kept or the comment was edited again.
    """
    comment = db.session.get(Comment, entry.number)
    if comment is None or digest(comment.body) != entry.after["text"]:
        return False
    body = CommentRevision.text_of(comment.id, entry.before["text"])
    if body is None:
        return False
    edit(comment, body, render(body), change_set)
    return True
