"""What readers notice of what the office has decided: held, refused, closed, a name that is not
theirs; with and without htmx.
"""

from datetime import timedelta

import pytest

from pnpm.admin.undo import undo
from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet
from pnpm.comments.models import Comment, Status
from pnpm.comments.policy import change_article, change_policy
from pnpm.comments.rules import change_lists
from pnpm.comments.trust import trust
from pnpm.db import db, now, transaction
from pnpm.site_settings import Setting
from tests.conftest import publish, soup, write
from tests.markup.test_confusables import PEOPLE
from tests.queries import asked

BOTH = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
TEXT = "Ayo main slot gacor <b>sekarang</b>"


def decide(change, *given, **more):
    """Let the office decide something; the key of its change set."""
    change_set = ChangeSet("Bu Camat")
    with transaction():
        change(change_set, *given, **more)
    return change_set.key


def last():
    return db.session.query(Comment).order_by(Comment.id.desc()).first()


def kept(answer):
    """The text that stands in the form of an answer."""
    return soup(answer).select_one("#comment-form textarea").text.removeprefix("\n")


@BOTH
def test_what_a_list_refuses_is_said_and_the_text_kept(client, url, htmx):
    decide(change_lists, {"refuse_words": "slot gacor"})
    answer = client.comment(url, htmx, body=TEXT, name="Siti", email="siti@contoh.id")
    assert (answer.status_code, kept(answer)) == (422, TEXT)
    assert "tidak diterima di sini" in soup(answer).select_one("#form-errors").text
    assert soup(answer).select_one("#comment-form [name=name]")["value"] == "Siti"
    assert db.session.query(Comment).count() == 0
    assert client.comment(url, htmx, body="Ayo main").status_code in (201, 303)


@BOTH
def test_what_a_list_holds_waits_and_does_not_stand_on_the_page(client, url, htmx):
    decide(change_lists, {"hold_words": "slot*"})
    assert client.comment(url, htmx, body=TEXT).status_code == (201 if htmx else 303)
    assert (last().status, last().reasons) == (Status.PENDING, ["words:slot*", "text"])
    assert "slot gacor" not in client.get(url).text


@BOTH
@pytest.mark.parametrize("settings", [{"MODERATION": "off"}])
def test_a_list_holds_even_where_all_else_is_published(client, url, htmx):
    decide(change_lists, {"hold_domains": "*.xyz"})
    client.comment(url, htmx, body="lihat judi.xyz", subject="a machine fills this in")
    assert last().reasons == ["domains:*.xyz"]


@BOTH
@pytest.mark.parametrize(
    "name",
    ["Admin", "Аdmіn", "A\u200bdmin", "ａｄｍｉｎ", "Adrnin", "PNPM-MP Kecamatan Dua Boccoe"],
)
def test_a_name_of_the_offices_own_is_not_taken(client, url, htmx, name):
    answer = client.comment(url, htmx, body=TEXT, name=name)
    assert (answer.status_code, kept(answer)) == (422, TEXT)
    assert "Nama ini dipakai pengurus situs" in soup(answer).select_one("#name-error").text
    assert db.session.query(Comment).count() == 0


@BOTH
def test_the_office_says_which_names_are_its_own(client, url, htmx):
    decide(change_policy, reserved="Pak Camat")
    assert client.comment(url, htmx, body="satu", name="pak carnat").status_code == 422
    assert client.comment(url, htmx, body="dua", name="Admin").status_code in (201, 303)


def test_nobody_is_refused_by_name(client, url):
    form = client.form(url)
    answers = {
        name: client.post(url, data={**form, "body": f"Saya {name}", "name": name})
        for name in PEOPLE[::8]
    }
    assert [name for name, answer in answers.items() if answer.status_code == 422] == []


@BOTH
def test_an_emergency_holds_everything_until_it_ends(client, url, htmx):
    key = decide(change_policy, emergency=True)
    client.comment(url, htmx, body="satu")
    assert last().reasons == ["emergency"]
    with transaction():
        undo(key, ChangeSet("Rudi"), str)
    client.comment(url, htmx, body="dua")
    assert last().status is Status.PUBLISHED


