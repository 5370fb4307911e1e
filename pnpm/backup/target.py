"""The database that the office wants to move the site to: its address as somebody types it, and
whether it can be used, found out without changing anything there.

The address holds a password. No message says anything of it, nor what a driver says of it.
"""

import os
import sqlite3
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from pnpm.db import db, migrations, relocation
from pnpm.db.errors import NotStored
from pnpm.db.types import MYSQL
from pnpm.files import within

from . import tables
from .schema import metadata
from .snapshot import opened

LONGEST = 1000  # characters of an address
DRIVERS = {"mysql": "pymysql", "mariadb": "pymysql", "postgresql": "psycopg"}
NAMES = {"postgres": "postgresql"}  # what panels of hosts call it
# What an address may have behind its `?`. A driver takes much more, such as files of this machine
# to be read; whoever needs that has `flask move-database`.
OPTIONS = {
    "mysql": {"charset", "unix_socket", "ssl_disabled"},
    "postgresql": {"sslmode", "host"},
}
ENDING = ".db"  # of the name of a file of SQLite, which lies in the instance folder
# The oldest version of each that has what our tables need: long indexes in utf8mb4, columns that
# are made of others.
OLDEST = {"mariadb": (10, 2), "mysql": (5, 7), "postgresql": (12,)}
# What is tried, with a table that is taken away again.
_TRIED = (
    text("CREATE TABLE pnpm_trial (id INTEGER PRIMARY KEY)"),
    text("INSERT INTO pnpm_trial VALUES (1)"),
)
# And on MySQL this; elsewhere whoever made a table may make its triggers.
_GUARDED = text(
    "CREATE TRIGGER pnpm_trial_0 BEFORE UPDATE ON pnpm_trial FOR EACH ROW SET @trial = 1"
)
_FORGOTTEN = text("DROP TABLE IF EXISTS pnpm_trial")
# MySQL's codes, and what PostgreSQL says in words alone while one connects: no such account, or
# another password; no such database
_REFUSED, _UNKNOWN, _FORBIDDEN = {1045, 1698, 1251}, {1049}, {1044, 1142, 1227, 1370, 1419}
_REFUSED_IN_WORDS = "authentication failed", "no pg_hba.conf entry", "role "
_UNKNOWN_IN_WORDS = "database "
_FORBIDDEN_STATES = {"42501", "25006"}


