"""What is sent after a session has ended: it is said, kept, and offered again to who is in."""

import json
import os
from datetime import timedelta

import pytest
from flask import g

from pnpm.accounts.models import IDLE, Role, SignIn, User, change_role
from pnpm.admin.accounts.resume import TAPS
from pnpm.comments.models import Comment, Status
from pnpm.db import db, transaction
from pnpm.web import saved_request
from tests.admin.conftest import PASSWORD, send, token
from tests.admin.test_code import codes, enter, shown  # noqa: F401 - codes is a fixture
from tests.conftest import soup, write

HTMX = {"HX-Request": "true"}
LONG = "Musyawarah desa dimulai pukul sembilan.\n\nBawalah kartu keluarga. " * 20


@pytest.fixture
def comments(article, app):
    """Three published comments."""
    return write(article, app, "satu", "dua", "tiga")


def end_sessions():
    """Everybody was away for too long."""
    with transaction():
        for one in db.session.query(SignIn):
            one.seen_at -= IDLE + timedelta(days=1)


def tap(client, action, url="/admin/comments", headers=None, **values):
    """Send a form of a page that was open when the session ended; where one is sent to."""
    sent = {**token(client, url), **values}
    end_sessions()
    answer = client.post(action, data=sent, headers=headers or {})
    assert answer.status_code == (204 if headers else 303)
    place = answer.headers["HX-Redirect"] if headers else answer.location
    assert place.startswith("/admin/login")
    return place


def back_in(client, user, place="/admin/login"):
    """Sign in by the page that one was sent to; the answer."""
    form = soup(client.get(place)).select_one("#login-form")
    sent = {field["name"]: field.get("value", "") for field in form.select("[name]")}
    return client.post(form["action"], data=sent | {"username": user.name, "password": PASSWORD})


def offers(client):
    return client.page("/admin/resume").select(".offer")


def do(client, offer):
    """Press the button that does it."""
    form = offer.form
    assert form["method"] == "post"
    fields = [
        (field["name"], field.get("value", field.text.removeprefix("\n")))
        for field in form.select("[name]")
    ]
    data = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post(form["action"], data=data)


def status_of(number):
    db.session.expire_all()
    return db.session.get(Comment, number).status


def files(config):
    folder = config.instance / saved_request.FOLDER
    return sorted(folder.iterdir()) if folder.is_dir() else []


class TestTheSignInPage:
    def test_it_says_that_the_session_ended(self, office):
        end_sessions()
        place = office.get("/admin/comments").location
        assert "Sesi Anda sudah berakhir" in office.get(place).text

    def test_not_to_who_never_was_in(self, app, admin):
        client = app.test_client()
        assert "berakhir" not in client.get(client.get("/admin/comments").location).text

    def test_nor_to_who_went_out(self, office):
        send(office, "/admin/logout", "/admin/account")
        assert "berakhir" not in office.get("/admin/login").text

    def test_nor_once_one_is_in_again(self, office, admin):
        end_sessions()
        assert back_in(office, admin).location == "/admin/"
        send(office, "/admin/logout", "/admin/account")
        assert "berakhir" not in office.get("/admin/login").text

    def test_the_cookie_outlives_the_session_so_that_it_can_be_said(self, app):
        assert app.permanent_session_lifetime > IDLE + timedelta(days=30)


