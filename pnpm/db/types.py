"""Column types that behave the same on every engine."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Row, Select, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

# Their types are imported where they are used, so that sites on other engines need not load them.
MYSQL = "mysql", "mariadb"
# the largest integer of a column; PostgreSQL does not even compare a column with a larger one
LARGEST = 2**31 - 1
# a row whose columns are read by name, and a query for such rows
AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: takes and returns aware datetimes, to the microsecond, also where the engine
    stores no zone.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        if dialect.name not in MYSQL:
            return DateTime()
        from sqlalchemy.dialects.mysql import DATETIME

        return DATETIME(fsp=6)  # they drop microseconds unless they are asked for

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


class LongText(TypeDecorator[str]):
    """A text of any length: MySQL's TEXT ends at 64 KiB."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        if dialect.name not in MYSQL:
            return Text()
        from sqlalchemy.dialects.mysql import MEDIUMTEXT

        return MEDIUMTEXT()


class Spelled(LongText):
    """JSON stored as text: MySQL would reorder and round it, and MariaDB refuses lone
    surrogates.
    """

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return json.dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


Json = JSON().with_variant(Spelled(), *MYSQL)
