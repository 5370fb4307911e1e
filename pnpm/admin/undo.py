"""How a deed of the log is undone: whatever still stands as it left it goes back to what was
before. That is a deed, too.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from pnpm.articles.actions import bring_back, held, standing
from pnpm.articles.illustrations import change_picture
from pnpm.articles.models import Article
from pnpm.audit.models import UNDOES, Action, Deed, Entry, digest, entries
from pnpm.audit.settings import change_words
from pnpm.comments.models import Comment, Original, Status
from pnpm.comments.moderation import edit, move, parts
from pnpm.comments.policy import Policy, change_article, change_policy, policy_of
from pnpm.comments.rules import change_lists, list_texts
from pnpm.comments.trust import trust, trusted
from pnpm.db import db
from pnpm.media import actions as library
from pnpm.media.models import Picture
from pnpm.site_settings import Setting


def undo(key: str, deed: Deed, render: Callable[[str], str]) -> tuple[int, int]:
    """Undo the deed of that key: how many of its entries, and how many could not be, since somebody
    changed them again.

    `render` gives the HTML of a comment's text. LookupError if there is no such deed, or nothing of
    it can be undone.
    """
    done = entries(key)
    known = [entry for entry in done if entry.action in _UNDOERS]
    if not known:
        raise LookupError(key)
    undone = 0
    for action, group in groupby(known, key=lambda entry: entry.action):
        undone += _UNDOERS[action](list(group), deed, render)
    return undone, len(known) - undone


def can_undo(entry: Entry) -> bool:
    """Whether there is a way back from such an entry."""
    return entry.action in _UNDOERS


def _moves(group, deed, _render):
    """Of those that stand as the deed left them, each to where it was."""
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
        undone += len(move(standing, Status(before), deed))
    return undone


def _edits(group, deed, render):
    undone = 0
    for entry in reversed(group):
        comment = db.session.get(Comment, entry.number)
        body = comment and Original.text_of(comment.id, entry.before["text"])
        if body is not None and digest(comment.body) == entry.after["text"]:
            edit(comment, body, render(body), deed)
            undone += 1
    return undone


def _policies(group, deed, _render):
    undone = 0
    for entry in reversed(group):
        article = db.session.get(Article, entry.number) if entry.subject == "article" else None
        if entry.subject == "article" and article is None:
            continue  # it is no more
        standing = _standing(entry, policy_of(article) if article else asdict(Policy.now()))
        if standing:
            change_article(deed, article, **standing) if article else change_policy(
                deed, **standing
            )
            undone += 1
    return undone


def _lists(group, deed, _render):
    undone = 0
    for entry in reversed(group):
        if standing := _standing(entry, list_texts()):
            change_lists(deed, standing)
            undone += 1
    return undone


def _standing(entry, now):
    """What to put back: of all that the entry changed, whatever is still as it left it."""
    return {
        name: value
        for name, value in entry.before.items()
        if name in now and now[name] == entry.after[name]
    }


def _trusts(group, deed, _render):
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
                    deed,
                )
                undone += 1
    return undone


def _articles(group, deed, _render):
    undone = 0
    for entry in reversed(group):
        article = held(entry.number)
        wanted = _standing(entry, standing(article)) if article else {}
        undone += bool(wanted) and bring_back(deed, article, wanted)
    return undone


def _words(group, deed, _render):
    undone = 0
    for entry in reversed(group):
        if wanted := _standing(entry, asdict(Setting.words())):
            change_words(deed, **wanted)
            undone += 1
    return undone


def _pictures(group, deed, _render):
    undone = 0
    for entry in reversed(group):
        picture = db.session.get(Picture, entry.number)
        if picture and (wanted := _standing(entry, library.standing(picture))):
            with suppress(library.InUse):  # it was brought back, and stands somewhere now
                change_picture(deed, picture, **wanted)
                undone += 1
    return undone


_UNDOERS = {
    Action.MOVED.value: _moves,
    Action.REPLIED.value: _moves,
    Action.EDITED.value: _edits,
    Action.POLICY.value: _policies,
    Action.LISTS.value: _lists,
    Action.TRUSTED.value: _trusts,
    Action.SAVED.value: _articles,
    Action.WORDS.value: _words,
    Action.PICTURE.value: _pictures,
}
