"""The office's part of a request: what it chose as the person's, corrections, the answer, and the
link to a copy of the data. Each step is in the log, without what it was about.
"""

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import NamedTuple

from sqlalchemy import Select, case, delete, func, select

from pnpm.audit.models import AuditAction, ChangeSet, digest
from pnpm.comments import announcements
from pnpm.comments.models import Announcement, Comment, CommentRevision, recount
from pnpm.comments.spam import learning, memory
from pnpm.db import db, now
from pnpm.mail import links, outbox
from pnpm.markup.sanitizer import RENDERER

from . import erasure, intake, matches, registry, residue
from .erasure import Chosen
from .intake import ANSWER, MAILED, SUBJECT, Invalid
from .models import ANSWER_WITHIN, DataRequest, Stage

COPY = "data copy"  # of the signature of the link to a copy
FIELDS = "name", "website"  # of a comment that are corrected, beside its text


class Counted(NamedTuple):
    """How many requests wait for the office, and how many of those too long."""

    waiting: int
    overdue: int


def counted() -> Counted:
    """Return how many requests the office has to answer, or to confirm."""
    table = DataRequest.__table__.c
    is_late = table.confirmed_at < now() - ANSWER_WITHIN
    is_open = table.stage == Stage.OPEN
    is_ours = is_open | ((table.stage == Stage.UNCONFIRMED) & table.is_mailed.is_(False))
    late = func.coalesce(func.sum(case((is_open & is_late, 1), else_=0)), 0)
    waiting, overdue = db.session.execute(select(func.count(), late).where(is_ours)).one()
    return Counted(waiting, int(overdue))


def listed() -> Select[DataRequest]:
    """Return the query of all requests: those that are due first, then the others, newest first."""
    table = DataRequest
    order = case(
        (table.stage == Stage.OPEN, 0),
        (table.stage == Stage.UNCONFIRMED, 1),
        else_=2,
    )
    due = case((table.stage == Stage.OPEN, table.confirmed_at))
    return select(table).order_by(order, due, table.id.desc())


def choose(request: DataRequest, keys: Sequence[str]) -> None:
    """Note what an officer says is the person's, in the caller's transaction."""
    request.chosen = sorted(set(keys))


def correct(
    comment: Comment,
    request: DataRequest,
    change_set: ChangeSet,
    render: Callable[[str], str],
    *,
    name: str,
    website: str,
    body: str,
) -> bool:
    """Give a comment, which the caller has locked, what the person says is right; return whether
    anything changed. Nothing of what was wrong is kept, and so it cannot be undone; `render` makes
    the HTML of a text. The log has which fields it was.
    """
    wanted = {"name": name, "website": website, "body": body}
    changed = [field for field, value in wanted.items() if getattr(comment, field) != value]
    if not changed:
        return False
    connection = db.session.connection()
    # what the filter took from the wrong words goes, too
    memory.forget(connection, [comment.id])
    learning.forget(connection, [comment.id])
    learning.tell_of_decisions(connection)
    if "body" in changed:
        comment.rewrite(body, render(body), RENDERER)
    comment.name, comment.website = name, website
    comment.marks = comment.signals = comment.verdict = None
    comment.token = digest(f"corrected {comment.id} {change_set.key}")
    db.session.execute(delete(CommentRevision).where(CommentRevision.comment_id == comment.id))
    erasure.forget_texts(connection, comment.id, change_set)
    db.session.flush()
    recount(connection, [comment.article_id], [comment.id])
    residue.mark(connection)
    told = {"fields": changed, SUBJECT: request.id}
    change_set.record(AuditAction.CORRECTED, "comment", [(comment.id, {}, told)])
    return True


