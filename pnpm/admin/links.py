"""A list of links as the office types it: one a line, its name before a bar, its address after it."""

from flask_babel import gettext

from pnpm.markup.urls import is_web

MOST = 30  # links: more is no footer
LONGEST_NAME, LONGEST_ADDRESS = 80, 500  # characters
LONGEST = MOST * (LONGEST_NAME + LONGEST_ADDRESS + 20)  # of all lines, empty ones between them


class BadLine(ValueError):
    """A line that will not do; the message says which, and what to do."""


def read(typed: str) -> list[list[str]]:
    """Names and addresses of the lines that are not empty; BadLine for the first that will not do."""
    found = []
    for number, line in enumerate(typed.split("\n"), 1):
        if line.strip():
            known = {"number": number, "line": _short(line)}
            if len(found) == MOST:
                words = gettext(
                    "Baris %(number)s, “%(line)s”: terlalu banyak tautan, paling banyak %(most)s.", most=MOST, **known
                )
                raise BadLine(words)
            found.append(_read(line, known))
    return found


def spelled(links: list[list[str]]) -> str:
    """The same as one types it."""
    return "\n".join(f"{name} | {address}" for name, address in links)


def _read(line, known):
    name, _bar, address = (" ".join(part.split()) for part in line.rpartition("|"))
    if not name:
        words = gettext("Baris %(number)s, “%(line)s”: tulis nama, garis tegak, alamat: Nama | https://contoh.id", **known)
        raise BadLine(words)
    if len(name) > LONGEST_NAME or len(address) > LONGEST_ADDRESS:
        known |= {"name": LONGEST_NAME, "address": LONGEST_ADDRESS}
        words = gettext("Baris %(number)s, “%(line)s”: paling banyak %(name)s huruf nama dan %(address)s huruf alamat.", **known)
        raise BadLine(words)
    if not is_web(address):
        raise BadLine(gettext("Baris %(number)s, “%(line)s”: tulis alamat yang utuh, misalnya https://contoh.id", **known))
    return [name, address]


def _short(line):
    return line if len(line) <= 40 else f"{line[:40]} …"
