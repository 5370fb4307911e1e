"""What comes of a draft: a comment that was taken, or why it was not."""

from types import SimpleNamespace
from typing import NamedTuple

from .models import Status


class Closed(Exception):
    """The article takes no more comments."""


class Unwelcome(Exception):
    """The office's lists refuse it; the message is the line that does."""


class TooMany(Exception):
    """So many came from one address that no more are taken for `seconds`."""

    def __init__(self, seconds: int):
        super().__init__(seconds)
        self.seconds = seconds


class Taken(SimpleNamespace):
    """A comment as it stands in the table: what Comment's columns hold, past the session, which costs more than the comment."""

    @property
    def is_visible(self) -> bool:
        """Whether readers see it."""
        return self.status is Status.PUBLISHED


class Received(NamedTuple):
    """A comment that was taken, now or when it came before, and how many the article shows with it."""

    comment: Taken
    count: int
