"""MySQL and MariaDB: every text in four-byte UTF-8, compared letter by letter, as the other engines do.

Three bytes cannot hold an emoji, and what hosts have as their default takes `Siti`, `siti` and `Sîti` for one name.
"""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

CHARACTERS, COLLATION = "utf8mb4", "utf8mb4_bin"


def of_database(connection: Connection) -> None:
    """For the tables that will be made; not every host allows that, and `of_tables` mends what it must."""
    try:
        connection.execute(text(f"ALTER DATABASE CHARACTER SET {CHARACTERS} COLLATE {COLLATION}"))
    except DBAPIError:
        connection.rollback()


def of_tables(connection: Connection) -> None:
    """For those that are there."""
    query = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_collation <> :right"
    others = list(connection.scalars(text(query), {"right": COLLATION}))
    connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
    for table in others:
        connection.execute(text(f"ALTER TABLE `{table}` CONVERT TO CHARACTER SET {CHARACTERS} COLLATE {COLLATION}"))
    connection.execute(text("SET FOREIGN_KEY_CHECKS = 1"))
