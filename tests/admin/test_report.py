"""The monthly report: a month beside the month before, week by week, with what the officers did."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.comments.models import Status
from pnpm.comments.moderation import move
from pnpm.db import db, now, transaction
from tests import filtered
from tests.conftest import publish, write

WITA = ZoneInfo("Asia/Makassar")


def put(status, *comments, who="Rudi"):
    with transaction():
        move([comment.id for comment in comments], status, ChangeSet(who))


def report(client, month=None):
    return client.page("/admin/report", query_string={"month": month} if month else {})


def rows(page, section):
    found = page.select(f"section[aria-labelledby={section}-heading] tbody tr")
    return [[" ".join(cell.text.split()) for cell in row.select("th, td")] for row in found]


@pytest.fixture
def november(article, app):
    """Two comments of October and four of November, of different states."""
    write(article, app, "a", "b", moment=datetime(2026, 10, 31, 23, 59, tzinfo=WITA))
    first, second = write(article, app, "c", "d", moment=datetime(2026, 11, 1, tzinfo=WITA))
    write(publish("Ramai"), app, "e", "f", moment=datetime(2026, 11, 30, 23, 59, tzinfo=WITA))
    write(article, app, "g", moment=datetime(2026, 12, 1, tzinfo=WITA))
    put(Status.SPAM, first)
    put(Status.PENDING, second)


class TestMonth:
    def test_what_came_is_counted_by_state_beside_the_month_before(self, office, november):
        page = report(office, "2026-11")
        assert page.h1.text == "Laporan November 2026"
        assert rows(page, "came")[:5] == [
            ["Semua yang masuk", "4", "2", "+2"],
            ["Menunggu", "1", "0", "+1"],
            ["Terbit", "2", "2", "+0"],
            ["Spam", "1", "0", "+1"],
            ["Dihapus", "0", "0", "+0"],
        ]

    def test_each_of_its_weeks_stands_in_a_table_and_is_drawn(self, office, november):
        page = report(office, "2026-11")
        assert rows(page, "weeks") == [
            ["1", "1", "0", "1", "0"],
            ["2–8", "0", "0", "0", "0"],
            ["9–15", "0", "0", "0", "0"],
            ["16–22", "0", "0", "0", "0"],
            ["23–29", "0", "0", "0", "0"],
            ["30", "0", "2", "0", "0"],
        ]
        assert page.select_one("#chart-weeks details[open]")
        assert len(page.select("#chart-weeks svg[role=img] path.chart__edge")) == 3

    def test_the_busiest_articles_are_named(self, office, november):
        assert rows(report(office, "2026-11"), "busiest") == [["Ramai", "2"]]

    def test_the_months_beside_it_are_a_tap_away_and_none_that_has_not_begun(
        self, office, november
    ):
        links = {
            link["rel"][0]: link["href"]
            for link in report(office, "2025-12").select(".report__pager a")
        }
        assert links == {
            "prev": "/admin/report?month=2025-11",
            "next": "/admin/report?month=2026-01",
        }
        assert not report(office).select(".report__pager [rel=next]")

    def test_without_a_month_it_is_the_running_one(self, office):
        today = now().astimezone(WITA)
        assert str(today.year) in report(office).h1.text
        before = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
        assert report(office).select_one("[rel=prev]")["href"] == f"/admin/report?month={before}"

    @pytest.mark.parametrize(
        "month",
        [
            "2026-13",
            "2026-00",
            "2026-1",
            "2026",
            "x",
            "٢٠٢٦-11",
            "0001-01",
            "9999-12",
            "2026-11-01",
        ],
    )
    def test_what_is_no_month_is_not_found(self, office, month):
        assert office.get("/admin/report", query_string={"month": month}).status_code == 404

    def test_a_month_without_anything_says_so(self, office):
        page = report(office, "2020-02")
        assert "Tidak ada komentar yang masuk bulan ini." in page.text
        assert "Tidak ada yang dikerjakan bulan ini." in page.text
        assert not page.select("svg[role=img]")

    def test_it_says_when_and_by_whom_it_was_made(self, office):
        assert (
            f"Dibuat {now().astimezone(WITA).day} "
            in report(office).select_one(".report__made").text
        )
        assert "oleh Bu Camat" in report(office).select_one(".report__made").text


class TestSpamFilter:
    def test_what_it_held_called_spam_and_held_wrongly_stands_beside_the_month_before(
        self, office, article, app
    ):
        october = datetime(2026, 10, 31, 23, 59, tzinfo=WITA)
        filtered.send(article, app, filtered.HELD, moment=october)
        bodies = filtered.FINE, f"{filtered.HELD} lagi", filtered.SPAM
        november = datetime(2026, 11, 1, tzinfo=WITA)
        _fine, held, _spam = filtered.send(article, app, *bodies, moment=november)
        put(Status.PUBLISHED, held)
        section = report(office, "2026-11").select_one("[aria-labelledby=filter-heading]")
        assert " ".join(section.p.text.split()) == (
            "1 ditahan, 1 ditandai spam, 1 salah ditahan (sekarang terbit)."
            " Bulan sebelumnya: 1, 0, 0."
        )

    def test_where_it_did_nothing_nothing_is_said(self, office, november):
        assert not report(office, "2026-11").select("[aria-labelledby=filter-heading]")


class TestOfficers:
    def test_what_each_did_is_counted(self, office, article, app):
        comments = write(article, app, "a", "b", "c")
        put(Status.SPAM, *comments, who="Rudi")
        put(Status.PUBLISHED, comments[0], who="Rudi")
        put(Status.DELETED, comments[1], who="Bu Camat")
        assert rows(report(office), "work") == [
            ["Rudi", "Spam 3 · Terbitkan 1"],
            ["Bu Camat", "Hapus 1"],
        ]

    def test_how_long_comments_waited_is_the_middle_one(self, office, article, app):
        for hours in (1, 5, 30):
            (comment,) = write(
                article, app, f"komentar {hours}", moment=now() - timedelta(hours=hours)
            )
            with transaction():
                values = {
                    "who": "Rudi",
                    "action": "moved",
                    "subject": "comment",
                    "number": comment.id,
                    "deed": "x",
                    "link": "",
                }
                before, after = {"status": "pending"}, {"status": "published"}
                db.session.add(AuditEntry(created_at=now(), before=before, after=after, **values))
        assert rows(report(office), "came")[-1][:2] == [
            "Lama menunggu keputusan (nilai tengah)",
            "5 jam",
        ]

    def test_a_moderator_may_read_it(self, moderator, sign_in):
        assert sign_in(moderator).get("/admin/report").status_code == 200
