"""A dry run of the office's lists: which of the last comments they would have held or refused."""

from collections.abc import Mapping
from time import thread_time
from typing import NamedTuple

from sqlalchemy import select

from pnpm.db import db
from pnpm.db.types import AnyRow

from .models import Comment
from .rules import sample_of
from .spam import blocklists

LAST = 1000  # comments
BATCH = 100  # comments in memory at a time
LONGEST = 3  # seconds of processor time; 1,000 long comments and 500 lines take less than one


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


_COLUMNS = (
    Comment.id,
    Comment.name,
    Comment.email,
    Comment.website,
    Comment.html,
    Comment.status,
    Comment.address_hash,
)
_LAST = (
    select(*_COLUMNS, Comment.created_at)
    .where(Comment.official.is_(False))
    .order_by(Comment.id.desc())
    .limit(LAST)
    .execution_options(yield_per=BATCH)
)