def erase_chosen(request: DataRequest, is_anonymous: bool, key: str, who: str) -> None:
    """Erase what was chosen of a request, which the caller has locked, in the caller's transaction;
    with `is_anonymous` comments stay without their authors. `key` is the site's secret key. It
    cannot be undone.
    """
    chosen, change_set = Chosen.of(matches.of_keys(request.chosen or [])), ChangeSet(who)
    is_told = announcements.has_audience(Announcement.WAITING)
    announcement = Announcement.WAITING if is_told else None
    connection = db.session.connection()
    address = request.email if request.is_proved else ""
    erasure.erase(connection, chosen, is_anonymous, key, change_set, announcement, address)
    request.chosen, request.erased_at, request.comment_id = [], now(), None
    request.is_author = False
    db.session.flush()
    action = AuditAction.ANONYMIZED if is_anonymous else AuditAction.ERASED
    change_set.record(action, SUBJECT, [(request.id, {}, chosen.counts)])
    db.session.expire_all()


def seen_of(request: DataRequest) -> str:
    """Return a hash of what was chosen: by it, who erases it shows what they saw."""
    return digest(" ".join(request.chosen or []))[:32]


def answer(request: DataRequest, words: str, is_shared: bool, who: str) -> bool:
    """Answer a request, which the caller has locked, in the caller's transaction: by mail, where
    the person has proved that the address is theirs (return True), else to be handed over: an
    officer who knows the person does not know whose mailbox it is. With `is_shared` the answer has
    a link to a copy of what was chosen; after an erasure it has none, as that is forgotten, too.
    """
    request.answer = words
    request.is_shared = is_shared and request.is_proved and not request.erased_at
    request.stage, request.answered_at = Stage.ANSWERED, now()
    db.session.flush()
    after = {"kind": request.kind.value, "shared": request.is_shared}
    ChangeSet(who).record(AuditAction.ANSWERED, SUBJECT, [(request.id, {}, after)])
    return request.is_proved


def mail(request: DataRequest) -> None:
    """Have the answer mailed, in the caller's transaction."""
    outbox.add(db.session.connection(), ANSWER, request.email, {"request": request.id})


def deliver(request: DataRequest, who: str = "") -> None:
    """Note that the answer was mailed, or handed over by an officer (`who`), in the caller's
    transaction. After an erasure who asked is forgotten with it.
    """
    request.stage = Stage.DELIVERED
    db.session.flush()
    if who:
        ChangeSet(who).record(AuditAction.DELIVERED, SUBJECT, [(request.id, {}, {})])
    if request.erased_at:
        _forget(request)


def discard_all(numbers: Sequence[int], who: str) -> int:
    """Throw away those of these requests that nobody has confirmed and no mail can confirm, in the
    caller's transaction; return how many.
    """
    count = 0
    for number in sorted(set(numbers)):
        request = intake.held(number)
        if request and request.is_for_office:
            discard(request, who)
            count += 1
    return count


def discard(request: DataRequest, who: str) -> None:
    """Throw a request away that is none, in the caller's transaction."""
    ChangeSet(who).record(AuditAction.REMOVED, SUBJECT, [(request.id, {}, {})])
    if request.email:
        outbox.forget(db.session.connection(), request.email, MAILED)
    db.session.delete(request)


def copy_token(key: str, request: DataRequest) -> str:
    """Return the token of the link to the copy of what was chosen. Raises Invalid without one."""
    until = request.shared_until
    if until is None:
        raise Invalid
    return links.token(key, COPY, [str(request.id)], until, _proof(request))


def of_copy_token(key: str, token: str) -> DataRequest:
    """Return the request to whose copy a link leads. Raises Invalid."""
    values = links.values_of(token, 1)
    if values is None or not (values[0].isdigit() and len(values[0]) < 10):
        raise Invalid
    found = db.session.get(DataRequest, int(values[0]), populate_existing=True)
    if found is None or found.shared_until is None:
        raise Invalid
    if not links.is_good(key, COPY, token, _proof(found)):
        raise Invalid
    return found


def _proof(request: DataRequest) -> str:
    answered_at = request.answered_at or request.created_at
    return f"{request.email} {answered_at.astimezone(UTC).isoformat()}"


def _forget(request: DataRequest) -> None:
    connection = db.session.connection()
    registry.note(connection, registry.of_numbers(connection, "request", [request.id]))
    intake.blank(connection, [request.id])
    residue.mark(connection)
    db.session.expire(request)
