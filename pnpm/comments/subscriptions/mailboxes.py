"""Addresses that mail can be sent to, as they are stored, and as they are counted."""

import re

from pnpm.markup.urls import is_mailbox
from pnpm.signing import keyed_hash

from .tables import ADDRESS_LENGTH

# a dot-atom (RFC 5322, 3.2.3) of ASCII: few servers take others (RFC 6531)
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")  # RFC 1123, 2.1
ENDING = re.compile(r"[a-z][a-z0-9-]*")  # of a domain: an IP address has no mailbox


def normalized(address: str) -> str | None:
    """Return the address as it is stored and mailed to, its domain in small ASCII letters; None if
    it cannot be mailed to. What it returns can stand in a header.
    """
    if not is_mailbox(address):
        return None
    local, _at, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            return None
    labels = domain.lower().split(".")
    if not (
        LOCAL.fullmatch(local)
        and all(LABEL.fullmatch(label) for label in labels)
        and ENDING.fullmatch(labels[-1])
    ):
        return None
    found = f"{local}@{'.'.join(labels)}"
    return found if len(found) <= ADDRESS_LENGTH else None


def hashed(key: str, address: str) -> str:
    """Return a keyed hash that stands for the mailbox of a normalized address.

    Many providers deliver `Siti.Aminah+desa@` and `sitiaminah@` to one person: for limits they are
    one.
    """
    local, _at, domain = address.rpartition("@")
    plain = local.lower().partition("+")[0].replace(".", "") or local.lower()
    return keyed_hash(key, "mailbox", f"{plain}@{domain}")
