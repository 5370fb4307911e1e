"""What people type comes back as it was typed, and names are told apart in the same way, whatever
the engine.
"""

import random
from datetime import UTC, datetime, timedelta

import pytest

from pnpm.accounts.models import NameTaken, Role, User
from pnpm.admin.articles.forms import LONGEST_SOURCE as LONGEST
from pnpm.articles.models import Article
from pnpm.articles.queries import ArticleQuery
from pnpm.articles.tags import Label, set_labels
from pnpm.audit import models as log
from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet
from pnpm.comments.models import Comment
from pnpm.comments.queue import QueueQuery
from pnpm.db import db, now, transaction
from tests.admin.conftest import PASSWORD, account, send
from tests.admin.test_articles import made
from tests.admin.test_settings import change
from tests.conftest import publish, soup, write

pytestmark = pytest.mark.engines

# four bytes a letter, joined ones, and what means something to an engine
ODD = "Désa 😊👩🏽‍🌾 𐐨 – «Nur'aini» \\_% \" ;-- ñ"


class TestEmoji:
    def test_in_a_comment(self, client, url, article):
        answer = client.comment(
            url,
            name=ODD[:40],
            body=f"{ODD}\n\n{ODD}",
            nonce="😊" * 20,
            website="https://desa.id/😊",
        )
        assert answer.status_code == 303
        comment = db.session.query(Comment).one()
        assert (comment.name, comment.body) == (ODD[:40], f"{ODD}\n\n{ODD}")
        assert soup(client.get(url)).select_one(".comment__body").get_text() == f"{ODD}{ODD}"

    def test_in_an_article(self, office):
        article = made(office, title=ODD, body=f"Isi {ODD}", labels=f"{ODD[:30]}, 😊")
        assert (article.title, "👩🏽‍🌾" in article.body) == (ODD, True)
        assert "👩🏽‍🌾" in soup(office.get(f"/admin/articles/{article.id}/versions")).text
        assert office.get("/search/label/😊").status_code == 301

    def test_in_the_sites_words(self, office):
        assert (
            change(office, tagline=ODD, links=f"{ODD[:40]} | https://desa.id/").status_code == 303
        )
        page = office.page("/")
        assert page.select_one(".masthead__tagline").text == ODD
        assert page.select_one(".footer__links a").text == ODD[:40]

    def test_in_an_accounts_name_its_password_and_the_log(self, office, app):
        form = {"username": "Désa 😊", "role": "moderator", "password": f"{PASSWORD} 😊"}
        assert send(office, "/admin/users", "/admin/users", **form).status_code == 303
        assert soup(office.get("/admin/log?q=😊")).select(".log li, .log tr, .entry")
        other = app.test_client()
        values = {"username": "DÉSA 😊", "password": f"{PASSWORD} 😊"}
        assert send(other, "/admin/login", "/admin/login", **values).status_code == 303

    def test_in_a_list_that_holds(self, office, client, url, article):
        lists = office.page("/admin/lists")
        names = [area["name"] for area in lists.select("textarea[name]")]
        assert (
            send(office, "/admin/lists", "/admin/lists", **dict.fromkeys(names, "")).status_code
            == 303
        )
        assert (
            send(
                office,
                "/admin/lists",
                "/admin/lists",
                **dict.fromkeys(names, "") | {names[0]: "😊"},
            ).status_code
            == 303
        )
        client.comment(url, body="halo 😊")
        assert db.session.query(Comment).one().reasons == ["words:😊"]
        assert len(office.page("/admin/comments?reason=words:😊").select("[id^=comment-]")) == 1


class TestLongTexts:
    @pytest.mark.parametrize("settings", [{"COMMENT_MAX_LENGTH": 20_000}])
    def test_the_longest_comment(self, client, url, article):
        body = ("Rapat désa 😊 " * 2000)[:20_000].strip()
        assert client.comment(url, body=body).status_code == 303
        assert db.session.query(Comment).one().body == body

    def test_the_longest_article_and_its_versions(self, office):
        body = f"<p>{'😊é' * (LONGEST // 2 - 10)}</p>"
        article = made(office, body=body)
        assert article.body.replace("\n", "") == body
        assert "😊é" * 1000 in article.html

    def test_the_longest_lists(self, office):
        text = "\n".join(f"{'é' * 150}{number}" for number in range(500))
        assert (
            send(
                office, "/admin/lists", "/admin/lists", hold_words=text, refuse_words=text
            ).status_code
            == 303
        )
        after = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first().after
        assert after == {"hold_words": text, "refuse_words": text}
        assert log.break_in_chain() is None


