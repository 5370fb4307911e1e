"""Comments for which an import found no article: they are kept in a file, which can be imported
like the archive itself, with a mapping that says where they belong.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from time import time

from . import record_json
from .records import ArchivedComment, ArchivedSite, NotAnArchive, Record, System, Unreadable

NAME = "orphans-{key}.json"  # in the folder of the imports
# the first line of such a file, up to the system's name; a comment stands on each that follows
BEGINNING = b'{"pnpm": "orphans", "system": '
LONGEST = 4_000_000  # characters of a line
KEPT_SECONDS = 30 * 24 * 3600  # as long as what was deleted: it has readers' addresses in it


def write(path: Path, system: System, site: ArchivedSite, comments: Iterable[str]) -> int:
    """Write packed comments to a file, whole or not at all, and return how many; none makes no
    file.
    """
    new = path.with_suffix(".new")
    count = 0
    head = {"key": site.key, "title": site.title, "address": site.address}
    with new.open("w", encoding="ascii") as file:
        new.chmod(0o600)
        file.write(f'{BEGINNING.decode()}"{system.value}", "site": {json.dumps(head)}}}\n')
        for comment in comments:
            file.write(f"{comment}\n")
            count += 1
    if count:
        new.replace(path)
    else:
        new.unlink()
    return count


def is_one(path: Path) -> bool:
    """Return whether it is such a file. Raises OSError."""
    if not path.is_file():  # the reader says why; or knows what else is meant
        return False
    with path.open("rb") as file:
        return file.read(len(BEGINNING)) == BEGINNING


def read(path: Path, system: System) -> Iterator[Record]:
    """Yield what such a file holds. Raises NotAnArchive if it is of another system."""
    with path.open(encoding="utf-8", errors="replace") as file:
        head = _json(file.readline(LONGEST))
        if head.get("system") != system.value:
            raise NotAnArchive(f"These comments are from another system: {head.get('system')}.")
        site = head.get("site")
        if not isinstance(site, dict) or not all(isinstance(one, str) for one in site.values()):
            raise NotAnArchive("The first line does not say which site it is from.")
        yield ArchivedSite(**{name: site.get(name, "") for name in ("key", "title", "address")})
        for number, line in enumerate(iter(lambda: file.readline(LONGEST), ""), 2):
            yield _comment(line, number)


def remove_old(folder: Path) -> None:
    """Delete the files that were written longer than KEPT_SECONDS ago."""
    for path in folder.glob(NAME.format(key="*")):
        if time() - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)


def erase(folder: Path, erasure_of: Callable[[ArchivedComment], str]) -> None:
    """Take what was erased out of the files; `erasure_of` says of a comment how its author's were:
    `address`, `nobody` (they stay, without the author), or not at all (empty). Raises OSError.
    """
    for path in folder.glob(NAME.format(key="*")):
        new = path.with_suffix(".new")
        with path.open(encoding="ascii", errors="replace") as file, new.open("w") as left:
            new.chmod(0o600)
            left.write(file.readline(LONGEST))
            while line := file.readline(LONGEST):
                left.write(_left_of(line, erasure_of))
        new.replace(path)


def _left_of(line: str, erasure_of: Callable[[ArchivedComment], str]) -> str:
    comment = _comment(line, 0)
    erased = "" if isinstance(comment, Unreadable) else erasure_of(comment)
    if not erased or isinstance(comment, Unreadable):
        return line
    if erased == "address":
        return ""
    return f"{record_json.packed(replace(comment, name='', email='', website=''))}\n"


def _comment(line: str, number: int) -> ArchivedComment | Unreadable:
    try:
        found = record_json.comment(line)
        texts = (found.key, found.text, found.name, found.email, found.website, found.parent)
        where = (found.article, found.article_address, found.article_title)
        is_whole = all(isinstance(one, str) for one in (*texts, *where)) and found.key
        if is_whole and found.created_at.tzinfo is not None:
            return found
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    return Unreadable("comment", "the line is no comment", number)


def _json(line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}
