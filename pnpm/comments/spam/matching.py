"""What a line of the office's lists means: a text to look for first, and a function that tells
whether a comment matches.
"""

import enum
import ipaddress
import re
from collections.abc import Callable
from typing import NamedTuple

from pnpm.markup.confusables import skeleton

from .regex import Broken, Missing, Pattern
from .sample import Sample, folded, readable

LETTER = r"[^\W_]"
# letters that a `*` between two parts of a word stands for; more would make long texts slow
FARTHEST = 80
# bits of an IPv6 address that tell who it is; the rest changes by itself (RFC 6177)
SUBSCRIBER = 64
_HASH = re.compile(r"[0-9a-f]{8,64}")
_DOMAIN = re.compile(r"[\w*-]+(?:\.[\w*-]+)*")


class Fault(enum.Enum):
    """What is wrong with a line."""

    BROKEN = "broken"
    SLOW = "slow"
    MISSING = "missing"  # the package that regular expressions need
    LONG = "long"
    MANY = "many"
    PATTERNS = "patterns"  # too many of them
    DOMAIN = "domain"
    ADDRESS = "address"
    STARS = "stars"
    WIDE = "wide"  # it would match everything


class Unfit(ValueError):
    """A line that cannot be matched: the fault, and a detail of it if there is one."""

    def __init__(self, fault: Fault, detail: object = "") -> None:
        super().__init__(fault, detail)
        self.fault, self.detail = fault, detail


class Meaning(NamedTuple):
    """What a line means. `needle` is a cheap first test: unless it is in what lists of its kind
    look at, the line cannot match. If `is_whole`, it has to be one of the words there, which is
    cheaper still.
    """

    needle: str
    matches: Callable[[Sample], bool]
    pattern: Pattern | None = None
    is_whole: bool = False


# What each kind of list looks at: in plain lines, and in regular expressions.
SEEN: dict[str, Callable[[Sample], str]] = {
    "words": lambda sample: sample.words,
    "domains": lambda sample: " ".join(sample.hosts),
    "names": lambda sample: sample.skeleton,
    "addresses": lambda sample: sample.mailbox,
}
SEARCHED: dict[str, Callable[[Sample], list[str]]] = {
    "words": lambda sample: sample.said,
    "domains": lambda sample: sample.hosts,
    "names": lambda sample: [sample.name],
    "addresses": lambda sample: [sample.email, sample.address],
}


def expression(kind: str, source: str) -> Meaning:
    """Return what a regular expression means in a list of that kind. Raises Unfit if it is
    invalid.
    """
    try:
        pattern = Pattern(source)
    except Broken as broken:
        # after the slash, counted from 1
        raise Unfit(Fault.BROKEN, broken.position + 2) from broken
    except Missing as missing:
        raise Unfit(Fault.MISSING) from missing
    texts = SEARCHED[kind]
    return Meaning(
        "",
        lambda sample: any(pattern.search(text, sample.clock) for text in texts(sample)),
        pattern,
    )


def _word(line: str) -> Meaning:
    parts = [part for part in re.split(r"(\*|\s+)", folded(line)) if part]
    needles = [part for part in parts if part != "*" and not part.isspace()]
    if not needles:
        raise Unfit(Fault.WIDE)
    meant = [_expression(part) for part in parts]
    # A line that begins or ends with a letter or digit matches whole words there; one that begins
    # or ends with `*` matches any word, however long.
    if parts[0][0].isalnum():
        meant[0] = rf"(?<!{LETTER}){meant[0]}"
    elif parts[0] == "*":
        meant[0] = ""
    if parts[-1][-1].isalnum():
        meant[-1] = rf"{meant[-1]}(?!{LETTER})"
    elif parts[-1] == "*":
        meant[-1] = ""
    found = re.compile("".join(meant))
    needle = max(needles, key=len)
    is_whole = needle.isalnum() and "*" not in parts
    return Meaning(needle, lambda sample: bool(found.search(sample.words)), is_whole=is_whole)


def _expression(part: str) -> str:
    """Return the expression of a part of a line: any letters, anything between words, or the part
    itself.
    """
    if part == "*":
        return f"{LETTER}{{0,{FARTHEST}}}"
    if part.isspace():
        return r"[\W_]+"
    return re.escape(part)


def _domain(line: str) -> Meaning:
    whole = re.sub(r"^https?://", "", folded(line)).rstrip("/.")
    domain = readable(re.sub(r"^(?:\*?\.|www\.)", "", whole))
    if not _DOMAIN.fullmatch(domain) or not ("." in domain or whole.startswith(("*.", "."))):
        raise Unfit(Fault.DOMAIN)
    parts = domain.split("*")
    if not any(part.strip(".-") for part in parts):
        raise Unfit(Fault.WIDE)
    found = re.compile(r"(?:.*\.)?" + r"[\w-]*".join(map(re.escape, parts)))
    return Meaning(max(parts, key=len), lambda sample: any(map(found.fullmatch, sample.hosts)))


def _name(line: str) -> Meaning:
    parts = [skeleton(part) for part in line.split("*")]
    if not any(parts):  # no letter in it: compared literally
        if "*" in line:
            raise Unfit(Fault.WIDE)
        return Meaning("", lambda sample: folded(sample.name) == folded(line))
    found = re.compile(".*".join(map(re.escape, parts)))
    return Meaning(max(parts, key=len), lambda sample: bool(found.fullmatch(sample.skeleton)))


def _address(line: str) -> Meaning:
    line = folded(line)
    if line.startswith("@"):
        line = f"*{line}"
    if "@" in line:
        return _mailbox(line)
    if _HASH.fullmatch(line):
        return Meaning("", lambda sample: any(kept.startswith(line) for kept in sample.hashes))
    try:
        network = ipaddress.ip_network(line, strict=False)
    except ValueError:
        raise Unfit(Fault.ADDRESS) from None
    if not network.prefixlen:
        raise Unfit(Fault.WIDE)
    if network.version == 6 and network.prefixlen > SUBSCRIBER:
        network = network.supernet(new_prefix=SUBSCRIBER)
    return Meaning(
        "", lambda sample: sample.network_address is not None and sample.network_address in network
    )


def _mailbox(line: str) -> Meaning:
    parts = line.split("*")
    if not any(part.strip("@.") for part in parts):
        raise Unfit(Fault.WIDE)
    found = re.compile(".*".join(map(re.escape, parts)))
    return Meaning(max(parts, key=len), lambda sample: bool(found.fullmatch(sample.mailbox)))


PLAIN = {"words": _word, "domains": _domain, "names": _name, "addresses": _address}
