"""MySQL and MariaDB: every text in four-byte UTF-8, compared letter by letter, as the other engines
do.

Three bytes cannot hold an emoji, and what hosts have as their default takes `Siti`, `siti` and
`Sîti` for one name. Where the server is new enough, a space at the end counts, too: else an address
with one would be an article's second address.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, event, text

CHARACTERS = "utf8mb4"
# of MariaDB, of MySQL 8, of whatever is older
COLLATIONS = "utf8mb4_nopad_bin", "utf8mb4_0900_bin", "utf8mb4_bin"


@event.listens_for(Table, "before_create")
def of_new_table(table: Table, connection: Connection, **_more: Any) -> None:
    """For one that is made: its database's default is the host's, which not every account may
    change.
    """
    engine = connection.dialect.name
    if engine in ("mysql", "mariadb"):
        table.kwargs.update(
            {f"{engine}_charset": CHARACTERS, f"{engine}_collate": _collation(connection)}
        )


def of_tables(connection: Connection, ours: Iterable[str]) -> None:
    """For those of ours that are there, made by a version that left it to the host; other programs'
    may be beside them.
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
