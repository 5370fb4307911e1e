"""What a check finds, in one line: fine, or what is wrong, why it matters and what to do."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from flask_babel import gettext as _

from pnpm.markup.characters import one_line

LONGEST = 200  # characters of what another program says


class Finding(NamedTuple):
    """One line, which check it comes from, and whether nothing after it could be checked."""

    is_fine: bool
    words: str
    check: str = ""
    is_last: bool = False


class Ill(Exception):
    """What is wrong, why it matters, and what to do, in one line."""


class Fatal(Ill):
    """The same, and nothing after it can be checked."""


def of(checks: Iterable[Callable], *given) -> Iterator[Finding]:
    """What these checks find. Each gives the words for what is fine, raises what is not, or gives
    None: it does not apply.
    """
    for check in checks:
        finding = _of(check, given)
        if finding.words:
            yield finding
        if finding.is_last:
            return


def quoted(said: object) -> str:
    """What another program said, fit for a line of ours: no control characters, not long."""
    line = one_line(str(said))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _of(check, given):
    name = check.__name__.strip("_")
    try:
        return Finding(True, check(*given) or "", name)
    except Ill as found:
        return Finding(False, str(found), name, isinstance(found, Fatal))
    # whatever it is: the others still tell what they find. No value is shown
    except Exception as error:
        words = _(
            "Pemeriksaan “%(name)s” gagal (%(kind)s), jadi hasilnya tidak diketahui. Lihat "
            "catatan galat.",
            name=name,
            kind=type(error).__name__,
        )
        return Finding(False, words, name)