class TestATap:
    @pytest.mark.parametrize("headers", [None, HTMX], ids=["plain", "htmx"])
    def test_it_is_not_done_but_offered_and_then_done_by_one_tap(
        self, office, admin, comments, config, headers
    ):
        place = tap(
            office, "/admin/comments/2/status", status="spam", seen="published", headers=headers
        )
        assert "Yang baru Anda kirim belum dilakukan" in office.get(place).text
        answer = back_in(office, admin, place)
        assert answer.location == "/admin/resume"
        assert status_of(2) is Status.PUBLISHED
        (offer,) = offers(office)
        assert offer.h2.text == "Tadi Anda menekan: Spam komentar 2"
        assert offer.form.button.text == "Lakukan sekarang"
        assert do(office, offer).status_code == 303
        assert status_of(2) is Status.SPAM
        assert files(config) == []
        assert office.get("/admin/resume").location == "/admin/"

    def test_many_at_once(self, office, admin, comments):
        tap(
            office, "/admin/comments", status="deleted", comment=["1", "3"], back="status=published"
        )
        back_in(office, admin)
        (offer,) = offers(office)
        assert offer.h2.text == "Tadi Anda menekan: Hapus 2 komentar"
        do(office, offer)
        assert [status_of(number) for number in (1, 2, 3)] == [
            Status.DELETED,
            Status.PUBLISHED,
            Status.DELETED,
        ]

    def test_all_that_fit(self, office, admin, comments):
        tap(office, "/admin/comments", status="spam", all="1", upto="2", back="status=published")
        back_in(office, admin)
        (offer,) = offers(office)
        assert offer.h2.text == "Tadi Anda menekan: Spam semua komentar yang cocok"
        do(office, offer)
        assert [status_of(number) for number in (1, 2, 3)] == [
            Status.SPAM,
            Status.SPAM,
            Status.PUBLISHED,
        ]

    def test_what_somebody_else_changed_since_is_said(self, office, admin, comments):
        tap(office, "/admin/comments/1/status", status="spam", seen="pending")
        back_in(office, admin)
        assert do(office, offers(office)[0]).status_code == 409
        assert len(offers(office)) == 1

    def test_it_is_on_every_page_until_it_is_done_or_unwanted(
        self, office, admin, comments, config
    ):
        tap(office, "/admin/comments/1/status", status="spam")
        back_in(office, admin)
        assert office.page("/admin/log").select_one(".office__offer a")["href"] == "/admin/resume"
        unwanted = offers(office)[0].select("form")[1]
        data = {field["name"]: field["value"] for field in unwanted.select("[name]")}
        assert office.post(unwanted["action"], data=data).status_code == 303
        assert status_of(1) is Status.PUBLISHED
        assert not office.page("/admin/log").select(".office__offer")
        assert files(config) == []

    def test_behind_a_second_factor_too(self, app, admin, codes, sign_in, comments):  # noqa: F811
        client = sign_in(admin)
        tap(client, "/admin/comments/1/status", status="spam")
        assert back_in(client, admin).location == "/admin/login/code"
        assert enter(client, shown(admin)).location == "/admin/resume"
        assert len(offers(client)) == 1

    def test_when_the_session_ends_once_more_it_is_one_offer(self, office, admin, comments, config):
        tap(office, "/admin/comments/1/status", status="spam")
        back_in(office, admin)
        form = offers(office)[0].form
        data = {field["name"]: field["value"] for field in form.select("[name]")}
        end_sessions()
        assert office.post(form["action"], data=data).status_code == 303
        back_in(office, admin)
        assert len(offers(office)) == len(files(config)) == 1


class TestAText:
    @pytest.mark.parametrize("action", ["reply", "text"])
    def test_of_a_comment_is_there_and_can_be_mended_first(self, office, admin, comments, action):
        tap(office, f"/admin/comments/1/{action}", "/admin/comments/1", body=LONG)
        back_in(office, admin)
        (offer,) = offers(office)
        assert offer.textarea.text.removeprefix("\n") == LONG
        do(office, offer)
        db.session.expire_all()
        found = (
            db.session.query(Comment).order_by(Comment.id.desc()).first()
            if action == "reply"
            else db.session.get(Comment, 1)
        )
        assert found.body.strip() == LONG.strip()

    def test_of_an_article_far_longer_than_a_cookie(self, office, admin):
        body = "Baris yang panjang tentang jalan desa. " * 4000
        form = office.page("/admin/articles/new").select_one("#article-form")
        sent = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
        sent |= {"title": "Jalan Desa", "body": body, "status": "published"}
        end_sessions()
        assert (
            office.post(
                "/admin/articles/new", data=sent, content_type="multipart/form-data"
            ).status_code
            == 303
        )
        back_in(office, admin)
        (offer,) = offers(office)
        assert offer.h2.text == "Tadi Anda menekan: Simpan artikel baru"
        assert offer.form["enctype"] == "multipart/form-data"
        assert offer.select_one("textarea[name=body]").text.removeprefix("\n") == body
        assert do(office, offer).status_code == 303
        assert "Baris yang panjang" in office.get("/").text or "Jalan Desa" in office.get("/").text

    def test_lists_longer_than_an_ordinary_form_are_kept(self, office, admin):
        words = "\n".join(f"kata {number} yang panjang sekali" for number in range(400))
        tap(
            office,
            "/admin/lists",
            "/admin/lists",
            hold_words=words,
            hold_names=words,
            hold_domains="",
            do="save",
            pad="x" * 66_000,
        )
        back_in(office, admin)
        assert len(offers(office)) == 1


