"""How a change set of the log is undone: whatever still stands as it left it goes back to what was
before. That is a change set, too.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from pnpm.articles.actions import bring_back, held, snapshot
from pnpm.articles.illustrations import change_picture
from pnpm.articles.models import Article
from pnpm.audit.models import UNDOES, AuditAction, AuditEntry, ChangeSet, digest, entries
from pnpm.audit.settings import change_words
from pnpm.comments.models import Comment, CommentRevision, Status
from pnpm.comments.moderation import edit, move, parts
from pnpm.comments.policy import Policy, change_article, change_policy, policy_of
from pnpm.comments.rules import change_lists, list_texts
from pnpm.comments.trust import trust, trusted
from pnpm.db import db
from pnpm.media import actions as media_actions
from pnpm.media.models import Picture
from pnpm.site_settings import Setting


def undo(key: str, change_set: ChangeSet, render: Callable[[str], str]) -> tuple[int, int]:
    """Undo the change set of that key: how many of its entries, and how many could not be, since
    somebody changed them again.

    `render` gives the HTML of a comment's text. LookupError if there is no such change set, or
    nothing of it can be undone.
    """
    done = entries(key)
    known = [entry for entry in done if entry.action in _UNDOERS]
    if not known:
        raise LookupError(key)
    undone = 0
    for action, group in groupby(known, key=lambda entry: entry.action):
        undone += _UNDOERS[action](list(group), change_set, render)
    return undone, len(known) - undone


def can_undo(entry: AuditEntry) -> bool:
    """Whether there is a way back from such an entry."""
    return entry.action in _UNDOERS


def _moves(group, change_set, _render):
    """Of those that stand as the change set left them, each to where it was."""
    undone = 0
    group.sort(key=lambda entry: (entry.before["status"], entry.after["status"]))
    for (before, after), part in groupby(
        group, key=lambda entry: (entry.before["status"], entry.after["status"])
    ):
        numbers = [entry.number for entry in part]
        query = select(Comment.id).where(Comment.status == Status(after))
        standing = [
            number
            for part in parts(numbers)
            for number in db.session.scalars(query.where(Comment.id.in_(part)))
        ]
        undone += len(move(standing, Status(before), change_set))
    return undone


def _edits(group, change_set, render):
    undone = 0
    for entry in reversed(group):
        comment = db.session.get(Comment, entry.number)
        body = comment and CommentRevision.text_of(comment.id, entry.before["text"])
        if body is not None and digest(comment.body) == entry.after["text"]:
            edit(comment, body, render(body), change_set)
            undone += 1
    return undone


def _policies(group, change_set, _render):
    undone = 0
    for entry in reversed(group):
        article = db.session.get(Article, entry.number) if entry.subject == "article" else None
        if entry.subject == "article" and article is None:
            continue  # it is no more
        standing = _unchanged(entry, policy_of(article) if article else asdict(Policy.now()))
        if standing:
            change_article(change_set, article, **standing) if article else change_policy(
                change_set, **standing
            )
            undone += 1
    return undone


def _lists(group, change_set, _render):
    undone = 0
    for entry in reversed(group):
        if standing := _unchanged(entry, list_texts()):
            change_lists(change_set, standing)
            undone += 1
    return undone


def _unchanged(entry, now):
    """What to put back: of all that the entry changed, whatever is still as it left it."""
    return {
        name: value
        for name, value in entry.before.items()
        if name in now and now[name] == entry.after[name]
    }


def _trusts(group, change_set, _render):
    undone = 0
    for entry in reversed(group):
        before = entry.before
        until = before.get("until")
        after = {name: value for name, value in entry.after.items() if name != UNDOES}
        if trusted(before["name"], before["address"]) == after:
            with suppress(LookupError):  # nothing of that author is left
                trust(
                    before["name"],
                    before["address"],
                    until and datetime.fromisoformat(until),
                    before["trusted"],
                    change_set,
                )
                undone += 1
    return undone


def _articles(group, change_set, _render):
    undone = 0
    for entry in reversed(group):
        article = held(entry.number)
        wanted = _unchanged(entry, snapshot(article)) if article else {}
        undone += bool(wanted) and bring_back(change_set, article, wanted)
    return undone


def _words(group, change_set, _render):
    undone = 0
    for entry in reversed(group):
        if wanted := _unchanged(entry, asdict(Setting.words())):
            change_words(change_set, **wanted)
            undone += 1
    return undone


def _pictures(group, change_set, _render):
    undone = 0
    for entry in reversed(group):
        picture = db.session.get(Picture, entry.number)
        if picture and (wanted := _unchanged(entry, media_actions.snapshot(picture))):
            with suppress(media_actions.InUse):  # it was brought back, and stands somewhere now
                change_picture(change_set, picture, **wanted)
                undone += 1
    return undone


_UNDOERS = {
    AuditAction.MOVED.value: _moves,
    AuditAction.REPLIED.value: _moves,
    AuditAction.EDITED.value: _edits,
    AuditAction.POLICY.value: _policies,
    AuditAction.LISTS.value: _lists,
    AuditAction.TRUSTED.value: _trusts,
    AuditAction.SAVED.value: _articles,
    AuditAction.WORDS.value: _words,
    AuditAction.PICTURE.value: _pictures,
}
