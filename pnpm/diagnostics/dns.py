"""The text records of a domain, asked of this machine's resolver: the standard library asks for
addresses alone.
"""

import secrets
import socket
import struct
from pathlib import Path

RESOLVERS = Path("/etc/resolv.conf")
TEXT, INTERNET = 16, 1  # RFC 1035, 3.2.2 and 3.2.4
PORT = 53
LARGEST = 4096  # bytes of an answer


class Unanswered(Exception):
    """The resolver does not answer, or not in a way that can be read."""


def texts(domain: str, seconds: float, resolvers: Path = RESOLVERS) -> list[str]:
    """Return the text records of a domain; none if it does not exist. Raises Unanswered."""
    try:
        question = _question(domain)
        for line in resolvers.read_text().splitlines():
            kind, _space, address = line.strip().partition(" ")
            if kind == "nameserver":
                return _records(_answer(address.strip(), question, seconds), question)
    except (OSError, ValueError, struct.error, IndexError) as error:
        raise Unanswered(type(error).__name__) from error
    raise Unanswered("no resolver")


def _question(domain: str) -> bytes:
    """Return the question (RFC 1035, 4.1), with a number that nobody else can guess."""
    labels = [label.encode("ascii") for label in domain.rstrip(".").split(".")]
    name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    is_recursive = 0x0100
    header = struct.pack(">6H", secrets.randbits(16), is_recursive, 1, 0, 0, 0)
    return header + name + struct.pack(">2H", TEXT, INTERNET)


def _answer(address: str, question: bytes, seconds: float) -> bytes:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.settimeout(seconds)
        asking.connect((address, PORT))  # so that nobody else's answer is taken
        asking.send(question)
        return asking.recv(LARGEST)


def _records(answer: bytes, question: bytes) -> list[str]:
    number, flags, _questions, count = struct.unpack(">4H", answer[:8])
    is_cut, code = flags & 0x0200, flags & 0x000F
    if number != struct.unpack(">H", question[:2])[0] or is_cut or code not in (0, 3):
        raise ValueError("not an answer")
    found, place = [], len(question)
    for _record in range(count):
        place = _after_name(answer, place)
        kind, _class, _ttl, length = struct.unpack(">HHIH", answer[place : place + 10])
        place += 10
        if kind == TEXT:
            found.append(_text(answer[place : place + length]))
        place += length
    return found


def _after_name(answer: bytes, place: int) -> int:
    """Return where a name ends: at its end, or after the pointer to the rest of it."""
    while answer[place]:
        if answer[place] >= 0xC0:
            return place + 2
        place += answer[place] + 1
    return place + 1


def _text(data: bytes) -> str:
    """Return a record's pieces, each with its length before it, as one text."""
    pieces, place = [], 0
    while place < len(data):
        end = place + 1 + data[place]
        pieces.append(data[place + 1 : end])
        place = end
    return b"".join(pieces).decode("ascii", "replace")
