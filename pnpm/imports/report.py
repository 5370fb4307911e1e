"""What an import did, counted: each thing of the archive in exactly one way, with the first of each
by name.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pnpm.markup.characters import one_line

KINDS = "articles", "pages", "comments", "labels", "pictures"
# What is here now, new or changed; what was here already, and is as it was; what is here, but
# readers do not see it until an officer lets them; and what is not here, for a reason.
OUTCOMES = TAKEN, MERGED, HELD, DROPPED = "taken", "merged", "held", "dropped"
FIRST = 20  # of each that are named
LONGEST = 120  # characters of a name
UNTITLED = "(untitled)"


class Report:
    """The counts and names, which add up over all batches of an import."""

    def __init__(self, stored: dict[str, Any] | None = None) -> None:
        stored = stored or {}
        counts, details = stored.get("counts", {}), stored.get("details", {})
        self.counts: dict[str, dict[str, int]] = {
            kind: dict.fromkeys(OUTCOMES, 0) | counts.get(kind, {}) for kind in KINDS
        }
        self.details: dict[str, dict[str, list[dict[str, str]]]] = {
            kind: {outcome: [*details.get(kind, {}).get(outcome, ())] for outcome in OUTCOMES}
            for kind in KINDS
        }
        # names of elements of HTML, and how often one was left out
        self.elements: Counter[str] = Counter(stored.get("elements", {}))

    def add(self, kind: str, outcome: str, what: str, why: str = "", number: int = 1) -> None:
        """Count a thing (or so many alike), and name it if it is among the first."""
        self.counts[kind][outcome] += number
        named = self.details[kind][outcome]
        if len(named) < FIRST and number:
            named.append({"what": one_line(what)[:LONGEST], "why": one_line(why)})

    def stored(self) -> dict[str, Any]:
        """Return it as it is stored in JSON."""
        return {"counts": self.counts, "details": self.details, "elements": dict(self.elements)}

    def document(self, unreadable: list[dict[str, Any]]) -> dict[str, Any]:
        """Return it as others read it, with what of the archive could not be read."""
        rest = {"details": self.details, "elements": dict(self.elements), "unreadable": unreadable}
        return {**self.counts, **rest}

    def lines(self, unreadable: list[dict[str, Any]]) -> Iterator[str]:
        """Yield it in plain English, line by line."""
        for kind in KINDS:
            counts = self.counts[kind]
            said = ", ".join(f"{counts[outcome]:,} {outcome}" for outcome in OUTCOMES)
            yield f"{kind}: {said}"
            for outcome in OUTCOMES:
                yield from self._named(kind, outcome)
        if self.elements:
            said = ", ".join(f"{count:,} {name}" for name, count in self.elements.most_common())
            yield f"left out of the texts: {said}"
        for each in unreadable:
            lines = ", ".join(str(line) for line in each["lines"])
            where = f" (line {lines})" if lines else ""
            yield f"not read: {each['count']:,} {each['what']}: {each['why']}{where}"

    def _named(self, kind: str, outcome: str) -> Iterator[str]:
        named = self.details[kind][outcome]
        for each in named:
            why = f": {each['why']}" if each["why"] else ""
            yield f"  {outcome}: {each['what'] or UNTITLED}{why}"
        if (more := self.counts[kind][outcome] - len(named)) > 0:
            yield f"  {outcome}: … and {more:,} more"
