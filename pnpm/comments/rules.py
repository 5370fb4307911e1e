"""What the office has decided about comments that come in: its policy, its lists, whom it trusts,
which names are its own.
"""

import html
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, unchanged
from pnpm.config import Config
from pnpm.db import now
from pnpm.db.types import AnyRow
from pnpm.markup.confusables import skeleton
from pnpm.markup.sanitizer import links, plain
from pnpm.signing import address_hash
from pnpm.site_settings import Setting

from .models import Submission
from .policy import Policy
from .spam import HoldReason, blocklists, doubts
from .spam.sample import Sample
from .trust import Trust, Trusted

# back, through every month of a year whose hash on a list tells an address; one ahead
STEP, STEPS = timedelta(days=28), 14


class Verdict(NamedTuple):
    """What the rules say of a comment: the reasons why it waits, if any, or why it is refused."""

    reasons: list[str]
    is_refused: bool = False
    is_trusted: bool = False
    close_after: int | None = None  # days, unless the article has its own


@dataclass(frozen=True)
class Rules:
    """All of it, as one process keeps it until the site's revision changes."""

    policy: Policy = Policy()
    texts: dict[str, str] = field(default_factory=dict)  # the lists, by `lists.NAMES`
    trusted: tuple[Trusted, ...] = ()

    @staticmethod
    def now() -> "Rules":
        """As they are now."""
        return Rules(Policy.now(), list_texts(), Trust.everyone())

    def is_reserved(self, name: str, site: str) -> bool:
        """Whether it looks like the site's own name, or one that the office keeps for itself."""
        seen = skeleton(name)
        return bool(seen) and (seen in self._reserved or seen == skeleton(site))

    def judge(
        self,
        submission: Submission,
        address: str,
        config: Config,
        moderation: str | None,
        moment: datetime | None = None,
    ) -> Verdict:
        """What they say of a submission from a network address, under an article with a policy of
        its own (or None).

        Whoever is on a list that refuses is refused. The emergency holds everybody, the lists that
        hold everybody but the trusted, even where all else is published: those are decisions, the
        rest are doubts.
        """
        moment = moment or now()
        refusing = holding = None
        if self._lists:
            sample = sample_of(submission, self._hashes(address, config, moment), address)
            refusing = blocklists.first_match(self._lists, "refuse", sample)
            holding = refusing or blocklists.first_match(self._lists, "hold", sample)
        if refusing and not refusing.is_slow:
            return Verdict([refusing.reason], is_refused=True)
        trusted = self._trusts(submission, address, config, moment)
        moderation = moderation or self.policy.moderation or config.moderation
        found = [HoldReason.EMERGENCY.value] if self.policy.emergency else []
        if moderation == "all" and not trusted:
            found.append(HoldReason.POLICY.value)
        if moderation != "off":
            found += [
                doubt.value
                for doubt in _doubts(submission, config)
                if not trusted or doubt is HoldReason.HONEYPOT
            ]
        # What a list that refuses could not tell in time waits for somebody to look, whoever wrote
        # it.
        if holding and (refusing or not trusted):
            found.append(holding.reason)
        return Verdict(found, is_trusted=trusted, close_after=self.policy.close_after)

    # Made when the first comment is judged: most pages need none of it.

    @cached_property
    def _lists(self) -> dict[str, list[blocklists.Line]]:
        parsed = {
            name: blocklists.usable(name.partition("_")[2], text)
            for name, text in self.texts.items()
            if text
        }
        return {name: lines for name, lines in parsed.items() if lines}

    @cached_property
    def _reserved(self) -> set[str]:
        return {skeleton(line) for line in self.policy.reserved.split("\n")}

    @cached_property
    def _trusted(self) -> dict[str, list[Trusted]]:
        by_name: dict[str, list[Trusted]] = defaultdict(list)
        for one in self.trusted:
            by_name[one.name].append(one)
        return by_name

    def _trusts(
        self, submission: Submission, address: str, config: Config, moment: datetime
    ) -> bool:
        return any(
            one.address_hash == address_hash(config.secret_key, address, one.hashed_at)
            for one in self._trusted.get(submission.name, ())
            if one.until is None or moment < one.until
        )

    def _hashes(self, address: str, config: Config, moment: datetime) -> tuple[str, ...]:
        if not {"hold_addresses", "refuse_addresses"} & self._lists.keys():
            return ()
        return tuple(
            {
                address_hash(config.secret_key, address, moment - back * STEP)
                for back in range(-1, STEPS)
            }
        )


def sample_of(
    submission: Submission | AnyRow, hashes: tuple[str, ...] = (), address: str = ""
) -> Sample:
    """What the lists look at in a submission (or a comment), with the hashes that stand for its
    network address.
    """
    leading = tuple(
        html.unescape(found) for found in re.findall(r'<a href="([^"]*)"', submission.html)
    )
    return Sample(
        submission.name,
        submission.email,
        submission.website,
        plain(submission.html),
        leading,
        hashes,
        address,
    )


def list_texts() -> dict[str, str]:
    """The lists as they are now, by the names of `lists.NAMES`; what is not there is empty."""
    kept = Setting.get("lists", {})
    return {name: kept.get(name, "") for name in blocklists.NAMES}


def change_lists(change_set: ChangeSet, texts: dict[str, str]) -> None:
    """Put these texts for some of the lists, by the names of `lists.NAMES`; they have been
    checked.
    """
    before = list_texts()
    changed = {name: text for name, text in texts.items() if text != before[name]}
    if changed:
        Setting.put("lists", before | changed)
        change_set.record(
            AuditAction.LISTS, "site", [(None, {name: before[name] for name in changed}, changed)]
        )


def _doubts(submission: Submission, config: Config) -> list[HoldReason]:
    given: dict[str, Any] = {
        "honeypot": submission.honeypot,
        "seconds": submission.seconds,
        "min_seconds": config.comment_min_seconds,
    }
    return doubts(links=links(submission.html), **given)


def undo_lists(entry: AuditEntry, change_set: ChangeSet) -> bool:
    """Put back the lists as they were before an entry; whether there was anything to."""
    wanted = unchanged(entry, list_texts())
    change_lists(change_set, wanted)
    return bool(wanted)
