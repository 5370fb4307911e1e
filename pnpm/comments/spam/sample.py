"""What the office's lists look at in a comment, in the form in which each kind of list compares
it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import unquote

from pnpm import client_address
from pnpm.markup.confusables import skeleton

from .regex import Clock

LONGEST_HOST = 253  # RFC 1035
HOST = re.compile(r"(?<![\w-])[\w-]++(?:\.[\w-]++)+")
WORD = re.compile(r"[^\W_]+")
_ALIKE = str.maketrans(
    dict.fromkeys("‘’ʼʻ´", "'") | dict.fromkeys("‐‑‒–—―−", "-") | {"。": ".", "．": "."}
)
# format characters, and marks upon letters: neither tells one word from another
_UNSEEN = {"Cf", "Mn", "Me"}
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # invisible, though their category is not


@dataclass(frozen=True)
class Sample:
    """A comment as the lists see it. `hashes` stand for its network address, which is known only
    while it comes in.
    """

    name: str
    email: str
    website: str
    text: str
    links: tuple[str, ...] = ()  # where the links in it lead
    hashes: tuple[str, ...] = ()
    address: str = ""

    @cached_property
    def words(self) -> str:
        """Its text and links, folded for comparing words."""
        return folded(self._said)

    @cached_property
    def every_word(self) -> set[str]:
        """The words of `words`."""
        return set(WORD.findall(self.words))

    @cached_property
    def said(self) -> list[str]:
        """Its text and links for regular expressions: as typed and, if that differs, without
        invisible characters.
        """
        visible = _without_unseen(unicodedata.normalize("NFKC", self._said))
        return list(dict.fromkeys((self._said, visible)))

    @cached_property
    def skeleton(self) -> str:
        """What the name looks like."""
        return skeleton(self.name)

    @cached_property
    def mailbox(self) -> str:
        """The e-mail address, folded for comparing."""
        return folded(self.email)

    @cached_property
    def hosts(self) -> list[str]:
        """Every domain that it names, with or without a scheme."""
        exact = HOST.findall(folded(unquote(" ".join((*self.links, self.website, self.email)))))
        loose = [host for run in HOST.findall(folded(self.text)) for host in _spoken(run)]
        return list(dict.fromkeys(readable(host) for host in (*exact, *loose)))

    @cached_property
    def network_address(self) -> IPv4Address | IPv6Address | None:
        """The address that it came from, if that is known."""
        return client_address.parse(self.address)

    @cached_property
    def clock(self) -> Clock:
        """The time that all regular expressions may take for this comment together."""
        return Clock()

    @property
    def _said(self) -> str:
        return " ".join((self.text, *(link for link in self.links if link not in self.text)))


def folded(text: str) -> str:
    """Return a text as lists compare it: lower case, without marks and invisible characters, with
    similar forms and signs made one.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text.translate(_ALIKE)).casefold()
    return _without_unseen(unicodedata.normalize("NFKD", plain))


def readable(host: str) -> str:
    """Return a domain with its international labels (`xn--…`) decoded; of one longer than RFC 1035
    allows only the end.
    """
    if len(host) > LONGEST_HOST:
        host = host[-LONGEST_HOST:].partition(".")[2]
    if "xn--" not in host:
        return host
    return ".".join(map(_label, host.split(".")))


def _label(label: str) -> str:
    try:
        if label.startswith("xn--"):
            return folded(label[4:].encode("ascii").decode("punycode"))
        return label
    except UnicodeError:
        return label


def _spoken(run: str) -> Iterator[str]:
    """Yield the domains that a run of words and dots may be. Where the space after a full stop is
    missing, its last word belongs to the next sentence, unless it has two letters, like a country's
    domain.
    """
    yield run
    domain, _point, last = run.rpartition(".")
    if "." in domain and len(last) > 2:
        yield domain


def _without_unseen(text: str) -> str:
    unseen = {
        letter
        for letter in set(text)
        if letter in _BLANK or unicodedata.category(letter) in _UNSEEN
    }
    if not unseen:
        return text
    return text.translate(dict.fromkeys(map(ord, unseen)))
