"""What an exported file says of the site that it is of, and the site's rows, read piece by piece:
no more of them is in memory than a few, whatever the site holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Table, select

from pnpm.articles.models import VISIBLE, Article, Redirect, address
from pnpm.db.types import AnyRow
from pnpm.imports.addresses import OldAddress
from pnpm.site_settings import Words

BATCH = 100  # rows read at a time: an article may be long


@dataclass(frozen=True)
class Site:
    """A site that is taken along. `url` is its address without the last slash, `identity` what its
    feeds are known by, `nobody` the name of who gave none; `days` is after how many days its
    articles take no more comments (None: never). With `personal`, data that say who a reader is are
    taken along, too.
    """

    url: str
    language: str
    zone: ZoneInfo
    words: Words
    identity: str
    nobody: str
    days: int | None = None
    personal: bool = False


def rows(
    connection: Connection, table: Table, *conditions: ColumnElement[bool]
) -> Iterator[AnyRow]:
    """Yield the rows of a table that has ids, by id, of which these conditions are true."""
    for batch in batches(connection, table, *conditions):
        yield from batch


def batches(
    connection: Connection, table: Table, *conditions: ColumnElement[bool]
) -> Iterator[Sequence[AnyRow]]:
    """Yield the same rows, a few at a time."""
    last = 0
    query = select(table).where(*conditions).order_by(table.c.id).limit(BATCH)
    while batch := connection.execute(query.where(table.c.id > last)).all():
        yield batch
        last = batch[-1].id


def former_paths(connection: Connection, zone: ZoneInfo) -> list[str]:
    """Return the paths under which articles that readers can see were found before, here or on
    another system.
    """
    query = select(Redirect.slug, Article.published_at).join(Article)
    found = connection.execute(query.where(*VISIBLE).order_by(Redirect.slug))
    parts = [address(slug, moment, zone) for slug, moment in found]
    here = [f"/{each['year']:04}/{each['month']:02}/{each['slug']}.html" for each in parts]
    old = select(OldAddress.path).order_by(OldAddress.path)
    return [*here, *(path for path in connection.scalars(old) if "?" not in path)]
