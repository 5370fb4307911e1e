"""The office's first page: what waits with its buttons, what is newest, and pictures of 90 days
that can be read as tables.
"""

import re
from datetime import timedelta

import pytest

from pnpm.audit.models import ChangeSet
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move
from pnpm.db import db, now, transaction
from tests.admin.conftest import send
from tests.conftest import publish, soup, write


def put(status, *comments):
    with transaction():
        move([comment.id for comment in comments], status, ChangeSet("uji"))


def home(client):
    return client.page("/admin/")


def table(page, name):
    """A table's heads, and its rows by their first cells."""
    found = page.select_one(f"#chart-{name} table")
    rows = [[cell.text for cell in row.select("th, td")] for row in found.select("tbody tr")]
    return [head.text for head in found.select("thead th")], {row[0]: row[1:] for row in rows}


def columns(picture):
    """How many columns the drawing has, by series."""
    return {
        path["fill"]: path["d"].count("M")
        for path in picture.select("path[fill^=url]")
        if "chart__edge" in path["class"]
    }


class TestWhatWaits:
    def test_the_newest_that_wait_are_there_with_their_buttons(self, office, article, app):
        comments = write(article, app, *[f"komentar {number}" for number in range(12)])
        put(Status.PENDING, *comments)
        page = home(office)
        rows = page.select("#desk > .row")
        assert [row["id"] for row in rows] == [f"comment-{number}" for number in range(12, 2, -1)]
        assert {button["value"] for button in rows[0].select("button[name=status]")} >= {
            "published",
            "spam",
            "deleted",
        }
        assert page.find("a", string="Semua yang menunggu")["href"] == "/admin/comments"
        assert page.select_one("#keys")

    def test_a_tap_there_comes_back_there_and_can_be_undone(self, office, article, app):
        put(Status.PENDING, *write(article, app, "komentar"))
        answer = send(
            office, "/admin/comments/1/status", status="published", seen="pending", back="home"
        )
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/admin/")
        done = soup(office.get(answer.location)).select_one("#done form")
        back = send(office, done["action"], back=done.select_one("[name=back]")["value"])
        assert (back.status_code, back.location.partition("?")[0]) == (303, "/admin/")
        db.session.expire_all()
        assert db.session.get(Comment, 1).is_waiting

    def test_where_nothing_waits_it_says_so_kindly(self, office):
        page = home(office)
        assert "Tidak ada yang menunggu. Semuanya sudah beres, terima kasih." in page.text
        assert page.select("#desk > .row") == []

    def test_a_moderator_has_the_same_page(self, moderator, sign_in, article, app):
        put(Status.PENDING, *write(article, app, "komentar"))
        assert home(sign_in(moderator)).select_one("#comment-1")


def test_the_newest_published_are_listed_with_links_to_each(office, article, app):
    comments = write(
        article, app, *[f"komentar {number} " + "panjang " * 40 for number in range(7)], name="Siti"
    )
    put(Status.SPAM, comments[-1])
    items = home(office).select(".newest li")
    assert [item.a["href"] for item in items] == [
        f"/admin/comments/{number}" for number in (6, 5, 4, 3, 2)
    ]
    assert items[0].a.text == "Siti"
    assert items[0].select_one(".newest__body").text.startswith("komentar 5 panjang")
    assert len(items[0].select_one(".newest__body").text) < 110


class TestPictures:
    @pytest.fixture
    def filled(self, article, app):
        """Comments of all states today, one a week ago, and one too long ago."""
        spam, pending, deleted, _published = write(article, app, "a", "b", "c", "d")
        write(article, app, "minggu lalu", moment=now() - timedelta(days=8))
        write(article, app, "dahulu kala", moment=now() - timedelta(days=100))
        put(Status.SPAM, spam)
        put(Status.PENDING, pending)
        put(Status.DELETED, deleted)

    def test_comments_a_day_are_drawn_by_state_and_stand_in_a_table(self, office, filled):
        page = home(office)
        heads, rows = table(page, "days")
        assert heads == ["Hari", "Menunggu", "Terbit", "Spam", "Dihapus"]
        assert len(rows) == 90
        counted = [cells for cells in rows.values() if cells != ["0"] * 4]
        assert counted == [["0", "1", "0", "0"], ["1"] * 4]
        assert columns(page.select_one("#chart-days .chart__picture")) == {
            "url(#days-published)": 2,
            "url(#days-pending)": 1,
            "url(#days-spam)": 1,
            "url(#days-deleted)": 1,
        }

    def test_spam_is_a_share_of_what_came_in_a_week(self, office, filled):
        heads, rows = table(home(office), "caught")
        assert heads == ["Minggu dari", "Semua yang masuk", "Spam", "Bagian"]
        assert len(rows) == 13
        assert list(rows.values())[-2:] == [["1", "0", "0%"], ["4", "1", "25%"]]

    def test_the_busiest_articles_are_drawn_and_lead_to_their_comments(
        self, office, article, app, filled
    ):
        other = publish("Musyawarah <desa> " + "yang panjang " * 8)
        write(other, app, "e", "f", "g")
        figure = home(office).select_one("#chart-busiest")
        assert [text.text for text in figure.select("svg text")][1::2] == ["3", "2"]
        links = figure.select("table a")
        assert [link.text for link in links] == [other.title, article.title]
        assert links[0]["href"] == f"/admin/comments?status=all&article={other.id}"

    def test_each_says_what_it_is_to_who_cannot_see_it(self, office, filled):
        pictures = home(office).select("svg[role=img]")
        assert len(pictures) == 3
        for picture in pictures:
            title, said = (picture.find(id=name) for name in picture["aria-labelledby"].split())
            assert (title.name, said.name) == ("title", "desc")
            assert title.text and said.text

    def test_states_are_told_by_pattern_and_words_not_by_colour_alone(self, office, filled):
        figure = home(office).select_one("#chart-days")
        assert [item.text.strip() for item in figure.select(".chart__legend li")] == [
            "Menunggu",
            "Terbit",
            "Spam",
            "Dihapus",
        ]
        assert len({pattern.path["d"] for pattern in figure.select("pattern")}) == 4

    def test_nothing_is_inline_and_no_id_stands_twice(self, office, filled):
        page = home(office)
        ids = [element["id"] for element in page.select("[id]")]
        assert len(ids) == len({*ids})
        assert not page.select("[style], style, script:not([src])")
        used = set(re.findall(r"url\(#([\w-]+)\)", str(page)))
        assert used <= {*ids}

    def test_with_nothing_yet_there_are_words_instead(self, office, article, app):
        page = home(office)
        assert page.select("svg[role=img]") == []
        assert "Belum ada komentar dalam 90 hari ini." in page.text
        write(article, app, "komentar")
        assert "Tidak ada spam." in home(office).text

    @pytest.mark.parametrize(
        "settings", [{"TIMEZONE": "Pacific/Kiritimati"}, {"TIMEZONE": "Pacific/Pago_Pago"}]
    )
    def test_today_is_the_sites_today(self, office, article, app):
        write(article, app, "sekarang")
        _heads, rows = table(home(office), "days")
        assert list(rows.values())[-1] == ["0", "1", "0", "0"]
