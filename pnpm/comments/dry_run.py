"""Dry runs: which of the last comments the office's lists would have held or refused, and what each
strength of the spam filter would have done.
"""

from collections.abc import Mapping
from time import thread_time
from typing import NamedTuple

from sqlalchemy import select

from pnpm.db import db
from pnpm.db.types import AnyRow
from pnpm.markup.sanitizer import plain

from .models import Comment, Status
from .rules import sample_of
from .spam import blocklists
from .spam.verdict import Assessment, Outcome, Strength, read

LAST = 1000  # comments
BATCH = 100  # comments in memory at a time
LONGEST = 3  # seconds of processor time; 1,000 long comments and 500 lines take less than one
LONGEST_JUDGING = 1  # of the same: what was not judged when it came takes about 2 ms each


class Hit(NamedTuple):
    """A comment that a line would have held or refused."""

    comment: AnyRow
    verdict: str
    kind: str
    line: str


class DryRun(NamedTuple):
    """The result: how many comments were tried, the hits, and the line that was too slow, if one
    was.
    """

    looked_at: int
    hits: list[Hit]
    slow: blocklists.Found | None = None

    def count(self, verdict: str) -> int:
        """Return how many comments would have been held, or refused."""
        return sum(hit.verdict == verdict for hit in self.hits)


def trial(listed: Mapping[str, list[blocklists.Line]], seconds: float = LONGEST) -> DryRun:
    """Try the lists on the last comments, newest first, for at most `seconds` of processor time. A
    slow line ends the trial.
    """
    hits: list[Hit] = []
    looked_at = 0
    if not any(listed.values()):
        return DryRun(looked_at, hits)
    end = thread_time() + seconds
    for comment in db.session.execute(_LAST):
        sample = sample_of(comment, (comment.address_hash,))
        found = blocklists.first_match(listed, "refuse", sample)
        found = found or blocklists.first_match(listed, "hold", sample)
        if found and found.is_slow:
            return DryRun(looked_at, hits, found)
        if found:
            verdict, _, kind = found.name.partition("_")
            hits.append(Hit(comment, verdict, kind, found.line.text))
        looked_at += 1
        if thread_time() > end:
            break
    return DryRun(looked_at, hits)


class Foreseen(NamedTuple):
    """What a strength of the spam filter would have done: how many comments it would have
    published, held and put among spam, and how many of the latter two are published today.
    """

    published: int = 0
    held: int = 0
    spam: int = 0
    wrongly: int = 0

    def with_one(self, outcome: Outcome, is_published: bool) -> "Foreseen":
        """Return it with one more comment."""
        is_let_in = outcome is Outcome.PUBLISH
        return Foreseen(
            self.published + is_let_in,
            self.held + (outcome is Outcome.HOLD),
            self.spam + (outcome is Outcome.SPAM),
            self.wrongly + (is_published and not is_let_in),
        )


class StrengthTrial(NamedTuple):
    """How many comments were looked at, and what each strength would have done."""

    looked_at: int
    foreseen: dict[Strength, Foreseen]


def strengths(language: str, seconds: float = LONGEST_JUDGING) -> StrengthTrial:
    """Try each strength of the spam filter on the last comments, newest first, for at most
    `seconds` of processor time. What was judged when it came keeps that judgement; the rest is
    judged by its text alone, by the weights for that language.
    """
    found = dict.fromkeys(Strength, Foreseen())
    looked_at = 0
    end = thread_time() + seconds
    for comment in db.session.execute(_LAST):
        assessment = _assessment(comment, language)
        is_published = comment.status is Status.PUBLISHED
        for strength in Strength:
            outcome = assessment.outcome(strength)
            found[strength] = found[strength].with_one(outcome, is_published)
        looked_at += 1
        if thread_time() > end:
            break
    return StrengthTrial(looked_at, found)


def _assessment(comment: AnyRow, language: str) -> Assessment:
    if isinstance(comment.signals, dict):
        return read(comment.signals)
    # imported here, as most comments were judged when they came
    from .spam import assessment

    words = assessment.words_of(plain(comment.html), comment.html, comment.name, comment.website)
    return assessment.of_text(assessment.read(words), language)


_COLUMNS = (
    Comment.id,
    Comment.name,
    Comment.email,
    Comment.website,
    Comment.html,
    Comment.status,
    Comment.address_hash,
    Comment.signals,
)
_LAST = (
    select(*_COLUMNS, Comment.created_at)
    .where(Comment.official.is_(False))
    .order_by(Comment.id.desc())
    .limit(LAST)
    .execution_options(yield_per=BATCH)
)
