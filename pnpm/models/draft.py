"""A comment before it is taken."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Draft:
    """What a form sent, cleaned: `html` is the body rendered, `seconds` how long it was filled in (None: not known)."""

    name: str
    email: str
    website: str
    body: str
    html: str
    nonce: str = ""
    honeypot: str = ""
    seconds: int | None = None
