"""MySQL and MariaDB: all text in four-byte UTF-8, compared by code points, as the other engines do.

Three bytes cannot hold an emoji, and the usual defaults take `Siti`, `siti` and `Sîti` for one
name. Where the server is new enough, trailing spaces count, too: otherwise an address with one
would be another address of the same article.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, event, text

CHARACTERS = "utf8mb4"
# of MariaDB, of MySQL 8, of older versions; the first that the server has is used
COLLATIONS = "utf8mb4_nopad_bin", "utf8mb4_0900_bin", "utf8mb4_bin"


@event.listens_for(Table, "before_create")
def of_new_table(table: Table, connection: Connection, **_more: Any) -> None:
    """Set the character set of a table that is created: the database's default is the host's, and
    not every account may change that.
    """
    engine = connection.dialect.name
    if engine in ("mysql", "mariadb"):
        table.kwargs.update(
            {f"{engine}_charset": CHARACTERS, f"{engine}_collate": _collation(connection)}
        )


def of_tables(connection: Connection, ours: Iterable[str]) -> None:
    """Convert those of our tables that an older version created with the host's default; other
    programs' tables are left alone.
    """
    query = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND "
        "table_collation <> :right"
    )
    right = _collation(connection)
    others = {*ours} & {*connection.scalars(text(query), {"right": right})}
    connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
    for table in others:
        connection.execute(
            text(f"ALTER TABLE `{table}` CONVERT TO CHARACTER SET {CHARACTERS} COLLATE {right}")
        )
    connection.execute(text("SET FOREIGN_KEY_CHECKS = 1"))


def _collation(connection: Connection) -> str:
    query = text(
        "SELECT collation_name FROM information_schema.collations WHERE collation_name IN :names"
    )
    known = set(
        connection.scalars(query.bindparams(bindparam("names", COLLATIONS, expanding=True)))
    )
    return next(name for name in COLLATIONS if name in known)