class Unusable(Exception):
    """That database cannot be used; `fault` says why: `address`, `file`, `driver`, `own`, `away`,
    `refused`, `unknown`, `old`, `foreign`, `newer`, `rights`, `filled`.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass
class Found:
    """What is there: the engine and its version, the host (empty for a file) and the name, how many
    tables of other programs, how many articles, comments and pictures, and a summary of them where
    the tables are of this version.
    """

    kind: str
    version: str
    host: str
    name: str
    others: int = 0
    holds: dict[str, int] = field(default_factory=dict)
    summed: list[Any] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nobody has written anything there."""
        return not any(self.holds.values())

    @property
    def summary(self) -> tables.Summary | None:
        """The summary; None where there is none."""
        return tables.Summary.read(self.summed) if self.summed else None

    def written(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def address(typed: str, instance: Path) -> str:
    """Return the URL that was meant. Raises Unusable."""
    typed = typed.strip()
    if not typed or len(typed) > LONGEST or not typed.isprintable():
        raise Unusable("address")
    if typed.startswith("/"):
        typed = f"sqlite:///{typed}"
    try:
        url = make_url(typed)
    except (ArgumentError, ValueError) as error:
        raise Unusable("address") from error
    name, _, driver = url.drivername.partition("+")
    name = NAMES.get(name, name)
    if name == "sqlite":
        return _file(url, driver, instance)
    if name not in DRIVERS:
        raise Unusable("address")
    if driver not in ("", DRIVERS[name]):
        raise Unusable("driver")
    return _server(url.set(drivername=f"{name}+{DRIVERS[name]}"))


def look_at(url: str) -> Found:
    """Return what is at that URL. Raises Unusable."""
    try:
        if relocation.identity(url) == relocation.identity(_own()):
            raise Unusable("own")
        if _is_new_file(url):
            return _new_file(url)
        with opened(url) as engine:
            return _looked_at(engine)
    except (ImportError, NoSuchModuleError) as error:
        raise Unusable("driver") from error
    except DBAPIError as error:
        raise Unusable(fault_of(error)) from error
    except NotImplementedError as error:  # the driver knows no such version any more
        raise Unusable("old") from error
    except NotStored as error:  # SQLite's file can only be read
        raise Unusable("rights") from error
    except (SQLAlchemyError, ValueError) as error:
        raise Unusable("away") from error


def fault_of(error: DBAPIError) -> str:
    """Return why a database refused something: `refused`, `unknown`, `rights`, `foreign` (it is no
    database) or `away`.
    """
    original = error.orig
    code = next(iter(getattr(original, "args", ())), None)
    state = getattr(original, "sqlstate", None)
    if isinstance(original, sqlite3.DatabaseError):
        is_none = getattr(original, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_NOTADB
        return "foreign" if is_none else "rights"
    if code in _FORBIDDEN or state in _FORBIDDEN_STATES:
        return "rights"
    if code in _REFUSED or (state or "").startswith("28"):
        return "refused"
    if code in _UNKNOWN or state == "3D000":
        return "unknown"
    words = str(original)
    if any(part in words for part in _REFUSED_IN_WORDS):
        return "refused"
    return "unknown" if f"FATAL:  {_UNKNOWN_IN_WORDS}" in words else "away"


def kind_of(engine: Engine) -> str:
    """Return `sqlite`, `mysql`, `mariadb` or `postgresql`; for a server it must have been asked
    something before.
    """
    return "mariadb" if getattr(engine.dialect, "is_mariadb", False) else engine.dialect.name


def without_password(url: str, word: str) -> str:
    """Return the URL, fit to be shown: with that word in place of the password."""
    parsed = make_url(url)
    return (parsed.set(password=word) if parsed.password else parsed).render_as_string(
        hide_password=False
    )


def _file(url: URL, driver: str, instance: Path) -> str:
    """Only a file of the instance folder, so that the office can neither write over a file of the
    host, nor put what people wrote where a web server gives it out or runs it.
    """
    given = Path(url.database or "")
    if driver or url.query or url.host or not url.database:
        raise Unusable("address")
    path = None
    if given.parent in (Path(), instance):
        path = within(instance, given.name)
    if path is None or path.suffix != ENDING or (path.exists() and not path.is_file()):
        raise Unusable("file")
    return f"sqlite:///{path}"


def _server(url: URL) -> str:
    backend = "mysql" if url.get_backend_name() in MYSQL else "postgresql"
    is_whole = url.database and (url.host or url.query.keys() & {"unix_socket", "host"})
    # an @ in a password, which is to be written %40
    is_torn = "@" in (url.host or "") or "/" in (url.database or "")
    is_port = url.port is None or 0 < url.port < 65536
    if not is_whole or is_torn or not is_port or not url.query.keys() <= OPTIONS[backend]:
        raise Unusable("address")
    if backend == "mysql":
        url = url.update_query_dict({"charset": "utf8mb4"})
    return url.render_as_string(hide_password=False)


def _own() -> str:
    return db.engine.url.render_as_string(hide_password=False)


def _is_new_file(url: str) -> bool:
    parsed = make_url(url)
    path = parsed.database or ""
    return parsed.get_backend_name() == "sqlite" and not (
        os.path.exists(path) and os.path.getsize(path)
    )


def _new_file(url: str) -> Found:
    path = Path(make_url(url).database or "")
    if not os.access(path.parent, os.W_OK):
        raise Unusable("rights")
    return Found("sqlite", sqlite3.sqlite_version, "", path.name)


def _looked_at(engine: Engine) -> Found:
    revision = migrations.of(engine)
    with engine.connect() as connection:
        found = _found(engine, connection)
        ours = {*inspect(connection).get_table_names()} & migrations.tables()
        known = migrations.steps()
        if revision and revision > known[-1]:
            raise Unusable("newer")
        if revision not in (None, *known) or (revision is None and ours):
            raise Unusable("foreign")
        if revision == known[-1]:
            found.summed = tables.summary(connection).written()
    if revision == known[-1] and tables.is_same(db.engine, engine):
        raise Unusable("own")
    _try(engine)
    return found


def _found(engine: Engine, connection: Connection) -> Found:
    kind = kind_of(engine)
    version = [part for part in engine.dialect.server_version_info or () if isinstance(part, int)]
    if tuple(version) < OLDEST.get(kind, ()):
        raise Unusable("old")
    name = engine.url.database or ""
    if kind == "sqlite":
        name = Path(name).name
    there = inspect(connection).get_table_names()
    others = [each for each in there if each not in {*metadata.tables} | migrations.tables()]
    return Found(
        kind,
        ".".join(map(str, version[:3])),
        engine.url.host or "",
        name,
        len([each for each in others if not each.startswith("search_")]),
        tables.holds(connection),
    )


def _try(engine: Engine) -> None:
    """Make a table and a trigger as our log has them, and take both away. Raises DBAPIError."""
    is_mysql = engine.dialect.name in MYSQL  # which commits each of them
    with engine.connect().execution_options(writes=True) as connection:
        transaction = connection.begin()
        try:
            if is_mysql:  # left by who was killed in the midst of this
                connection.execute(_FORGOTTEN)
            for statement in _TRIED:
                connection.execute(statement)
            if is_mysql:
                connection.execute(_GUARDED)
        finally:
            transaction.rollback()
            if is_mysql:
                with suppress(DBAPIError):
                    connection.execute(_FORGOTTEN)
                connection.rollback()
