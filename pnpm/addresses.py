"""Which addresses a link may lead to."""

import re
from urllib.parse import urlsplit

FORBIDDEN = re.compile(r"[\s<>\"\\`\x00-\x20\x7f]")

HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f:.]+")


def is_web(address: str) -> bool:
    """Whether it is a whole http(s) address: a host, a port that is one, and no user name, which serves only to deceive."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises ValueError for a port that is none
    except ValueError:
        return False
    clean = not FORBIDDEN.search(address) and HOST.fullmatch(parts.hostname or "")
    return bool(clean and parts.scheme in ("http", "https") and "@" not in parts.netloc)


def is_mail(address: str) -> bool:
    """Whether it is `mailto:` and a mailbox, checked loosely."""
    return bool(re.fullmatch(r"mailto:[^\s@<>\"\\?&]+@[^\s@<>\"\\?&]+", address, re.IGNORECASE))


def is_local(address: str) -> bool:
    """Whether it leads to this site: a path, a query or a fragment, with neither scheme nor host."""
    return bool(re.fullmatch(r"(?![a-z][a-z0-9+.-]*:|//)[^\s<>\"\\]+", address, re.IGNORECASE))
