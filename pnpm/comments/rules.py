"""The office's rules for incoming comments: its policy, its lists, trusted authors and reserved
names.
"""

import html
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, select

from pnpm.articles.models import Article
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
from .spam.verdict import Assessment, Outcome, Strength
from .trust import Trust, Trusted

if TYPE_CHECKING:
    from .spam.knowledge import Knowledge

# An address has another hash each month. Lists have the hash of some month: all of the last year
# are tried, and the next one.
STEP, STEPS = timedelta(days=28), 14


class Filtered(NamedTuple):
    """What the spam filter found of a comment, what becomes of it by that, and its marks as
    they are stored.
    """

    marks: str
    assessment: Assessment
    outcome: Outcome


class Verdict(NamedTuple):
    """What the rules say of a comment: the reasons why it waits, if any, or why it is refused; and
    what the spam filter found, if it was asked.
    """

    reasons: list[str]
    is_refused: bool = False
    is_trusted: bool = False
    close_after: int | None = None  # days, unless the article has its own
    filtered: Filtered | None = None

    @property
    def is_spam(self) -> bool:
        """Whether it goes to the spam folder without anybody looking."""
        return self.filtered is not None and self.filtered.outcome is Outcome.SPAM


class Place(NamedTuple):
    """Where a comment is to stand, for the spam filter to look at others' there: the article's
    number, and the comment's own if it is stored already; what `comments.entry` brought of them.
    """

    connection: Connection
    article_id: int
    comment_id: int = 0
    news: Sequence[AnyRow] = ()


