"""What the author of a comment can do with it for a quarter of an hour: change its text, or take it
back.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from pnpm.articles.models import Article
from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, digest
from pnpm.config import Config
from pnpm.db import db, now

from . import moderation
from .models import Comment, Status, Submission
from .rules import Place, Rules
from .submission import Refusal, Refused, judged, rendered

MINUTES = 15
MOST_CHANGES = 10  # of a comment by its author: each text that it had is kept
# how the log names the author of a comment, which is nobody with an account
AUTHOR = "-"
ANSWERS = {Status.PUBLISHED, Status.PENDING}  # what stands under a comment, or may yet


def ends_at(comment: Comment) -> datetime:
    """Return when the time is over in which its author may change a comment."""
    return comment.created_at + timedelta(minutes=MINUTES)


def check(comment: Comment) -> None:
    """Raise Refused if its author may not change this comment, or no longer."""
    moment = now()
    can_change = comment.is_visible or comment.is_waiting
    # one that was made anonymous has no author any more, who could be told again
    is_nobodys = comment.official or not comment.address_hash
    if is_nobodys or not can_change or moment >= ends_at(comment):
        raise Refused(Refusal.EXPIRED)
    if db.session.scalar(_ANSWERS.where(_answers(comment)).limit(1)):
        raise Refused(Refusal.ANSWERED)


def change(
    number: int,
    body: str,
    address: str,
    config: Config,
    rules: Rules,
    translate: Callable[[str], str],
) -> Comment:
    """Give a comment the text that its author wants, in the caller's transaction, and judge it
    again: one that is doubtful now waits for a moderator. The text that it had is kept.

    `address` is the network address of the author, `translate` gives the name of an emoticon.
    Raises Refused, LookupError for a comment that is gone.
    """
    comment = _locked(number)
    check(comment)
    given = {name: getattr(comment, name) for name in ("name", "email", "website")}
    submission = rendered(Submission(body=body, **given), config.comment_max_length, translate)
    if body == comment.body:
        return comment
    if _changes(comment) >= MOST_CHANGES:
        raise Refused(Refusal.CHANGED_OFTEN)
    connection = db.session.connection()
    place = Place(connection, comment.article_id, number)
    verdict = rules.judge(submission, address, config, _policy_of(comment), place=place)
    if verdict.is_refused:
        raise Refused(Refusal.BLOCKED, line=verdict.reasons[0])
    change_set = ChangeSet(AUTHOR)
    moderation.edit(comment, body, submission.html, change_set)
    reasons = [reason for reason in verdict.reasons if reason not in comment.reasons]
    comment.reasons = [*comment.reasons, *reasons]
    found = judged(verdict)
    comment.verdict, comment.signals, comment.marks = (
        found[name] for name in ("verdict", "signals", "marks")
    )
    is_to_be_looked_at = verdict.reasons if comment.is_visible else not verdict.is_spam
    if is_to_be_looked_at and comment.status is not Status.PENDING:
        moderation.move([number], Status.PENDING, change_set, by_moderator=False)
    return comment


def withdraw(number: int) -> Comment:
    """Take a comment back, as its author wants, in the caller's transaction. The same words sent
    later are another comment. Raises Refused, LookupError for one that is gone.
    """
    comment = _locked(number)
    check(comment)
    comment.token = digest(f"withdrawn {number}")
    moderation.move([number], Status.DELETED, ChangeSet(AUTHOR), by_moderator=False)
    return comment


_ANSWERS = select(Comment.id).where(Comment.status.in_([*ANSWERS]))


def _answers(comment: Comment) -> ColumnElement[bool]:
    """What stands under a comment, or answers a reply."""
    if comment.parent_id is None:
        return Comment.parent_id == comment.id
    return (Comment.parent_id == comment.parent_id) & (Comment.reply_to_id == comment.id)


def _policy_of(comment: Comment) -> str | None:
    """Return how new comments are moderated under the article of this one, if that has its own
    policy.
    """
    return db.session.scalar(select(Article.moderation).where(Article.id == comment.article_id))


def _locked(number: int) -> Comment:
    comment = db.session.get(Comment, number, populate_existing=True, with_for_update=True)
    if comment is None:
        raise LookupError(number)
    return comment


def _changes(comment: Comment) -> int:
    query = select(func.count()).where(
        AuditEntry.subject == "comment",
        AuditEntry.number == comment.id,
        AuditEntry.action == AuditAction.EDITED.value,
        AuditEntry.who == AUTHOR,
    )
    return db.session.scalar(query) or 0
