"""Undoing a change set of the audit log: each thing that nobody has changed since goes back to what
it was before. The undo is a change set, too.
"""

from collections.abc import Callable
from itertools import groupby

from pnpm.articles.actions import undo_save
from pnpm.articles.illustrations import undo_picture
from pnpm.audit.models import REDACTED, AuditAction, AuditEntry, ChangeSet, entries
from pnpm.audit.settings import undo_words
from pnpm.comments.lessons import undo_forgotten
from pnpm.comments.moderation import undo_edit, undo_moves
from pnpm.comments.policy import undo_policy
from pnpm.comments.rules import undo_lists
from pnpm.comments.trust import undo_trust

MOVES = {AuditAction.MOVED.value, AuditAction.REPLIED.value}  # undone many at a time


def undo_import(entry: AuditEntry, change_set: ChangeSet) -> bool:
    """Begin to take an import back; see `imports.undo`, which only that loads."""
    from pnpm.imports import undo as imports

    return imports.undo_import(entry, change_set)


ONE_BY_ONE = {
    AuditAction.POLICY.value: undo_policy,
    AuditAction.LISTS.value: undo_lists,
    AuditAction.FORGOTTEN.value: undo_forgotten,
    AuditAction.TRUSTED.value: undo_trust,
    AuditAction.SAVED.value: undo_save,
    AuditAction.WORDS.value: undo_words,
    AuditAction.PICTURE.value: undo_picture,
    AuditAction.IMPORTED.value: undo_import,
}


def undo(key: str, change_set: ChangeSet, render: Callable[[str], str]) -> tuple[int, int]:
    """Undo the change set `key` within `change_set`. Return how many of its entries were undone,
    and how many could not be, since somebody changed the same things again.

    `render` makes the HTML of a comment's text. LookupError if there is no such change set, or it
    has no entry of a kind that can be undone.
    """
    known = [entry for entry in entries(key) if can_undo(entry)]
    if not known:
        raise LookupError(key)
    # what an import has changed goes with the import, in batches
    known = [one for one in known if one.action == AuditAction.IMPORTED.value] or known
    undone = 0
    for action, group in groupby(known, key=lambda entry: entry.action):
        undone += _undo_alike(action, list(group), change_set, render)
    return undone, len(known) - undone


def can_undo(entry: AuditEntry) -> bool:
    """Tell whether an entry of that kind can be undone, and nothing of it was redacted."""
    if entry.after.get(REDACTED):
        return False
    return entry.action in MOVES | ONE_BY_ONE.keys() | {AuditAction.EDITED.value}


def _undo_alike(action, group, change_set, render):
    """Undo entries of one kind; return how many. The newest comes first, since an older value is
    only put back where the newer one has gone.
    """
    if action in MOVES:
        return undo_moves(group, change_set)
    newest_first = reversed(group)
    if action == AuditAction.EDITED.value:
        return sum(undo_edit(entry, change_set, render) for entry in newest_first)
    return sum(ONE_BY_ONE[action](entry, change_set) for entry in newest_first)
