"""The log: only ever added to, and chained so that nobody changes it unseen."""

import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError

from pnpm.audit import models as log
from pnpm.audit.chain import END, Break, End
from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, break_in_chain
from pnpm.db import db, transaction
from pnpm.site_settings import Setting
from tests.conftest import SETTINGS, TOP
from tests.engines import WITHOUT_GUARDS

pytestmark = pytest.mark.engines

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
WRITER = """
import sys
from pnpm import create_app
from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.db import transaction
instance, key, who = sys.argv[1:]
app = create_app({"INSTANCE": instance, "SECRET_KEY": key})
with app.app_context():
    for number in range(100):
        with transaction():
            ChangeSet(who).record(AuditAction.MOVED, "comment", [(number, {}, {"status": "spam"}), (number, {}, {"status": "deleted"})])
"""


def record(*changes, who="Rudi", action=AuditAction.MOVED, subject="comment"):
    """A change set."""
    with transaction():
        change_set = ChangeSet(who)
        change_set.record(action, subject, changes)
    return change_set


def five():
    """Five entries, in three change sets."""
    record((1, {"status": "pending"}, {"status": "published"}))
    record(
        (1, {"status": "published"}, {"status": "spam"}),
        (2, {"status": "pending"}, {"status": "spam"}),
        (3, {}, {}),
    )
    record(
        (None, {"emergency": False}, {"emergency": True}),
        action=AuditAction.POLICY,
        subject="site",
        who="Bu Camat",
    )


def execute(*queries):
    with db.engine.begin() as connection:
        for query in queries:
            connection.exec_driver_sql(query)


class TestOnlyAddedTo:
    @pytest.mark.parametrize(
        "query",
        ["UPDATE log_entry SET who = 'x' WHERE id = 2", "DELETE FROM log_entry WHERE id = 5"],
    )
    def test_the_database_itself_refuses_to_change_or_remove_an_entry(self, app, query):
        five()
        with pytest.raises(DatabaseError, match="the log is only ever added to"):
            execute(query)
        assert break_in_chain() is None


class TestChain:
    def test_it_holds_from_the_first_entry_on(self, app):
        assert break_in_chain() is None
        five()
        assert break_in_chain() is None

    @pytest.mark.parametrize(
        ("queries", "said"),
        [
            (["UPDATE log_entry SET who = 'Orang lain' WHERE id = 3"], Break("entry", 3)),
            (["UPDATE log_entry SET action = 'edited' WHERE id = 1"], Break("entry", 1)),
            (["UPDATE log_entry SET number = 9 WHERE id = 4"], Break("entry", 4)),
            (["UPDATE log_entry SET number = 9 WHERE id = 5"], Break("entry", 5)),
            (
                ["""UPDATE log_entry SET after = '{"status": "deleted"}' WHERE id = 2"""],
                Break("entry", 2),
            ),
            (
                ["UPDATE log_entry SET created_at = '2026-01-01 00:00:00.000000' WHERE id = 2"],
                Break("entry", 2),
            ),
            (["UPDATE log_entry SET deed = 'x' WHERE id = 2"], Break("entry", 2)),
            (["DELETE FROM log_entry WHERE id = 1"], Break("entry", 2)),
            (["DELETE FROM log_entry WHERE id = 3"], Break("entry", 4)),
            (["DELETE FROM log_entry WHERE id = 5"], Break("count", 4, 5)),
            (["DELETE FROM log_entry WHERE id > 2"], Break("count", 2, 5)),
            (["DELETE FROM log_entry"], Break("count", 0, 5)),
            (
                [
                    "INSERT INTO log_entry SELECT -1, deed, created_at, who, action, "
                    "subject, number, log_entry.before, "
                    "log_entry.after, link, salt FROM log_entry WHERE id = 1"
                ],
                Break("entry", 1),
            ),
            (
                [
                    "INSERT INTO log_entry SELECT 6, deed, created_at, who, action, "
                    "subject, number, log_entry.before, "
                    "log_entry.after, link, salt FROM log_entry WHERE id = 5"
                ],
                Break("entry", 6),
            ),
            (
                [
                    f"UPDATE log_entry SET id = {new} WHERE id = {old}"
                    for old, new in ((2, 99), (3, 2), (99, 3))
                ],
                Break("entry", 2),
            ),
            (
                ["""UPDATE setting SET value = '{"count": 5, "link": "x"}' WHERE name = 'log'"""],
                Break("end"),
            ),
            (["DELETE FROM setting WHERE name = 'log'"], Break("count", 5, 0)),
        ],
    )
    def test_what_somebody_did_to_it_is_found(self, app, queries, said):
        five()
        execute(*WITHOUT_GUARDS, *queries)
        assert break_in_chain() == said

    def test_a_link_is_another_whatever_else_an_entry_says(self):
        said = {"deed": "a", "created_at": datetime(2026, 11, 26, tzinfo=UTC), "who": "Rudi"}
        said |= {"action": "moved", "subject": "comment", "number": 1}
        said |= {"before": {"status": "pending"}, "after": {"status": "spam"}}
        others = [said | {name: "b"} for name in said.keys() - {"created_at"}]
        others.append(said | {"created_at": datetime(2026, 11, 27, tzinfo=UTC)})
        links = {End().then(entry).link for entry in (said, *others)}
        assert len(links) == 1 + len(said)

    def test_who_has_no_time_is_not_told(self, app):
        five()
        with pytest.raises(TimeoutError):
            break_in_chain(seconds=-1)

    def test_a_deed_that_fails_leaves_nothing_of_it(self, app):
        five()
        with pytest.raises(RuntimeError), transaction():
            ChangeSet("Rudi").record(AuditAction.MOVED, "comment", [(1, {}, {})])
            raise RuntimeError
        assert break_in_chain() is None
        assert db.session.query(AuditEntry).count() == 5

    def test_two_deeds_in_one_go_follow_each_other(self, app):
        with transaction():
            for who in ("Rudi", "Bu Camat"):
                ChangeSet(who).record(AuditAction.MOVED, "comment", [(1, {}, {})])
        assert break_in_chain() is None
        assert Setting.get(END, None)["count"] == 2

    def test_processes_that_write_at_once_keep_it_whole(self, app, instance):
        command = [sys.executable, "-c", WRITER, str(instance), SETTINGS["SECRET_KEY"]]
        writers = [
            subprocess.Popen([*command, who], cwd=TOP, stderr=subprocess.PIPE, text=True)
            for who in ("satu", "dua")
        ]
        ended = [(writer.communicate(timeout=60)[1], writer.returncode) for writer in writers]
        assert ended == [("", 0), ("", 0)]
        assert break_in_chain() is None
        assert db.session.query(AuditEntry).count() == 400

    @pytest.mark.parametrize(
        "value",
        [
            0.1 + 0.2,
            1e300,
            -0.0,
            10**30,
            'Nur’aini 💐 \x00 \ud800 \\ "',
            {"z": [1, {"a": None}], "a": (True, False)},
            {10: "sepuluh", 9: "sembilan"},
        ],
        ids=["float", "large", "minus nothing", "long", "text", "nested", "keys that are numbers"],
    )
    def test_what_it_says_hashes_the_same_when_it_is_read_back(self, app, value):
        record(
            (1, {"value": value}, {"other": [value]}),
            (2, {}, value if isinstance(value, dict) else {}),
        )
        db.session.expire_all()
        assert break_in_chain() is None

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.dictionaries(st.text(), JSON, max_size=4))
    def test_whatever_json_can_say_hashes_the_same_when_it_is_read_back(self, app, said):
        record((1, said, {"all": said}))
        assert break_in_chain() is None

    def test_checking_it_takes_no_more_memory_the_longer_it_is(self, app):
        peaks = []
        for _time in range(2):
            for _deed in range(1 + 3 * len(peaks)):
                record(
                    *[
                        (number, {"status": "pending"}, {"status": "published"})
                        for number in range(2000)
                    ]
                )
            tracemalloc.start()
            assert break_in_chain() is None
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert db.session.query(AuditEntry).count() == 10_000
        assert peaks[1] < 1.3 * peaks[0]


