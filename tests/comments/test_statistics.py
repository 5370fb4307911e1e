"""What the office counts: in the site's days, by state and article; how long comments waited; who
did what; from the indexes.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet
from pnpm.comments import statistics
from pnpm.comments.models import Status
from pnpm.comments.moderation import move
from pnpm.db import db, transaction
from tests import filtered
from tests.conftest import on_sqlite, publish, write
from tests.queries import asked

pytestmark = pytest.mark.engines

WITA = ZoneInfo("Asia/Makassar")
NOON = datetime(2026, 11, 10, 12, tzinfo=WITA)


def put(status, *comments):
    with transaction():
        move([comment.id for comment in comments], status, ChangeSet("uji"))


def note(moment, number, action=AuditAction.MOVED, who="Rudi", before="pending", after="published"):
    """An entry of the log, of a moment of its own."""
    with transaction():
        sides = {"before": {"status": before}, "after": {"status": after}}
        entry = AuditEntry(
            deed="d",
            created_at=moment,
            who=who,
            action=action.value,
            subject="comment",
            number=number,
            link="",
            **sides,
        )
        db.session.add(entry)


def counted(days, zone=WITA):
    return [sum(stretch.values()) for stretch in statistics.came(statistics.midnights(days, zone))]


class TestDays:
    def test_a_day_begins_at_the_sites_midnight(self, article, app):
        for moment in (
            datetime(2026, 11, 9, 23, 59, 59, tzinfo=WITA),
            datetime(2026, 11, 10, tzinfo=WITA),
        ):
            write(article, app, f"komentar {moment}", moment=moment)
        assert counted([date(2026, 11, day) for day in (9, 10, 11)]) == [1, 1]

    def test_a_day_that_is_shorter_elsewhere_is_shorter(self):
        spring = statistics.midnights(
            [date(2026, 3, 8), date(2026, 3, 9)], ZoneInfo("America/New_York")
        )
        assert spring[1] - spring[0] == timedelta(hours=23)

    def test_the_first_page_has_ninety_days_today_the_last(self):
        days = statistics.last_days(date(2026, 11, 23))
        assert (len(days), days[-2], days[-1]) == (91, date(2026, 11, 23), date(2026, 11, 24))

    @pytest.mark.parametrize(
        ("first", "starts"),
        [
            (date(2026, 11, 1), [1, 2, 9, 16, 23, 30, 1]),
            (date(2026, 6, 1), [1, 8, 15, 22, 29, 1]),
            (date(2027, 2, 1), [1, 8, 15, 22, 1]),
        ],
    )
    def test_a_month_is_cut_into_weeks_at_its_mondays(self, first, starts):
        assert [day.day for day in statistics.weeks(first)] == starts

    def test_months_follow_each_other_over_the_years_end(self):
        assert statistics.month_after(date(2026, 12, 1)) == date(2027, 1, 1)
        assert statistics.month_before(date(2027, 1, 1)) == date(2026, 12, 1)


class TestCame:
    def test_comments_are_counted_by_the_state_they_have_now(self, article, app):
        one, two, three, _four = write(article, app, "a", "b", "c", "d", moment=NOON)
        put(Status.SPAM, one)
        put(Status.PENDING, two)
        put(Status.DELETED, three)
        (day,) = statistics.came(
            statistics.midnights([date(2026, 11, 10), date(2026, 11, 11)], WITA)
        )
        assert day == dict.fromkeys(Status, 1)

    def test_a_stretch_without_any_is_there_with_nothing(self, app):
        assert statistics.came(
            statistics.midnights([date(2026, 11, day) for day in (1, 2, 3)], WITA)
        ) == [
            dict.fromkeys(Status, 0),
            dict.fromkeys(Status, 0),
        ]


def test_the_busiest_articles_have_most_published_comments_in_the_stretch(article, app):
    other = publish("Lain")
    spam = publish("Penuh spam")
    write(article, app, "a", moment=NOON)
    write(other, app, "b", "c", moment=NOON)
    write(other, app, "lama", moment=NOON - timedelta(days=40))
    put(Status.SPAM, *write(spam, app, "d", "e", "f", moment=NOON))
    since, until = NOON - timedelta(days=1), NOON + timedelta(days=1)
    assert statistics.busiest(since, until) == [(other.id, 2), (article.id, 1)]


class TestWait:
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)

    def test_it_is_the_middle_of_how_long_comments_waited(self, article, app):
        comments = write(article, app, "a", "b", "c", moment=NOON)
        for comment, hours in zip(comments, (1, 30, 2), strict=True):
            note(NOON + timedelta(hours=hours), comment.id)
        assert statistics.wait(self.since, self.until) == timedelta(hours=2)

    def test_only_the_first_decision_about_one_that_waited_when_it_came_counts(self, article, app):
        waited, published = write(article, app, "a", "b", moment=NOON)
        note(NOON + timedelta(hours=1), waited.id)
        note(NOON + timedelta(hours=2), waited.id, before="published", after="pending")
        note(NOON + timedelta(hours=3), waited.id)
        note(NOON + timedelta(hours=4), published.id, before="published", after="pending")
        note(NOON + timedelta(hours=5), published.id)
        assert statistics.wait(self.since, self.until) == timedelta(hours=1)

    def test_it_is_none_where_none_was_decided_in_that_time(self, article, app):
        (comment,) = write(article, app, "a", moment=NOON)
        assert statistics.wait(self.since, self.until) is None
        note(self.until, comment.id)
        assert statistics.wait(self.since, self.until) is None


def test_work_is_who_did_what_how_often_in_the_stretch(app):
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    note(since - timedelta(seconds=1), 1)
    note(since, 2, after="spam")
    for number in (3, 4):
        note(NOON, number)
    note(NOON, 5, action=AuditAction.EDITED, who="Bu Camat")
    note(until, 6)
    assert statistics.work(since, until) == {
        "Rudi": [("moved", Status.PUBLISHED, 2), ("moved", Status.SPAM, 1)],
        "Bu Camat": [("edited", None, 1)],
    }


class TestFiltered:
    def test_each_of_two_periods_counts_what_was_held_called_spam_and_wrongly_so(
        self, article, app
    ):
        edges = [NOON + timedelta(days=days) for days in (0, 1, 2)]
        bodies = filtered.FINE, filtered.HELD, filtered.SPAM
        filtered.send(article, app, *bodies, moment=edges[0])
        for moment in (edges[1], edges[2] - timedelta(microseconds=1)):
            held = filtered.send(article, app, *bodies, address="192.0.2.9", moment=moment)
            bodies = [f"{body} lagi" for body in bodies]
        filtered.send(article, app, f"{filtered.HELD} akhir", moment=edges[2])
        write(article, app, "tidak dinilai", moment=edges[1])
        put(Status.PUBLISHED, *held)
        assert statistics.filtered(edges) == [(1, 1, 0), (2, 2, 2)]

    def test_without_comments_all_is_nothing(self, app):
        edges = [NOON + timedelta(days=days) for days in (0, 1, 2)]
        assert statistics.filtered(edges) == [(0, 0, 0), (0, 0, 0)]


@on_sqlite
class TestSpeed:
    """What SQLite says that it does for each query."""

    @pytest.fixture
    def plan(self, app, article):
        write(article, app, "a", "b", moment=NOON)
        note(NOON, 1)

        def plan(function, *given):
            with asked() as queries:
                function(*given)
            connection = db.engine.raw_connection()
            steps = [
                connection.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()
                for query, values in queries
            ]
            connection.close()
            return [step[3] for each in steps for step in each]

        return plan

    since, until = NOON - timedelta(days=90), NOON

    def test_comments_are_counted_from_one_index_alone(self, plan):
        days = statistics.midnights(statistics.last_days(NOON.date()), WITA)
        for steps in (
            plan(statistics.came, days),
            plan(statistics.busiest, self.since, self.until),
        ):
            reads = [step for step in steps if "comment" in step]
            assert reads
            assert all(
                "USING COVERING INDEX ix_comment_created_at_status_article_id (created_at>" in step
                for step in reads
            )

    def test_what_the_filter_did_is_found_by_the_period(self, plan):
        steps = plan(statistics.filtered, [self.since, NOON - timedelta(days=1), self.until])
        index = (
            "USING INDEX ix_comment_created_at_status_article_id (created_at>? AND created_at<?)"
        )
        assert f"SEARCH comment {index}" in steps

    def test_of_the_log_no_more_is_read_than_the_stretch(self, plan):
        for function in (statistics.wait, statistics.work):
            steps = plan(function, self.since, self.until)
            assert not [step for step in steps if step.startswith("SCAN")]
            assert "SEARCH log_entry USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in steps
