"""The result of a check, in one line: what is fine, or what is wrong, why it matters and what to
do.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from flask_babel import gettext as _

from pnpm.markup.characters import one_line

LONGEST = 200  # characters of another program's words that are quoted


class Finding(NamedTuple):
    """The result of one check: its line, its name, and whether nothing after it can be checked."""

    is_fine: bool
    words: str
    check: str = ""
    is_last: bool = False


class Ill(Exception):
    """A check failed: what is wrong, why it matters, and what to do, in one line."""


class Fatal(Ill):
    """A check failed, and nothing after it can be checked."""


def of(checks: Iterable[Callable], *arguments) -> Iterator[Finding]:
    """Call each check with the arguments, and yield what it finds: it returns the words for what is
    fine, raises Ill, or returns None if it does not apply.
    """
    for check in checks:
        finding = _of(check, arguments)
        if finding.words:
            yield finding
        if finding.is_last:
            return


def quoted(said: object) -> str:
    """Return another program's words fit for a line of ours: no control characters, not long."""
    line = one_line(str(said))
    if len(line) <= LONGEST:
        return line
    return f"{line[:LONGEST]}…"


def _of(check, arguments):
    name = check.__name__.strip("_")
    try:
        return Finding(True, check(*arguments) or "", name)
    except Ill as found:
        return Finding(False, str(found), name, isinstance(found, Fatal))
    # whatever it is, the other checks go on. Its message is not shown, as it may quote a value
    except Exception as error:
        words = _(
            "Pemeriksaan “%(name)s” gagal (%(kind)s), jadi hasilnya tidak diketahui. Lihat "
            "catatan galat.",
            name=name,
            kind=type(error).__name__,
        )
        return Finding(False, words, name)
