"""How our types are kept in a table's columns, alike on every engine."""

import json
from datetime import UTC

from sqlalchemy import JSON, DateTime, Dialect, Text, TypeDecorator
from sqlalchemy.dialects import mysql


class Moment(TypeDecorator):
    """A moment in UTC: takes and gives aware datetimes, to the microsecond, on engines that keep no zone."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect):
        # MariaDB and MySQL drop microseconds unless they are asked for.
        return mysql.DATETIME(fsp=6) if dialect.name in ("mysql", "mariadb") else DateTime()

    def process_bind_param(self, value, dialect):
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value, dialect):
        return value and value.replace(tzinfo=UTC)


class Spelled(TypeDecorator):
    """JSON as this program spells it: MySQL would reorder and round it, MariaDB refuses what is no Unicode text."""

    impl = mysql.MEDIUMTEXT
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return json.dumps(value)

    def process_result_value(self, value, dialect):
        return json.loads(value)


LARGEST = 2**31 - 1  # that a whole number's column holds; PostgreSQL does not even compare it with a larger one

# MySQL's TEXT ends at 64 KiB.
LongText = Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
Json = JSON().with_variant(Spelled(), "mysql", "mariadb")
