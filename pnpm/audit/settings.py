"""The site's words, changed by the office: a change set that can be undone."""

from dataclasses import asdict

from pnpm.site_settings import Setting, Words

from .models import AuditAction, ChangeSet, differing


def change_words(change_set: ChangeSet, **changes) -> None:
    """Change some of the site's words, by the names of `Words`; a name unknown there is a
    TypeError.
    """
    before = asdict(Setting.words())
    after = asdict(Words(**before | changes))
    if after != before:
        before, after = differing(before, after)
        Setting.change(**after)
        change_set.record(AuditAction.WORDS, "site", [(None, before, after)])
