"""The condition that a text in the index has certain tokens, in the syntax of each engine. Only
tokens that we made are ever part of it.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, and_, column, func, not_, or_, select, true
from sqlalchemy import literal_column as literal
from sqlalchemy import table as table_clause

from pnpm.db.types import MYSQL

from . import index
from .reading import Alternatives

NEWEST = 1000  # texts that are looked through where SQLite has no full-text search
# The same on MySQL and MariaDB before their full-text search is asked, which gathers all texts that
# have a word, however few of them are wanted.
NEWEST_FIRST = 300
Groups = Sequence[Alternatives]


class Match:
    """The texts of a kind that have, for each group, one of its alternatives: a token, or several
    in a row; and not one for each of the groups `without`. `number` and `words` are columns,
    `condition` is what to ask for. With `newest` only so many texts, looked through.
    """

    def __init__(
        self,
        connection: Connection,
        kind: str,
        groups: Groups,
        without: Groups = (),
        newest: int = 0,
    ) -> None:
        self.name = index.table_of(connection, kind)
        self.table = table_clause(self.name, column("words"))
        self.key = index.key_of(connection)
        self.number: ColumnElement[int] = literal(f"{self.name}.{self.key}")
        self.words: ColumnElement[str] = self.table.c.words
        condition = _looked
        if not newest and index.engine_of(connection) != "plain":
            condition = _CONDITIONS[index.engine_of(connection)]
        self.condition = condition(self, groups, without) if groups else true()
        if condition is _looked:
            self.condition &= self.number >= self._oldest_of(connection, newest or NEWEST)

    def _oldest_of(self, connection: Connection, newest: int) -> int:
        """Return the number of the oldest of so many newest texts. Asked by itself, since MariaDB
        would look through all texts to compare each with a query.
        """
        number: ColumnElement[int] = literal(self.key)
        query = select(number).select_from(table_clause(self.name)).order_by(number.desc())
        oldest: int | None = connection.scalar(query.offset(newest - 1).limit(1))
        return oldest or 0

    @staticmethod
    def cheapest_first(
        connection: Connection, kind: str, groups: Groups, without: Groups = ()
    ) -> "Iterator[Match]":
        """Yield such a match, and before it what may find enough of the newest texts for less."""
        if connection.dialect.name in MYSQL:
            yield Match(connection, kind, groups, without, newest=NEWEST_FIRST)
        yield Match(connection, kind, groups, without)


def fits(tokens: str, groups: Groups, without: Groups = ()) -> bool:
    """Return whether a text with these tokens, as `words` makes them, is such a one."""
    return _has(tokens, groups) and not (without and _has(tokens, without))


def _has(tokens: str, groups: Groups) -> bool:
    return all(any(f" {' '.join(wanted)} " in tokens for wanted in group) for group in groups)


def _by_fts5(match: Match, groups: Groups, without: Groups) -> ColumnElement[bool]:
    spelled = _fts5(groups)
    if without:
        spelled = f"({spelled}) NOT ({_fts5(without)})"
    return literal(match.name).op("MATCH")(spelled)


def _fts5(groups: Groups) -> str:
    return " AND ".join(f"({' OR '.join(map(_quoted, group))})" for group in groups)


def _by_mysql(match: Match, groups: Groups, without: Groups) -> ColumnElement[bool]:
    from sqlalchemy.dialects.mysql import match as against

    def has(wanted: Groups) -> ColumnElement[bool]:
        spelled = " ".join(f"+({' '.join(map(_quoted, group))})" for group in wanted)
        found: ColumnElement[bool] = against(match.words, against=spelled).in_boolean_mode()
        return found

    return and_(has(groups), not_(has(without))) if without else has(groups)


def _by_postgresql(match: Match, groups: Groups, without: Groups) -> ColumnElement[bool]:
    spelled = _tsquery(groups)
    if without:
        spelled = f"({spelled}) & !({_tsquery(without)})"
    query = func.to_tsquery(literal("'simple'"), spelled)
    return literal(f"{match.name}.vector").op("@@")(query)


def _tsquery(groups: Groups) -> str:
    each = (" | ".join(f"({' <-> '.join(tokens)})" for tokens in group) for group in groups)
    return " & ".join(f"({one})" for one in each)


def _looked(match: Match, groups: Groups, without: Groups) -> ColumnElement[bool]:
    def has(wanted: Groups) -> ColumnElement[bool]:
        each = [[match.words.like(f"% {' '.join(one)} %") for one in group] for group in wanted]
        return and_(*[or_(*alternatives) for alternatives in each])

    return and_(has(groups), not_(has(without))) if without else has(groups)


def _quoted(tokens: Sequence[str]) -> str:
    return f'"{" ".join(tokens)}"' if len(tokens) > 1 else tokens[0]


_CONDITIONS = {
    "fts5": _by_fts5,
    "mysql": _by_mysql,
    "postgresql": _by_postgresql,
}
