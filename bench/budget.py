"""What was measured beside what it may be at most, or must be at least."""

from dataclasses import dataclass


class Unmeasured(Exception):
    """Something could not be measured; the message says what, and why."""


@dataclass(frozen=True)
class Row:
    """One line of the table. `value` and `limit` are in the same `unit`; `note` is what else there
    is to know.
    """

    what: str
    value: float
    limit: float
    unit: str = ""
    at_least: bool = False
    note: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the budget is kept."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        measured = f"{_number(self.value)}{self.unit}" + (f" ({self.note})" if self.note else "")
        return (
            f"{self.what} | {measured} | {sign} {_number(self.limit)}{self.unit} | "
            f"{'ok' if self.is_kept else 'OVER'}"
        )


def _number(value):
    return str(value) if isinstance(value, int) else f"{value:.2f}"
