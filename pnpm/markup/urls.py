"""Which addresses a link may lead to."""

import re
from urllib.parse import SplitResult, urlsplit

FORBIDDEN = re.compile(r"[\s<>\"\\`\x00-\x20\x7f]")
# What neither part of a mailbox may have: RFC 5322, 3.2.3, and surrogates.
SPECIAL = re.compile(r"[\s()<>\[\]:;@\\,\"\x00-\x20\x7f\ud800-\udfff]")
LONGEST_MAILBOX, LONGEST_LOCAL, LONGEST_DOMAIN = 254, 64, 255  # octets: RFC 5321, 4.5.3.1
LONGEST_LABEL = 63  # RFC 1035, 2.3.4
HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f:.]+")


def parts_of(address: str) -> SplitResult | None:
    """Return the parts of an address that somebody sent, or None if it is malformed."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises ValueError for a port that is none
    except ValueError:
        return None
    return parts


def is_web(address: str) -> bool:
    """Return whether it is a complete http(s) address: with a host, a valid port, and no user name,
    which would serve only to deceive.
    """
    parts = parts_of(address)
    if parts is None:
        return False
    clean = not FORBIDDEN.search(address) and HOST.fullmatch(parts.hostname or "")
    return bool(clean and parts.scheme in ("http", "https") and "@" not in parts.netloc)


def is_mailbox(address: str) -> bool:
    """Return whether mail could reach it: one @, a domain with a dot, in any script, no longer than
    RFC 5321 allows.
    """
    local, _at, domain = address.rpartition("@")
    if (
        len(address) > LONGEST_MAILBOX
        or not local
        or SPECIAL.search(local)
        or SPECIAL.search(domain)
    ):
        return False
    if len(local.encode()) > LONGEST_LOCAL or len(domain.encode()) > LONGEST_DOMAIN:
        return False
    labels = domain.split(".")
    return len(labels) > 1 and all(
        0 < len(label) <= LONGEST_LABEL and label.strip("-") == label for label in labels
    )


def is_mail(address: str) -> bool:
    """Return whether it is `mailto:` and a mailbox, checked loosely."""
    return bool(re.fullmatch(r"mailto:[^\s@<>\"\\?&]+@[^\s@<>\"\\?&]+", address, re.IGNORECASE))


def is_local(address: str) -> bool:
    """Return whether it leads to this site: a path, a query or a fragment, without scheme and
    host.
    """
    return bool(re.fullmatch(r"(?![a-z][a-z0-9+.-]*:|//)[^\s<>\"\\]+", address, re.IGNORECASE))
