"""Changes of the site's words, which the office can undo."""

from dataclasses import asdict
from typing import Any

from pnpm.site_settings import Setting, Words

from .models import AuditAction, AuditEntry, ChangeSet, differing, unchanged


def change_words(change_set: ChangeSet, **changes: Any) -> None:
    """Change some of the site's words, by the names of `Words`. Raises TypeError for an unknown
    name.
    """
    before = asdict(Setting.words())
    after = asdict(Words(**before | changes))
    if after != before:
        before, after = differing(before, after)
        Setting.change(**after)
        change_set.record(AuditAction.WORDS, "site", [(None, before, after)])


def undo_words(entry: AuditEntry, change_set: ChangeSet) -> bool:
    """Put back the site's words as they were before an entry; return whether there was anything to
    undo.
    """
    wanted = unchanged(entry, asdict(Setting.words()))
    if wanted:
        change_words(change_set, **wanted)
    return bool(wanted)
