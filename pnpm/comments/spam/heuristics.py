"""Rules of thumb for what makes a comment wait for a moderator."""

import enum

MOST_LINKS = 2  # readers give a source or two; advertisements give many


class HoldReason(enum.Enum):
    """Why a comment waits; the values are stored with it."""

    POLICY = "policy"  # the site holds everything
    LIMIT = "limit"  # many comments from one address in a short time
    HONEYPOT = "honeypot"  # a field that people do not see was filled in
    FAST = "fast"  # sent sooner than anybody types
    LINKS = "links"  # more links than readers give
    EMERGENCY = "emergency"  # the office holds everything for now
    PARENT = "parent"  # readers do not see what it answers, or no longer
    ARCHIVE = "archive"  # it waited on the site from which it was imported, too


def doubts(*, links: int, honeypot: str, seconds: int | None, min_seconds: int) -> list[HoldReason]:
    """Return what is suspicious about a comment with that many links, sent `seconds` after its form
    was shown (None: not known).
    """
    found = {
        HoldReason.HONEYPOT: bool(honeypot),
        HoldReason.FAST: seconds is not None and seconds < min_seconds,
        HoldReason.LINKS: links > MOST_LINKS,
    }
    return [doubt for doubt, holds in found.items() if holds]
