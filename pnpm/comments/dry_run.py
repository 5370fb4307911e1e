"""What the office's lists would do: tried on the last comments, before they are saved."""

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
BATCH = 100  # of them in memory at a time
LONGEST = 3  # seconds of the processor; 1,000 long comments and 500 lines take less than one


class Hit(NamedTuple):
    """A comment that a line would have held or refused."""

    comment: AnyRow
    verdict: str
    kind: str
    line: str


class DryRun(NamedTuple):
    """What came of it: how many comments were looked at, those that were hit, and a line that took
    too long, if one did.
    """

    looked_at: int
    hits: list[Hit]
    slow: blocklists.Found | None = None

    def count(self, verdict: str) -> int:
        """How many would have been held, or refused."""
        return sum(hit.verdict == verdict for hit in self.hits)


def trial(listed: Mapping[str, list[blocklists.Line]], seconds: float = LONGEST) -> DryRun:
    """Try the lists on the last comments, the newest first, as long as there is time. A slow line
    ends it.
    """
    hits: list[Hit] = []
    looked_at, end = 0, thread_time() + seconds
    for comment in db.session.execute(_LAST) if any(listed.values()) else ():
        sample = sample_of(comment, (comment.address_hash,))
        found = blocklists.first_match(listed, "refuse", sample) or blocklists.first_match(
            listed, "hold", sample
        )
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
