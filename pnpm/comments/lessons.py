"""What the spam filter learns: from what moderators decide, and from what was published and stayed.

What it knows follows a comment's status: what a decision taught is taken back when the decision is
undone.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet
from pnpm.db import db
from pnpm.db.types import AnyRow
from pnpm.markup.sanitizer import plain

from .models import Comment, Status
from .spam.verdict import Outcome

if TYPE_CHECKING:
    from .spam.memory import Remembered

MOST = 100  # comments of one action that are learnt from, the newest: others wait meanwhile


def follow(rows: Sequence[AnyRow], status: Status, by_moderator: bool) -> None:
    """Learn from comments that have just got that status, in the caller's transaction: `rows` have
    their ids and the status before. What was learnt from them before is taken back. What nobody
    decided (`by_moderator` False: an undo, or the author) is learnt only where it is a decision
    that stands again.
    """
    from .spam import learning, memory

    rows = sorted(rows, key=lambda row: row.id)[-MOST:]
    if not rows:
        return
    connection = db.session.connection()
    numbers = [row.id for row in rows]
    memory.forget(connection, numbers)
    learning.forget(connection, numbers)
    learning.tell_of_decisions(connection)
    if status not in (Status.SPAM, Status.PUBLISHED):
        return
    before = {row.id: row.status for row in rows}
    for comment in connection.execute(_TEXTS.where(Comment.id.in_(numbers))):
        is_new = by_moderator and before[comment.id] is not Status.DELETED
        if is_new or _was_decided(status, comment):
            _learn(comment, status is Status.SPAM, is_decided=True)


def published(comment_id: int) -> bool:
    """Learn from a comment that was published without anybody deciding, in the caller's
    transaction; return whether there was anything to learn.
    """
    from .spam import learning

    query = _TEXTS.where(Comment.id == comment_id, Comment.status == Status.PUBLISHED)
    comment = db.session.connection().execute(query).first()
    if comment is None or not is_unsure(comment.signals):
        return False
    if learning.is_learnt(db.session.connection(), comment_id):
        return False
    _learn(comment, is_spam=False, is_decided=False)
    return True


def remembered() -> "list[Remembered]":
    """Return the names that make comments wait, the newest first, at most `memory.SHOWN`."""
    from .spam import memory

    return memory.names(db.session.connection())


def forget_name(name: str, change_set: ChangeSet) -> bool:
    """Forget a name, whatever comments it was in; return whether it was remembered."""
    from .spam import learning, memory

    rows = memory.drop(db.session.connection(), name)
    if rows:
        learning.tell_of_decisions(db.session.connection())
        change = {"name": name, "rows": rows}, {"name": "", "rows": []}
        change_set.record(AuditAction.FORGOTTEN, "name", [(None, *change)])
    return bool(rows)


def undo_forgotten(entry: AuditEntry, change_set: ChangeSet) -> bool:
    """Remember a name again, or forget it again; return whether there was anything to undo."""
    from .spam import learning, memory

    name, rows = entry.before["name"], entry.before["rows"]
    if not name:
        return forget_name(entry.after["name"], change_set)
    if not memory.put_back(db.session.connection(), name, rows):
        return False
    learning.tell_of_decisions(db.session.connection())
    change = {"name": "", "rows": []}, {"name": name, "rows": rows}
    change_set.record(AuditAction.FORGOTTEN, "name", [(None, *change)])
    return True


def is_unsure(signals: object) -> bool:
    """Return whether there is something to learn from a published comment with these signals, as
    stored: from most there is not.
    """
    from .spam import learning, verdict

    if not isinstance(signals, dict) or not signals:
        return False
    return learning.is_unsure(verdict.sum_of_text(signals))


_TEXTS = (
    select(
        Comment.id,
        Comment.name,
        Comment.website,
        Comment.html,
        Comment.verdict,
        Comment.signals,
        Comment.moved_at,
    )
    .where(Comment.official.is_(False))
    .order_by(Comment.id)
)


def _was_decided(status: Status, comment: AnyRow) -> bool:
    """Return whether somebody gave a comment its status, and not the spam filter alone."""
    if status is Status.SPAM:
        return comment.moved_at is not None
    return comment.verdict in (Outcome.HOLD, Outcome.SPAM)


def _learn(comment: AnyRow, is_spam: bool, is_decided: bool) -> None:
    from .spam import assessment, learning, memory, model

    connection = db.session.connection()
    words = assessment.words_of(plain(comment.html), comment.html, comment.name, comment.website)
    read = assessment.read(words)
    language = (comment.signals or {}).get("language", "")
    sums = assessment.shifted(model.for_language(language), read.hashed)
    learning.teach(connection, comment.id, read.hashed, read.marks, sums, is_spam, is_decided)
    if is_spam:
        memory.remember(connection, comment.id, read.marks)
