"""What the office's lists look at in a comment, each kind of list in the form in which it
compares.
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
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters by their category, and nothing to see


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
        """What it says and where its links lead, as words are compared."""
        return folded(self._said)

    @cached_property
    def every_word(self) -> set[str]:
        """Each word of that."""
        return set(WORD.findall(self.words))

    @cached_property
    def said(self) -> list[str]:
        """The same for regular expressions: as it stands, and without what is not seen if there is
        any of that.
        """
        return list(
            dict.fromkeys((self._said, _without_unseen(unicodedata.normalize("NFKC", self._said))))
        )

    @cached_property
    def skeleton(self) -> str:
        """What the name looks like."""
        return skeleton(self.name)

    @cached_property
    def mailbox(self) -> str:
        """The e-mail address, as addresses are compared."""
        return folded(self.email)

    @cached_property
    def hosts(self) -> list[str]:
        """Every domain that it names, with or without a scheme."""
        exact = HOST.findall(folded(unquote(" ".join((*self.links, self.website, self.email)))))
        loose = [host for run in HOST.findall(folded(self.text)) for host in _spoken(run)]
        return list(dict.fromkeys(readable(host) for host in (*exact, *loose)))

    @cached_property
    def network_address(self) -> IPv4Address | IPv6Address | None:
        """Its address, if it came from one that is known."""
        return client_address.parse(self.address)

    @cached_property
    def clock(self) -> Clock:
        """How long all regular expressions may look at it together."""
        return Clock()

    @property
    def _said(self) -> str:
        return " ".join((self.text, *(link for link in self.links if link not in self.text)))


def folded(text: str) -> str:
    """A text as lists compare it: small letters without marks, compatible forms and signs made one,
    nothing unseen.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text.translate(_ALIKE)).casefold()
    return _without_unseen(unicodedata.normalize("NFKD", plain))


def readable(host: str) -> str:
    """A domain with its international labels decoded: `xn--` ones become letters. The end of it, if
    it is longer than can be.
    """
    if len(host) > LONGEST_HOST:
        host = host[-LONGEST_HOST:].partition(".")[2]
    return ".".join(map(_label, host.split("."))) if "xn--" in host else host


def _label(label: str) -> str:
    try:
        if label.startswith("xn--"):
            return folded(label[4:].encode("ascii").decode("punycode"))
        return label
    except UnicodeError:
        return label


def _spoken(run: str) -> Iterator[str]:
    """The domains that a run of words and points in a text may be: where the space after a full
    stop is missing, its last word belongs to the next sentence. One of two letters is taken for a
    country.
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
    return text.translate(dict.fromkeys(map(ord, unseen))) if unseen else text
