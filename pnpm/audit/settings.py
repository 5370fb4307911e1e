"""The site's words, changed by the office: a deed that can be undone."""

from dataclasses import asdict

from pnpm.site_settings import Setting, Words

from .models import Action, Deed, differing


def change_words(deed: Deed, **changes) -> None:
    """Change some of the site's words, by the names of `Words`; a name unknown there is a
    TypeError.
    """
    before = asdict(Setting.words())
    after = asdict(Words(**before | changes))
    if after != before:
        before, after = differing(before, after)
        Setting.change(**after)
        deed.record(Action.WORDS, "site", [(None, before, after)])
