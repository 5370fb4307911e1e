"""What the office has decided about comments that come in: its policy, its lists, whom it trusts, which names are its own."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from ..config import Config
from ..database import now
from ..lookalikes import skeleton
from ..signing import address_hash
from ..spam import Doubt, doubts, lists
from ..spam.sample import Sample
from ..text import links, plain
from .draft import Draft
from .log import Action, Deed
from .setting import Setting
from .trust import Trust, Trusted

OFFICIAL_NAMES = "Admin\nAdministrator\nModerator\nOperator\nPengurus\nPengelola"  # one a line, until the office says others
MONTHS = 12  # back, for which an address's hash on a list still tells it


@dataclass(frozen=True)
class Policy:
    """What is held: `moderation` as PNPM_MODERATION has it (None: what that says); closing after days; and the emergency."""

    moderation: str | None = None
    close_after: int | None = None  # days after which an article takes no more comments; None: it goes on
    emergency: bool = False  # everything is held, whatever else is said
    reserved: str = OFFICIAL_NAMES


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
    listed: dict[str, list[lists.Line]] = field(default_factory=dict)
    trusted: tuple[Trusted, ...] = ()

    @staticmethod
    def now() -> "Rules":
        """As they are now."""
        kept = Setting.get("lists", {})
        parsed = {name: lists.usable(name.partition("_")[2], text) for name, text in kept.items()}
        return Rules(Policy(**Setting.get("policy", {})), parsed, Trust.everyone())

    def is_reserved(self, name: str, site: str) -> bool:
        """Whether it looks like the site's own name, or one that the office keeps for itself."""
        return bool(name) and skeleton(name) in {skeleton(one) for one in (*self.policy.reserved.splitlines(), site)}

    def judge(self, draft: Draft, address: str, config: Config, moderation: str | None) -> Verdict:
        """What they say of a draft from a network address, under an article with a policy of its own or none."""
        moment = now()
        sample = sample_of(draft, address, config, moment) if any(self.listed.values()) else None
        if sample and (line := self._match("refuse", sample)):
            return Verdict([line], is_refused=True)
        trusted = self._trusts(draft, address, config, moment)
        moderation = moderation or self.policy.moderation or config.moderation
        found = [Doubt.EMERGENCY.value] if self.policy.emergency else []
        if moderation == "all" and not trusted:
            found.append(Doubt.POLICY.value)
        if moderation != "off":
            found += [doubt.value for doubt in self._doubts(draft, config) if not trusted or doubt is Doubt.HONEYPOT]
        if sample and not trusted and (line := self._match("hold", sample)):
            found.append(line)
        return Verdict(found, is_trusted=trusted, close_after=self.policy.close_after)

    def _doubts(self, draft, config):
        given = {"honeypot": draft.honeypot, "seconds": draft.seconds, "min_seconds": config.comment_min_seconds}
        return doubts(links=links(draft.html), **given)

    def _match(self, verdict, sample):
        for kind in lists.KINDS:
            if line := lists.first_match(self.listed.get(f"{verdict}_{kind}", []), sample):
                return f"{kind}:{line}"
        return ""

    def _trusts(self, draft, address, config, moment):
        for one in self.trusted:
            in_time = one.until is None or moment < one.until
            if in_time and one.name == draft.name and one.address_hash == address_hash(config.secret_key, address, one.hashed_at):
                return True
        return False


def sample_of(draft: Draft, address: str, config: Config, moment: datetime) -> Sample:
    """What the lists look at in a draft, with the hashes that stood for its address in the last months."""
    months = [moment - timedelta(days=28 * back) for back in range(MONTHS + 1)]
    hashes = {address_hash(config.secret_key, address, month) for month in months}
    return Sample(draft.name, draft.email, draft.website, plain(draft.html), tuple(hashes), address)


def change_policy(deed: Deed, **changes) -> None:
    """Change some of the policy, by the names of `Policy`."""
    before = Policy(**Setting.get("policy", {}))
    after = Policy(**asdict(before) | changes)
    if after != before:
        Setting.put("policy", asdict(after))
        deed.record(Action.POLICY, "site", [(None, asdict(before), asdict(after))])


def change_lists(deed: Deed, texts: dict[str, str]) -> None:
    """Put these texts for the lists, by the names of `lists.NAMES`; they have been parsed."""
    before = Setting.get("lists", {})
    changed = {name: text for name, text in texts.items() if text != before.get(name, "")}
    if changed:
        Setting.put("lists", before | changed)
        deed.record(Action.LISTS, "site", [(None, {name: before.get(name, "") for name in changed}, changed)])