class TestNames:
    @pytest.mark.parametrize(
        "other", ["siti désa", "SITI DÉSA", " Siti  Désa ", "Siti De\u0301sa", "Ｓiti Désa"]
    )
    def test_an_account_that_is_called_alike_is_the_same(self, app, other):
        account("Siti Désa", Role.MODERATOR)
        with pytest.raises(NameTaken):
            account(other, Role.MODERATOR)
        assert User.named(other).name == "Siti Désa"

    @pytest.mark.parametrize(
        "other", ["Siti Desa", "SitiDésa", "Siti Désa 😊", "Siti Désa.", "Sıti Désa"]
    )
    def test_one_that_is_not_is_another(self, app, other):
        account("Siti Désa", Role.MODERATOR)
        assert account(other, Role.MODERATOR).name == other

    def test_labels_that_are_alike_are_one(self, article):
        with transaction():
            set_labels(article.id, ["Désa", "desa", "DESA ", "De\u0301sa", "desa 2", "😊", "😀"])
        assert sorted(label.name for label in db.session.query(Label)) == sorted(
            ["Désa", "desa 2", "😊", "😀"]
        )

    @pytest.mark.parametrize("name", ["Siti", "siti", "SITI", "Sîti", "Siti "])
    def test_authors_are_told_apart_by_every_letter(self, app, article, name):
        names = ["Siti", "siti", "SITI", "Sîti", "Siti "]
        for each in names:
            write(article, app, "isi", name=each)
        assert [comment.name for comment in QueueQuery(status=None, name=name).page()[0]] == [name]

    @pytest.mark.parametrize(
        "spoiled", ["latar-belakang%20", "Latar-Belakang", "latar-belakang%00", "lätar-belakang"]
    )
    def test_an_address_that_is_only_alike_leads_nowhere(self, client, url, article, spoiled):
        assert client.get(url).status_code == 200
        assert client.get(url.replace("latar-belakang", spoiled)).status_code == 404

    @pytest.mark.parametrize(
        "asked", ["name=%00", "address=%00", "reason=%00", "q=%00", "status=%00", "article=%00"]
    )
    def test_what_is_no_character_is_nobodys_trouble(self, office, asked):
        assert office.get(f"/admin/comments?{asked}").status_code in (200, 404)
        assert office.get(f"/admin/log?{asked}").status_code in (200, 404)
        assert office.get(f"/admin/articles?{asked}").status_code in (200, 404)

    def test_a_labels_address_neither(self, client, article):
        with transaction():
            set_labels(article.id, ["Desa"])
        statuses = [
            client.get(f"/label/{slug}").status_code for slug in ("desa", "Desa", "desa%20", "désa")
        ]
        assert statuses == [200, 404, 404, 404]

    @pytest.mark.parametrize("other", ["ABC", "abc ", "ábc", "abc😊"])
    def test_a_form_that_is_only_alike_is_another(self, client, url, article, other):
        form = client.form(url)
        for nonce in ("abc", other):
            assert (
                client.post(url, data={**form, "body": "satu", "nonce": nonce}).status_code == 303
            )
        assert db.session.query(Comment).count() == 2


class TestMoments:
    moments = [
        datetime(2026, 11, 1, 8, 0, 0, number, UTC) for number in (0, 1, 2, 999_998, 999_999)
    ]

    def test_articles_of_one_second_stand_in_their_order_and_none_is_lost_between_pages(
        self, client, monkeypatch
    ):
        monkeypatch.setattr("pnpm.articles.queries.PAGE", 2)
        for moment in random.Random(5).sample(self.moments * 2, 10):
            publish(f"{moment:%f}", moment)
        listing, found = ArticleQuery(), []
        while listing:
            page, listing = listing.page()
            found += [row.title for row in page]
        assert found == [f"{moment:%f}" for moment in self.moments[::-1] for _twice in range(2)]
        shown = [heading.text.strip() for heading in client.page("/").select("main h2")]
        assert shown == found[: len(shown)] and len(shown) == 10

    def test_an_article_to_come_in_a_microsecond_is_not_there_yet(self, app):
        with transaction():
            last = now()
        publish("sudah", last)
        publish("nanti", last + timedelta(hours=1))
        assert [article.title for article in db.session.scalars(Article.published())] == ["sudah"]

    def test_the_log_keeps_them_to_the_microsecond(self, app):
        with transaction():
            ChangeSet("Rudi").record(AuditAction.MOVED, "comment", [(1, {}, {})])
        assert log.break_in_chain() is None  # which is made of the moment, too


class TestNumbers:
    """Longer than any column: nothing is there, and no engine is asked what it cannot be."""

    most = "9" * 15

    @pytest.mark.parametrize("asked", ["before", "after", "comment"])
    def test_of_comments_under_an_article(self, client, app, url, article, asked):
        write(article, app, "satu")
        assert client.get(f"{url}?{asked}={self.most}").status_code == 200

    def test_of_articles(self, client, article):
        with transaction():
            set_labels(article.id, ["Desa"])
        assert client.get(f"/?before={self.most}").status_code == 200
        assert client.get(f"/label/desa?before={self.most}").status_code == 404

    @pytest.mark.parametrize(
        "page",
        ["comments?status=all&article=", "comments?after=", "log?before=", "pictures?after="],
    )
    def test_in_the_office(self, office, page):
        assert office.get(f"/admin/{page}{self.most}").status_code in (200, 404)

    def test_of_what_is_ticked_or_searched_for(self, office, app, article):
        write(article, app, "satu")
        page = "/admin/comments?status=all"
        for values in ({"comment": self.most}, {"all": "1", "upto": self.most}):
            assert send(
                office, "/admin/comments", page, back="status=all", status="spam", **values
            ).status_code in (303, 422)
        assert office.get(f"/admin/log?q={'9' * 9}").status_code == 200
        assert office.get(f"/admin/articles?after={'9' * 15}-{self.most}").status_code == 200

    @pytest.mark.parametrize(
        "page", ["comments", "articles", "pictures", "users", "policy/articles"]
    )
    def test_in_an_address(self, office, page):
        assert office.get(f"/admin/{page}/{self.most}").status_code in (404, 405)