class TestWhoGetsIt:
    def test_nobody_who_never_was_in(self, app, admin, comments, config):
        client = app.test_client()
        sent = {**token(client), "status": "deleted"}
        assert client.post("/admin/comments/1/status", data=sent).status_code == 303
        assert files(config) == []
        assert back_in(client, admin).location == "/admin/"

    @pytest.mark.parametrize("false", [{}, {"csrf_token": ""}, {"csrf_token": "x"}])
    def test_nor_what_has_not_the_sessions_token(self, office, admin, comments, config, false):
        end_sessions()
        office.post("/admin/comments/1/status", data={**false, "status": "deleted"})
        assert files(config) == []
        assert back_in(office, admin).location == "/admin/"

    def test_nor_with_the_token_of_another_session(self, app, office, admin, comments, config):
        stranger = app.test_client()
        foreign = token(stranger)
        end_sessions()
        g.pop("csrf_token", None)
        office.post("/admin/comments/1/status", data={**foreign, "status": "deleted"})
        assert files(config) == []

    def test_no_secret_is_ever_kept(self, office, config):
        tap(
            office,
            "/admin/account/password",
            "/admin/account/password",
            current="lama sekali",
            password="kata yang baru",
        )
        assert files(config) == []

    def test_another_account_on_the_same_browser_gets_nothing(
        self, sign_in, admin, moderator, comments
    ):
        client = sign_in(moderator, PASSWORD)
        tap(client, "/admin/comments/1/reply", "/admin/comments/1", body="rahasia dua")
        assert back_in(client, admin).location == "/admin/"
        assert client.get("/admin/resume").status_code == 303

    def test_another_browser_of_the_account_gets_nothing(self, office, admin, sign_in, comments):
        tap(office, "/admin/comments/1/status", status="spam")
        other = sign_in(admin)
        assert other.get("/admin/resume").status_code == 303

    def test_who_may_no_more_reads_it_but_cannot_do_it(self, app, admin, sign_in):
        client = sign_in(admin, PASSWORD)
        tap(client, "/admin/settings", "/admin/settings", tagline="Kata yang baru")
        with transaction():
            User.add("Lain", Role.ADMIN, PASSWORD)
            change_role(User.held(admin.id), Role.MODERATOR)
        back_in(client, admin)
        (offer,) = offers(client)
        assert "Kata yang baru" in offer.text
        assert "Lakukan sekarang" not in offer.text
        assert do(client, offer).status_code == 403

    def test_who_goes_out_leaves_nothing_behind(self, office, admin, comments):
        tap(office, "/admin/comments/1/status", status="spam")
        back_in(office, admin)
        send(office, "/admin/logout", "/admin/account")
        assert back_in(office, admin).location == "/admin/"

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_looking_at_it_does_nothing(self, office, admin, comments, method):
        tap(office, "/admin/comments/1/status", status="spam")
        back_in(office, admin)
        office.open("/admin/resume", method=method)
        assert status_of(1) is Status.PUBLISHED
        assert len(offers(office)) == 1


class TestHowMuch:
    def test_a_browser_has_no_more_than_a_few(self, office, admin, comments, config):
        sent = token(office, "/admin/comments")
        end_sessions()
        for number in range(9):
            office.post("/admin/comments/1/reply", data={**sent, "body": f"jawaban {number}"})
        assert len(files(config)) == saved_request.MOST_OF_ONE
        back_in(office, admin)
        assert [offer.textarea.text.strip() for offer in offers(office)] == [
            "jawaban 8",
            "jawaban 7",
            "jawaban 6",
        ]

    def test_all_together_neither_and_what_is_old_goes(self, office, admin, comments, config):
        folder = config.instance / saved_request.FOLDER
        folder.mkdir()
        for number in range(saved_request.MOST + 20):
            (folder / f"{number}.json").write_text("{}")
        os.utime(folder / "69.json", (0, 0))
        tap(office, "/admin/comments/1/status", status="spam")
        assert len(files(config)) == saved_request.MOST
        assert not (folder / "69.json").exists()

    @pytest.mark.parametrize("content", ["", "{}", "[1]", '{"key": 1}'])
    def test_one_that_cannot_be_read_is_none(self, office, admin, comments, config, content):
        tap(office, "/admin/comments/1/status", status="spam")
        files(config)[0].write_text(content)
        assert back_in(office, admin).location == "/admin/"

    def test_it_is_readable_to_the_site_alone(self, office, comments, config):
        tap(office, "/admin/comments/1/status", status="spam")
        (file,) = files(config)
        assert (file.stat().st_mode & 0o077, file.parent.stat().st_mode & 0o077) == (0, 0)
        assert "csrf_token" not in dict(json.loads(file.read_text())["fields"])

    def test_where_the_folder_cannot_be_made_one_signs_in_all_the_same(
        self, office, admin, comments, config
    ):
        (config.instance / saved_request.FOLDER).write_text("")
        tap(office, "/admin/comments/1/status", status="spam")
        assert back_in(office, admin).location == "/admin/"


def test_every_form_of_the_office_is_called_by_what_it_does(app):
    special = {
        "admin_comments.change_status",
        "admin_comments.move",
        "admin_articles.change_status",
        "policy.change_emergency",
        "admin_media.change_deleted",
    }
    # they are open to strangers, or ask for a password
    never = {"session", "code", "setup", "resume", "factor", "forgotten", "mailed"}
    never_one = {
        "account.save_password",
        "account.save_contact",
        "users.create",
        "users.change_password",
        "restores.confirm",
        "moves.begin",  # has one in its address
        "moves.confirm",
    }
    forms = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and rule.rule.startswith("/admin")
    }
    named = {one for one in forms if one.partition(".")[0] not in never} - special - never_one
    assert named == set(TAPS)