@BOTH
def test_a_trusted_author_does_not_wait(app, client, article, url, htmx):
    mine = write(article, app, "halo", name="Siti", moment=now() - timedelta(days=100))[0]
    with transaction():
        trust("Siti", mine.address_hash, None, True, ChangeSet("Bu Camat"))
        change_policy(ChangeSet("Bu Camat"), moderation="all")
    form = client.form(url)
    for name, address, status in (
        ("Siti", "192.0.2.1", Status.PUBLISHED),
        ("Rudi", "192.0.2.1", Status.PENDING),
        ("Siti", "192.0.2.2", Status.PENDING),
    ):
        theirs = {"REMOTE_ADDR": address}
        data = {**form, "body": f"dari {name} {address}", "name": name}
        client.post(
            url, data=data, headers={"HX-Request": "true"} if htmx else {}, environ_base=theirs
        )
        assert last().status is status, (name, address)


@BOTH
def test_an_articles_own_moderation_goes_first(client, article, url, htmx):
    decide(change_policy, moderation="all")
    decide(change_article, article, moderation="off")
    client.comment(url, htmx, body="satu")
    assert last().status is Status.PUBLISHED


@BOTH
def test_an_article_that_is_closed_says_so_at_once_and_keeps_what_was_typed(
    client, article, url, htmx
):
    assert client.page(url).select_one("#comment-form")
    form = client.form(url)
    key = decide(change_article, article, comments_open=False)
    page = client.page(url)
    assert not page.select_one("#comment-form")
    assert "sudah ditutup" in page.select_one(".comments__closed").text
    answer = client.post(
        url, data={**form, "body": TEXT}, headers={"HX-Request": "true"} if htmx else {}
    )
    assert (answer.status_code, kept(answer)) == (409, TEXT)
    assert "sudah ditutup" in soup(answer).select_one("#form-errors").text
    with transaction():
        undo(key, ChangeSet("Bu Camat"), str)
    assert client.page(url).select_one("#comment-form")


@BOTH
def test_the_days_of_the_site_close_every_page_at_once(client, article, url, htmx):
    form = client.form(url)
    etag = client.get(url).headers["ETag"]
    decide(change_policy, close_after=30)
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 200
    assert not client.page(url).select_one("#comment-form")
    answer = client.post(
        url, data={**form, "body": TEXT}, headers={"HX-Request": "true"} if htmx else {}
    )
    assert (answer.status_code, kept(answer)) == (409, TEXT)
    decide(change_article, article, close_after=0)
    assert client.page(url).select_one("#comment-form")
    assert client.comment(url, htmx, body=TEXT).status_code in (201, 303)


def test_a_young_article_stays_open_as_long_as_it_may(client):
    young = publish("Baru", now() - timedelta(days=29))
    address = f"/{young.published_at.astimezone(client.application.config['PNPM'].timezone):%Y/%m}/baru.html"
    decide(change_policy, close_after=30)
    assert client.page(address).select_one("#comment-form")
    decide(change_article, db.session.get(Article, young.id), close_after=28)
    assert not client.page(address).select_one("#comment-form")


def test_the_rules_cost_a_comment_no_query(client, url):
    form = client.form(url)
    client.post(url, data={**form, "body": "satu", "name": "Siti"})
    with asked() as queries:
        client.post(url, data={**form, "body": "dua", "name": "Siti"})
    assert not [
        query for query in queries if query.sql.startswith(("SELECT setting", "SELECT trust"))
    ]
    # one of them asks the limit before anything is rendered; that for the article is the spam
    # filter's, too
    assert len(queries) == 6


def test_another_process_learns_of_a_change_with_the_next_comment(client, url):
    client.comment(url, body="slot satu")
    with transaction():  # as another process would: nothing tells this one but the site's revision
        Setting.put("lists", {"hold_words": "slot"})
    client.comment(url, body="slot dua")
    assert last().reasons == ["words:slot"]