class TestFound:
    @pytest.fixture(autouse=True)
    def entries(self, app):
        five()
        record(
            (None, {}, {"name": "Nur’aini", "address": "ab12", "trusted": True}),
            action=AuditAction.TRUSTED,
            subject="author",
        )

    @pytest.mark.parametrize(
        ("asked", "numbers"),
        [
            ({}, [6, 5, 4, 3, 2, 1]),
            ({"words": "rudi"}, [6, 4, 3, 2, 1]),
            ({"words": "bu camat"}, [5]),
            ({"words": "emergency"}, [5]),
            ({"words": "Nur’aini"}, [6]),
            ({"words": "rudi spam"}, [3, 2]),
            ({"words": "2"}, [6, 3]),
            ({"words": "%"}, []),
            ({"subjects": ["site", "author"]}, [6, 5]),
            ({"action": "policy"}, [5]),
            ({"subjects": ["comment"], "before": 4}, [3, 2, 1]),
        ],
    )
    def test_entries_are_found_by_words_thing_and_action_the_newest_first(self, asked, numbers):
        assert [entry.id for entry in db.session.scalars(log.found(**asked))] == numbers

    def test_how_large_the_deeds_of_entries_are(self):
        sizes = log.sizes(db.session.scalars(log.found(subjects=["comment"])))
        assert sorted(sizes.values()) == [1, 3]

    def test_what_a_deed_was_done_to(self):
        change_set = record((7, {}, {}), (8, {}, {}))
        assert log.things(change_set.key) == {("comment", 7), ("comment", 8)}
        assert log.things("none") == set()


class TestFirstSince:
    def test_it_is_the_first_entry_of_that_moment_or_later(self, app):
        begun = datetime(2026, 11, 1, tzinfo=UTC)
        assert log.first_since(begun) == 1
        values = {
            "who": "x",
            "deed": "x",
            "action": "moved",
            "subject": "comment",
            "before": {},
            "after": {},
            "link": "",
        }
        with transaction():
            for number in (1, 2, 5, 6):  # some numbers were given to what was never committed
                db.session.add(
                    AuditEntry(id=number, created_at=begun + timedelta(days=number), **values)
                )
        found = [log.first_since(begun + timedelta(days=day)) for day in (0, 1, 2, 3, 6, 7)]
        assert found == [1, 1, 2, 3, 6, 7]
