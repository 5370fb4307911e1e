"""Taking personal data out of the log: the chain still holds, and a slip is still seen."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from pnpm.admin.undo import can_undo
from pnpm.audit import redaction
from pnpm.audit.chain import Break
from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, break_in_chain
from pnpm.audit.redaction import NOTHING, Left
from pnpm.db import db, transaction
from tests.engines import WITHOUT_GUARDS


@pytest.fixture
def entries(app):
    """Three entries about trust; the second one names Siti."""
    with transaction():
        for name in ("Rudi", "Siti Aminah", "Wati"):
            change = {"name": name, "trusted": False}, {"name": name, "trusted": True}
            ChangeSet("Bu Camat").record(AuditAction.TRUSTED, "author", [(None, *change)])


def redact(**left):
    with transaction():
        connection = db.session.connection()
        numbered = {int(number.removeprefix("entry")): sides for number, sides in left.items()}
        redaction.redact(connection, numbered, ChangeSet("Bu Camat"))
    db.session.expire_all()


def execute(*queries):
    with db.engine.begin() as connection:
        for query in queries:
            connection.execute(text(query))


def everything():
    return [str((row.before, row.after, row.salt)) for row in db.session.query(AuditEntry)]


@pytest.mark.engines
def test_the_values_are_gone_and_the_chain_holds(entries):
    redact(entry2=Left({"trusted": False}, {"trusted": True}))
    assert not [each for each in everything() if "Siti" in each]
    entry = db.session.get(AuditEntry, 2)
    assert (entry.after, entry.salt) == ({"trusted": True, "redacted": True}, None)
    assert break_in_chain() is None


def test_it_is_told_by_an_entry_that_says_nothing_of_the_person(entries):
    redact(entry2=NOTHING)
    last = db.session.get(AuditEntry, 4)
    assert (last.action, last.subject, last.number) == ("redacted", "log", 2)
    assert last.before == {} and {*last.after} == {"content"}


def test_what_was_redacted_can_be_redacted_further(entries):
    redact(entry2=Left({}, {"trusted": True}))
    redact(entry2=NOTHING, entry3=NOTHING)
    assert break_in_chain() is None


def test_it_cannot_be_undone(entries):
    redact(entry2=NOTHING)
    assert not can_undo(db.session.get(AuditEntry, 2))
    assert can_undo(db.session.get(AuditEntry, 1))


@pytest.mark.parametrize(
    "query",
    [
        """UPDATE log_entry SET after = '{"redacted": true}' WHERE id = 1""",
        """UPDATE log_entry SET after = '{"redacted": true, "x": 1}' WHERE id = 2""",
        "UPDATE log_entry SET who = 'Rudi' WHERE id = 2",
        "UPDATE log_entry SET link = 'x' WHERE id = 2",
    ],
)
def test_what_somebody_makes_look_like_it_is_found(entries, query):
    redact(entry2=NOTHING)
    execute(*WITHOUT_GUARDS, query)
    assert break_in_chain().kind == "entry"


def test_one_that_nothing_tells_of_is_found(entries):
    redact(entry2=NOTHING)
    setting = "UPDATE setting SET value = '{value}' WHERE name = 'log'"
    link = db.session.get(AuditEntry, 3).link
    value = f'{{"count": 3, "link": "{link}"}}'
    db.session.rollback()
    execute(*WITHOUT_GUARDS, "DELETE FROM log_entry WHERE id = 4")
    with db.engine.begin() as connection:
        connection.exec_driver_sql(setting.format(value=value))
    assert break_in_chain() == Break("entry", 2)


@pytest.mark.engines
def test_afterwards_the_database_refuses_changes_as_before(entries):
    redact(entry2=NOTHING)
    with pytest.raises(DatabaseError, match="the log is only ever added to"):
        execute("UPDATE log_entry SET who = 'x' WHERE id = 2")