@dataclass(frozen=True)
class Rules:
    """All of the rules, cached by a process until the site's revision changes."""

    policy: Policy = Policy()
    texts: dict[str, str] = field(default_factory=dict)  # the lists, by `blocklists.NAMES`
    trusted: tuple[Trusted, ...] = ()
    language: str = ""  # the office's choice

    @staticmethod
    def now() -> "Rules":
        """Return the rules as they are now."""
        return Rules(Policy.now(), list_texts(), Trust.everyone(), Setting.get("language", ""))

    def is_reserved(self, name: str, site: str) -> bool:
        """Return whether a name looks like the site's own name or one that the policy reserves."""
        seen = skeleton(name)
        return bool(seen) and (seen in self._reserved or seen == skeleton(site))

    def judge(
        self,
        submission: Submission,
        address: str,
        config: Config,
        moderation: str | None,
        moment: datetime | None = None,
        place: Place | None = None,
    ) -> Verdict:
        """Judge a submission from a network address. `moderation` is the article's own policy, or
        None. Without a `place`, the spam filter is not asked.

        A refusing list refuses everybody. The emergency holds everybody, and a holding list
        everybody but trusted authors, even with moderation `off`: those are the office's decisions,
        the rest only doubts.
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
        reasons = []
        if self.policy.emergency:
            reasons.append(HoldReason.EMERGENCY.value)
        if moderation == "all" and not trusted:
            reasons.append(HoldReason.POLICY.value)
        if moderation != "off":
            reasons += [
                doubt.value
                for doubt in _doubts(submission, config)
                if not trusted or doubt is HoldReason.HONEYPOT
            ]
        # Where a refusing list was too slow to tell, even a trusted author's comment waits.
        if holding and (refusing or not trusted):
            reasons.append(holding.reason)
        filtered = None
        if place and moderation != "off" and not trusted:
            filtered = self._filtered(submission, address, config, moment, place)
            # what the office itself holds, it looks at
            if filtered.outcome is Outcome.SPAM and (holding or self.policy.emergency):
                filtered = filtered._replace(outcome=Outcome.HOLD)
            if filtered.outcome is not Outcome.PUBLISH:
                reasons += filtered.assessment.reasons()
        return Verdict(
            reasons,
            is_trusted=trusted,
            close_after=self.policy.close_after,
            filtered=filtered,
        )

    def judge_archived(self, submission: Submission, config: Config, known: "Knowledge") -> Verdict:
        """Judge a comment that another site has shown to its readers: by the lists, and by what it
        says and what was learnt here of the like. The policy, which is about comments that come in,
        says nothing of it: what stood for years is not to wait because all that is new does.
        """
        from .spam import assessment

        found = None
        if self._lists:
            sample = sample_of(submission)
            found = blocklists.first_match(self._lists, "refuse", sample)
            if found and not found.is_slow:
                return Verdict([found.reason], is_refused=True)
            found = found or blocklists.first_match(self._lists, "hold", sample)
        text = submission.text or plain(submission.html)
        words = assessment.words_of(text, submission.html, submission.name, submission.website)
        language = self.language or config.language
        assessed = assessment.assess_archived(words, language, known)
        outcome = assessed.outcome(self.strength())
        reasons = [found.reason] if found else []
        if outcome is not Outcome.PUBLISH:
            reasons += assessed.reasons()
        if found and outcome is Outcome.SPAM:  # what the office itself holds, it looks at
            outcome = Outcome.HOLD
        return Verdict(reasons, filtered=Filtered("", assessed, outcome))

    def strength(self) -> Strength:
        """Return how readily the spam filter holds; NORMAL for one that only another version
        knows.
        """
        try:
            return Strength(self.policy.strength)
        except ValueError:
            return Strength.NORMAL

    # Parsed when the first comment is judged, as most pages do not need them:

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
        for author in self.trusted:
            by_name[author.name].append(author)
        return by_name

    def _trusts(
        self, submission: Submission, address: str, config: Config, moment: datetime
    ) -> bool:
        return any(
            author.address_hash == address_hash(config.secret_key, address, author.hashed_at)
            for author in self._trusted.get(submission.name, ())
            if author.until is None or moment < author.until
        )

    def _filtered(
        self,
        submission: Submission,
        address: str,
        config: Config,
        moment: datetime,
        place: Place,
    ) -> Filtered:
        # imported here, as only a posted comment needs it
        from .spam import assessment

        asked: list[str] = []

        def usual() -> str:
            if not asked:
                title_and_text = select(Article.title, Article.body).where(
                    Article.id == place.article_id
                )
                row = place.connection.execute(title_and_text).one()
                asked.append(" ".join(row).lower())
            return asked[0]

        text = submission.text or plain(submission.html)
        words = assessment.words_of(text, submission.html, submission.name, submission.website)
        comment = assessment.read(words)
        found, marks = assessment.assess(
            place.connection,
            comment,
            address_hash(config.secret_key, address, moment),
            moment,
            self.language or config.language,
            usual,
            place.comment_id,
            place.news,
        )
        return Filtered(marks, found, found.outcome(self.strength()))

    def _hashes(self, address: str, config: Config, moment: datetime) -> tuple[str, ...]:
        if not {"hold_addresses", "refuse_addresses"} & self._lists.keys():
            return ()
        moments = [moment - back * STEP for back in range(-1, STEPS)]
        return tuple({address_hash(config.secret_key, address, each) for each in moments})


def sample_of(
    submission: Submission | AnyRow, hashes: tuple[str, ...] = (), address: str = ""
) -> Sample:
    """Return what the lists look at in a submission or a comment; `hashes` stand for its network
    address.
    """
    hrefs = re.findall(r'<a href="([^"]*)"', submission.html)
    return Sample(
        submission.name,
        submission.email,
        submission.website,
        plain(submission.html),
        tuple(html.unescape(href) for href in hrefs),
        hashes,
        address,
    )


def list_texts() -> dict[str, str]:
    """Return the text of each list, by `blocklists.NAMES`; empty for a list that was never
    saved.
    """
    kept = Setting.get("lists", {})
    return {name: kept.get(name, "") for name in blocklists.NAMES}


def change_lists(change_set: ChangeSet, texts: dict[str, str]) -> None:
    """Save these texts for some of the lists, by `blocklists.NAMES`; the caller has checked
    them.
    """
    before = list_texts()
    changed = {name: text for name, text in texts.items() if text != before[name]}
    if changed:
        Setting.put("lists", before | changed)
        former = {name: before[name] for name in changed}
        change_set.record(AuditAction.LISTS, "site", [(None, former, changed)])


def _doubts(submission: Submission, config: Config) -> list[HoldReason]:
    return doubts(
        links=links(submission.html),
        honeypot=submission.honeypot,
        seconds=submission.seconds,
        min_seconds=config.comment_min_seconds,
    )


def undo_lists(entry: AuditEntry, change_set: ChangeSet) -> bool:
    """Put back the lists as they were before an entry; return whether there was anything to
    undo.
    """
    wanted = unchanged(entry, list_texts())
    change_lists(change_set, wanted)
    return bool(wanted)
