"""Moving a site's database to another one, of any engine; the old one stays as it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from pnpm.db import db, migrations, sqlite

from . import tables
from .export import reading, transfer
from .schema import metadata
from .snapshot import opened

ENGINES = "sqlite", "mysql", "mariadb", "postgresql"
LIKE = (
    "mysql+pymysql://USER:PASSWORD@HOST/NAME?charset=utf8mb4, "
    "postgresql+psycopg://USER:PASSWORD@HOST/NAME, sqlite:////PATH/site.db"
)


class Unusable(Exception):
    """That database cannot be used; the message says why, in one line, without its password."""


@contextmanager
def destination(url: str, replace: bool = False) -> Iterator[Engine]:
    """Give the database at that URL, ready to be copied to. Raises Unusable if there is none, or if
    it holds something and `replace` is false.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ENGINES or not parsed.database:
            raise ArgumentError
        with opened(url) as engine:
            sqlite.make(engine)
            _check(engine, replace)
            migrations.upgrade(engine)
            if tables.is_same(engine, db.engine):
                raise Unusable("That is the site's own database.")
            yield engine
    except (ImportError, NoSuchModuleError) as error:
        raise Unusable(
            "Its driver is not installed. See requirements-mysql.txt and "
            "requirements-postgresql.txt."
        ) from error
    except (ArgumentError, ValueError) as error:
        raise Unusable(f"That is no URL of a database, like {LIKE}.") from error


def move(target: Engine, begin: Callable[[int], Callable[[int], None]]) -> int:
    """Copy the site's whole database to `target`, compare both, and return the number of rows.
    `begin` is called with that number and returns the function to report progress to.

    Raises archive.Unfit, with nothing changed, if the copy differs.
    """
    with reading() as source:
        rows = sum(tables.count(source).values())
        transfer(source, target, begin(rows))
    return rows


def _check(engine: Engine, replace: bool) -> None:
    try:
        with engine.connect() as connection:
            found = set(inspect(connection).get_table_names())
            known = migrations.steps()
            revision = migrations.of(engine)
            is_empty = tables.is_empty(connection)
    except DBAPIError as error:
        raise Unusable(
            f"That database does not answer: {str(error.orig).partition(chr(10))[0]}."
        ) from error
    if revision and revision > known[-1]:
        raise Unusable(
            f"That database is of a newer version of the program ({revision}). Put that "
            "version here."
        )
    if revision not in (None, *known) or (revision is None and found & {*metadata.tables}):
        raise Unusable("That database holds another program's tables.")
    if not (is_empty or replace):
        raise Unusable("That database holds a site already. With --replace it is replaced.")
