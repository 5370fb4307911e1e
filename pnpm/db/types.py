"""How our types are kept in a table's columns, alike on every engine."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Row, Select, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

# whose own types are imported where they are used: other engines' sites would pay for it
MYSQL = "mysql", "mariadb"
# that a whole number's column holds; PostgreSQL does not even compare it with a larger one
LARGEST = 2**31 - 1
# a row whose columns go by their names, and a query for such
AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: takes and gives aware datetimes, to the microsecond, on engines that keep no
    zone.
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
    """JSON as this program spells it: MySQL would reorder and round it, MariaDB refuses what is no
    Unicode text.
    """

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return json.dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return json.loads(value)


Json = JSON().with_variant(Spelled(), *MYSQL)
