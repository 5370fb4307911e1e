"""Following an article by mail: asked for, confirmed, told, changed and stopped; and who tries to
have us mail a stranger.
"""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from functools import partial

import pytest
from sqlalchemy import select, update

from pnpm.accounts.models import Role
from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet
from pnpm.backup import export, restore
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move, remove
from pnpm.comments.subscriptions import opt_in
from pnpm.comments.subscriptions.tables import followed, requests, subscribers, subscriptions
from pnpm.db import db, now, transaction
from pnpm.mail.models import OutgoingMail
from pnpm.web import mail as web_mail
from pnpm.web.jobs import tidy
from tests.admin.conftest import PASSWORD, account
from tests.conftest import publish, soup, write

MAIL = {
    "MAIL_URL": "smtp://127.0.0.1:9?from=situs@desa.example&starttls=off",
    "SITE_URL": "https://desa.example",
    "COMMENT_MIN_SECONDS": 0,
    "COMMENT_LIMIT": "off",
}
SITE = "https://desa.example"
SITI, BUDI = "siti@contoh.id", "budi@contoh.id"


@pytest.fixture
def settings():
    return MAIL


@pytest.fixture
def client(app):
    return browser(app)


def browser(app):
    """A browser that asks for the site under its own address."""
    client = app.test_client()
    client.open = partial(client.open, base_url=SITE)
    return client


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """The mails that went out, read as a mail program does; `sent.fault` has the server refuse."""
    return Server(monkeypatch)


class Server(list):
    """What takes the mails in place of a server."""

    def __init__(self, monkeypatch):
        super().__init__()
        self.fault, self.checks = None, 0
        monkeypatch.setattr(web_mail, "Transport", lambda server: self)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def send(self, message, recipient):
        if self.fault:
            raise self.fault
        self.append(message_from_bytes(message.as_bytes(), policy=policy.default))

    def check(self):
        self.checks += 1

    def to(self, address):
        return [mail for mail in self if mail["To"] == address]


def text(mail):
    return mail.get_body(("plain",)).get_content()


def links(mail):
    return [each.removeprefix(SITE) for each in re.findall(r"https://[^\s<>]+", text(mail))]


def confirm_link(mail):
    (link,) = [each for each in links(mail) if re.fullmatch(r"/subscriptions/[^/]+/\d+", each)]
    return link


@pytest.fixture
def follow(client, sent, url):
    """Have an address told, by its confirmed form; the link to its choice."""

    def follow(address=SITI, scope="all", at=url, body="Saya ikut.", **values):
        client.comment(at, body=body, name="Siti", email=address, follow=scope, **values)
        link = confirm_link(sent.to(address)[-1])
        assert client.post(link, data={"scope": scope}).status_code == 303
        sent.clear()
        return link

    return follow


def rows(table):
    db.session.rollback()
    return db.session.execute(select(table)).all()


def set_status(number, status):
    with transaction():
        move([number], status, ChangeSet("Bu Camat"))
    web_mail.deliver()


def last():
    db.session.rollback()
    return db.session.scalar(select(Comment.id).order_by(Comment.id.desc()))


class TestForm:
    def test_nothing_is_asked_for_unless_a_reader_chooses(self, client, sent, url):
        (choice,) = client.page(url).select("#comment-form select[name=follow]")
        assert [option["value"] for option in choice.select("option")] == ["", "replies", "all"]
        assert not choice.select("option[selected]")
        assert client.comment(url, body="Setuju.", email=SITI).status_code == 303
        assert (sent, rows(subscribers)) == ([], [])

    @pytest.mark.parametrize("htmx", [True, False])
    @pytest.mark.parametrize(
        "address", ["", "siti", "siti@contoh", "á@contoh.id", "a..b@contoh.id"]
    )
    def test_an_address_is_needed_and_the_text_is_kept(self, client, url, sent, address, htmx):
        answer = client.comment(url, htmx=htmx, body="Setuju.", email=address, follow="all")
        page = soup(answer)
        assert answer.status_code == 422
        assert page.select_one("#email[aria-invalid]") and page.select_one("#email-error")
        assert page.select_one("#body").text.strip() == "Setuju."
        assert page.select_one("#follow option[selected]")["value"] == "all"
        assert (sent, rows(Comment.__table__)) == ([], [])

    def test_what_the_form_never_offered_is_nothing(self, client, url, sent):
        assert client.comment(url, body="Setuju.", email=SITI, follow="x" * 9000).status_code == 303
        assert sent == []

    def test_who_is_asked_is_told_so(self, client, url):
        answer = client.comment(url, htmx=True, body="Setuju.", email=SITI, follow="all")
        assert answer.status_code == 201
        assert soup(answer).select_one("[data-hx-target='#status'] #comment-follow")

    def test_sent_again_it_is_asked_once(self, client, url, sent):
        form = client.form(url) | {"body": "Setuju.", "email": SITI, "follow": "replies"}
        form["nonce"] = "n" * 32
        assert [client.post(url, data=form).status_code for _try in range(3)] == [303] * 3
        assert (len(sent), len(rows(subscriptions)), len(rows(followed))) == (1, 1, 1)


@pytest.mark.parametrize("settings", [{"SITE_URL": SITE}])
class TestWithoutMail:
    def test_nothing_is_offered_or_asked(self, client, url, article):
        assert not client.page(url).select("#follow, a[href*=subscriptions]")
        assert client.comment(url, body="Setuju.", email=SITI, follow="all").status_code == 303
        assert rows(subscribers) == []
        for address in ("/subscriptions", f"/subscriptions/new?article={article.id}"):
            assert client.get(address).status_code == 404
        assert client.post("/subscriptions", data={"email": SITI, "article": 1}).status_code == 404


class TestConfirmation:
    def test_looking_at_the_link_changes_nothing(self, client, url, sent):
        client.comment(url, body="Setuju.", email=SITI, follow="all")
        (mail,) = sent.to(SITI)
        for link in links(mail):
            assert client.get(link).status_code == 200
        assert [row.confirmed_at for row in rows(subscriptions)] == [None]

    @pytest.mark.engines
    def test_the_button_confirms(self, client, url, sent):
        client.comment(url, body="Setuju.", email=SITI, follow="replies")
        link = confirm_link(sent[0])
        assert client.page(link).select_one("button[name=scope][value=replies].button")
        answer = client.post(link, data={"scope": "replies"})
        assert answer.status_code == 303
        (row,) = rows(subscriptions)
        assert row.confirmed_at and row.scope == "replies"
        page = client.page(answer.location)
        assert page.select_one("[aria-pressed=true][value=replies]")
        assert "Sudah disimpan" in page.select_one("main [role=status]").text

    def test_it_says_nothing_that_a_stranger_wrote(self, client, url, sent):
        client.comment(
            url, body="Beli di judi.example", name="Klik di sini", email=SITI, follow="all"
        )
        (mail,) = sent
        assert "judi" not in mail.as_string() and "Klik" not in mail.as_string()

    def test_not_me_forgets_the_address(self, client, url, sent):
        client.comment(url, body="Setuju.", email=SITI, follow="all")
        assert client.post(confirm_link(sent[0]), data={"scope": "none"}).status_code == 303
        assert rows(subscribers) == []
        client.comment(url, body="Lagi.", email=SITI, follow="all")
        assert len(sent) == 1  # and for three days nobody asks them again for this article

    @pytest.mark.engines
    def test_after_three_days_it_is_forgotten(self, client, url, sent):
        client.comment(url, body="Setuju.", email=SITI, follow="all")
        link = confirm_link(sent[0])
        grow_old(days=3)
        assert client.post(link, data={"scope": "all"}).status_code == 410
        assert client.get(link).status_code == 410
        assert rows(subscriptions)[0].confirmed_at is None
        tidy(now().date() + timedelta(days=1))
        assert (rows(subscribers), rows(subscriptions), rows(requests)) == ([], [], [])
        client.comment(url, body="Lagi.", email=SITI, follow="all")
        assert len(sent) == 2

    def test_asked_before_the_old_one_was_forgotten_it_is_a_new_one(self, client, url, sent):
        client.comment(url, body="Setuju.", email=SITI, follow="all")
        grow_old(days=3)
        client.comment(url, body="Lagi.", email=SITI, follow="all")
        assert len(sent) == 2
        assert client.post(confirm_link(sent[1]), data={"scope": "all"}).status_code == 303

    @pytest.mark.parametrize("scope", ["", "everything", "x" * 10_000])
    def test_a_choice_that_is_none_is_refused(self, client, follow, scope):
        assert client.post(follow(), data={"scope": scope}).status_code == 400

    def test_what_waits_is_asked_for_and_spam_is_not(self, client, url, sent, monkeypatch):
        client.comment(url, body="http://a.id http://b.id http://c.id", email=SITI, follow="all")
        assert db.session.get(Comment, last()).status is Status.PENDING
        assert len(sent.to(SITI)) == 1
        client.comment(url, body="Setuju.", email=BUDI, follow="all", subject="isi")
        assert sent.to(BUDI) == []


def grow_old(**stretch):
    """What was asked for is so much older."""
    with transaction():
        for table in (subscriptions, requests):
            for row in db.session.execute(select(table.c.id, table.c.asked_at)).all():
                moment = row.asked_at - timedelta(**stretch, seconds=1)
                db.session.execute(
                    update(table).where(table.c.id == row.id).values(asked_at=moment)
                )


class TestFlood:
    @pytest.mark.engines
    def test_however_often_it_is_asked_a_stranger_gets_one_mail(self, client, url, sent, article):
        for number in range(8):
            client.comment(url, body=f"Setuju {number}.", email=SITI, follow="all")
            form = token_of(client, article)
            client.post("/subscriptions", data=form | {"email": SITI})
        assert len(sent) == 1

    def test_spellings_of_one_mailbox_are_one(self, client, url, sent):
        for number, address in enumerate(
            ["siti@contoh.id", "SITI@contoh.id", "s.i.t.i@CONTOH.id", "siti+judi@contoh.id"]
        ):
            client.comment(url, body=f"Setuju {number}.", email=address, follow="all")
        assert len(sent) == 1

    @pytest.mark.engines
    def test_over_many_articles_a_stranger_gets_a_few_a_day(self, client, sent):
        for number in range(opt_in.MOST_TO_MAILBOX + 3):
            article = publish(f"Artikel {number}", now() - timedelta(days=number + 1))
            with_network(client, f"198.51.100.{number}")
            client.post("/subscriptions", data=token_of(client, article) | {"email": SITI})
        assert len(sent.to(SITI)) == opt_in.MOST_TO_MAILBOX
        grow_old(days=1)
        client.post("/subscriptions", data=token_of(client, article) | {"email": SITI})
        assert len(sent.to(SITI)) == opt_in.MOST_TO_MAILBOX + 1

    def test_from_one_network_only_a_few_are_mailed(self, client, sent, article):
        form = token_of(client, article)
        for number in range(opt_in.MOST_FROM_NETWORK + 3):
            client.post("/subscriptions", data=form | {"email": f"orang{number}@contoh.id"})
        assert len(sent) == opt_in.MOST_FROM_NETWORK
        with_network(client, "198.51.100.7")
        client.post("/subscriptions", data=form | {"email": SITI})
        assert len(sent.to(SITI)) == 1

    @pytest.mark.engines
    def test_all_networks_together_have_a_limit_too(self, client, sent, article, monkeypatch):
        monkeypatch.setattr(opt_in, "MOST_IN_ALL", 3)
        form = token_of(client, article)
        for number in range(5):
            with_network(client, f"198.51.100.{number}")
            client.post("/subscriptions", data=form | {"email": f"orang{number}@contoh.id"})
        assert len(sent) == 3

    def test_the_answer_is_the_same_whether_an_address_is_known(
        self, client, follow, article, sent
    ):
        follow(SITI)
        form = token_of(client, article)
        answers = [
            client.post("/subscriptions", data=form | {"email": address})
            for address in (SITI, BUDI, BUDI)
        ]
        answers += [
            client.post("/subscriptions/link", data=token_of(client) | {"email": address})
            for address in (SITI, "tidak@contoh.id")
        ]
        assert (len(sent.to(SITI)), len(sent.to(BUDI)), sent.checks) == (1, 1, 3)
        assert rows(OutgoingMail.__table__) == []
        said = {(one.status_code, one.location, one.data.split(b"href=")[0]) for one in answers}
        assert len(said) == 1

    @pytest.mark.parametrize(
        "address",
        [
            "siti@contoh.id\r\nBcc: semua@contoh.id",
            "siti@contoh.id, budi@contoh.id",
            "<siti@contoh.id>",
            '"siti budi"@contoh.id',
            "siti@[192.0.2.1]",
            "siti@192.0.2.1",
            "siti@contoh..id",
            "a" * 65 + "@contoh.id",
            "a@" + "b" * 250 + ".id",
            "a" * 30_000 + "@contoh.id",
            "siti@xn--\u0000.id",
        ],
    )
    def test_an_address_that_is_none_gets_nothing(self, client, sent, article, address):
        answer = client.post("/subscriptions", data=token_of(client, article) | {"email": address})
        assert answer.status_code == 422 or "\n" in address
        assert all(mail["To"] == "siti@contoh.id" and not mail["Bcc"] for mail in sent)
        assert len(sent) == 0 or "\n" not in str(rows(subscribers))

    def test_who_wrote_no_comment_is_not_offered_answers_to_it(self, client, article, url, sent):
        client.post("/subscriptions", data=token_of(client, article) | {"email": SITI})
        page = client.page(confirm_link(sent[0]))
        assert [one["value"] for one in page.select("main button")] == ["all", "none"]
        client.comment(url, body="Setuju.", email=SITI, follow="all")
        page = client.page(confirm_link(sent[0]))
        assert [one["value"] for one in page.select("main button")] == ["replies", "all", "none"]

    def test_an_old_form_is_given_a_new_token(self, client, article, sent):
        form = {"article": article.id, "email": SITI, "token": "lama"}
        answer = client.post("/subscriptions", data=form)
        assert answer.status_code == 400
        fresh = soup(answer).select_one("[name=token]")["value"]
        assert client.post("/subscriptions", data=form | {"token": fresh}).status_code == 303
        assert len(sent) == 1

    def test_no_form_is_taken_from_another_site(self, client, article, sent):
        form = token_of(client, article) | {"email": SITI}
        headers = {"Sec-Fetch-Site": "cross-site"}
        assert client.post("/subscriptions", data=form, headers=headers).status_code == 403
        assert sent == []


def token_of(client, article=None):
    page = client.page(f"/subscriptions/new?article={article.id}" if article else "/subscriptions")
    return {field["name"]: field["value"] for field in page.select("main input[type=hidden]")}


def with_network(client, address):
    client.environ_base["REMOTE_ADDR"] = address


class TestNews:
    @pytest.mark.engines
    def test_every_comment_is_told_but_ones_own(self, client, follow, url, sent):
        follow(SITI, "all")
        client.comment(url, body="Halo dari Budi.", name="Budi", email=BUDI)
        (mail,) = sent
        assert mail["To"] == SITI and "Halo dari Budi." in text(mail) and "Latar" in mail["Subject"]
        assert f"{SITE}{url}?comment={last()}#comment-{last()}" in text(mail)
        client.comment(url, body="Halo dari saya.", email="siti@CONTOH.id")
        assert len(sent) == 1

    def test_nobodys_words_begin_a_line_of_the_text(self, client, follow, url, sent):
        follow(SITI, "all")
        client.comment(url, body="https://jahat.id/teks", name="https://jahat.id/nama")
        lines = text(sent[0]).splitlines()
        assert [line.split("https")[0] for line in lines if "jahat.id" in line] == [
            "Komentar ",
            "> ",
        ]

    @pytest.mark.engines
    def test_only_answers_to_ones_own_are_told(self, client, follow, url, sent):
        follow(SITI, "replies")
        mine = last()
        client.comment(url, body="Untuk semua.", name="Budi")
        others = last()
        client.comment(url, body="Untuk Budi.", name="Ani", parent=others)
        assert sent == []
        client.comment(url, body="Untuk Siti.", name="Ani", parent=mine)
        reply = last()
        assert [text(mail).count("Untuk Siti.") for mail in sent] == [1]
        client.comment(url, body="Untuk Ani.", name="Budi", parent=reply)
        assert len(sent) == 1

    def test_an_answer_to_a_reply_that_asked_is_told(self, client, follow, url, sent):
        client.comment(url, body="Pertama.", name="Budi")
        first = last()
        follow(SITI, "replies", parent=first)
        mine = last()
        client.comment(url, body="Untuk Budi.", name="Ani", parent=first)
        assert sent == []
        client.comment(url, body="Untuk Siti.", name="Ani", parent=mine)
        assert len(sent) == 1

    def test_answers_to_a_later_comment_are_told_without_another_confirmation(
        self, client, follow, url, sent
    ):
        follow(SITI, "replies")
        client.comment(url, body="Satu lagi.", email=SITI, follow="replies")
        later = last()
        assert sent == []
        client.comment(url, body="Untuk yang kedua.", name="Budi", parent=later)
        assert len(sent) == 1

    def test_nobody_else_can_have_more_told(self, client, follow, url, sent):
        follow(SITI, "replies")
        client.comment(url, body="Saya Siti palsu.", email=SITI, follow="all")
        assert [row.scope for row in rows(subscriptions)] == ["replies"]

    def test_unconfirmed_nothing_is_told(self, client, url, sent):
        client.comment(url, body="Setuju.", email=SITI, follow="all")
        client.comment(url, body="Halo.", name="Budi")
        assert ["Konfirmasi" in mail["Subject"] for mail in sent] == [True]

    @pytest.mark.engines
    def test_what_waits_is_told_once_it_is_published_and_once(self, client, follow, url, sent):
        follow()
        client.comment(url, body="http://a.id http://b.id http://c.id", name="Budi")
        number = last()
        assert sent == []
        set_status(number, Status.PUBLISHED)
        assert len(sent) == 1
        set_status(number, Status.PENDING)
        set_status(number, Status.PUBLISHED)
        assert len(sent) == 1

    def test_what_was_published_before_anybody_followed_is_no_news(
        self, client, app, article, follow, sent
    ):
        (old,) = write(article, app, "lama")
        follow()
        set_status(old.id, Status.DELETED)
        set_status(old.id, Status.PUBLISHED)
        assert sent == []

    def test_what_is_taken_back_before_sending_is_not_told(self, client, follow, url, sent):
        follow()
        sent.fault = temporary()
        client.comment(url, body="Ditarik.", name="Budi")
        number = last()
        sent.fault = None
        with transaction():
            move([number], Status.DELETED, ChangeSet("Bu Camat"))
        hurry()
        assert (sent, rows(OutgoingMail.__table__)) == ([], [])
        set_status(number, Status.PUBLISHED)  # and told after all, once
        assert len(sent) == 1

    @pytest.mark.engines
    def test_many_comments_between_two_sendings_are_one_mail(
        self, client, app, article, follow, sent
    ):
        follow(SITI)
        follow(BUDI, body="Saya juga.")
        sent.clear()
        write(article, app, *[f"komentar {number}" for number in range(25)])
        web_mail.deliver()
        hurry()
        assert sorted(mail["To"] for mail in sent) == [BUDI, SITI]
        assert sent[0]["Subject"].startswith("25 komentar baru")
        assert text(sent[0]).count("komentar ") == 20 + 1 and "Dan 5 komentar lagi." in text(
            sent[0]
        )

    def test_after_a_mail_of_every_comment_the_next_ones_are_collected(
        self, client, follow, url, sent
    ):
        follow(SITI, "all")
        mine = last()
        follow(BUDI, "replies", body="Saya juga.", parent=mine)
        sent.clear()
        for number in range(3):
            client.comment(url, body=f"Halo {number}.", name="Ani")
        client.comment(url, body="Untuk Budi.", name="Ani", parent=last() - 3)
        assert [mail["To"] for mail in sent] == [BUDI]  # an answer is told at once
        hurry()
        assert [mail["Subject"][:2] for mail in sent.to(SITI)] == ["4 "]

    def test_who_stopped_meanwhile_is_not_mailed(self, client, follow, url, sent):
        link = follow()
        sent.fault = temporary()
        client.comment(url, body="Halo.", name="Budi")
        sent.fault = None
        client.post(f"{link}/unsubscribe")
        hurry()
        assert (sent, rows(OutgoingMail.__table__), rows(subscribers)) == ([], [], [])

    def test_of_an_article_that_is_withdrawn_nothing_is_told(self, client, follow, url, sent):
        follow()
        sent.fault = temporary()
        client.comment(url, body="Halo.", name="Budi")
        sent.fault = None
        with transaction():
            db.session.execute(update(Article.__table__).values(status="draft"))
        hurry()
        assert sent == []

    def test_hostile_words_stay_where_they_belong(self, client, sent, follow):
        title = "Rapat\r\nBcc: semua@contoh.id <script>alert(1)</script> “désa” 😊"
        article = publish(title, now() - timedelta(days=1))
        at = article_url(article)
        follow(at=at)
        client.comment(at, body="<script>x</script> & [b]tebal[/b]", name="Bcc: a@b.id")
        (mail,) = sent
        html = mail.get_body(("html",)).get_content()
        assert mail["Bcc"] is None and "\n" not in mail["Subject"]
        assert "<script" not in html

    @pytest.mark.engines
    def test_it_goes_with_its_comment_and_its_article(self, client, follow, url):
        follow()
        number = last()
        with transaction():
            move([number], Status.DELETED, ChangeSet("Bu Camat"))
        with transaction():
            remove([number], ChangeSet("Bu Camat"))
        assert (rows(followed), len(rows(subscriptions))) == ([], 1)
        with transaction():
            db.session.execute(Article.__table__.delete())
        assert rows(subscriptions) == []
        tidy(now().date() + timedelta(days=1))
        assert rows(subscribers) == []


def article_url(article):
    moment = article.published_at
    return f"/{moment:%Y}/{moment:%m}/{article.slug}.html"


def temporary():
    from pnpm.mail.faults import Failed, Fault

    return Failed(Fault.LATER, "nanti")


def hurry():
    """What was put off is due."""
    with transaction():
        db.session.execute(update(OutgoingMail.__table__).values(due_at=now()))
    web_mail.deliver()


class TestOffice:
    def test_it_says_how_many_follow_an_article(self, app, client, follow, article):
        account("Bu Camat", Role.ADMIN)
        page = office_page(client, f"/admin/policy/articles/{article.id}")
        assert page.select_one("h1") and not page.select("#followers")
        follow()
        page = office_page(client, f"/admin/policy/articles/{article.id}")
        assert page.select_one("#followers").text == "1 pembaca mengikutinya lewat surel."


def office_page(client, address):
    """A page of the office, signed in if need be."""
    page = client.page(address, follow_redirects=True)
    if form := page.select_one("#login-form"):
        data = {field["name"]: field.get("value", "") for field in form.select("input")}
        data |= {"username": "Bu Camat", "password": PASSWORD}
        client.post(form["action"], data=data, headers={"Referer": f"{SITE}/admin/login"})
        page = client.page(address)
    return page


class TestBackup:
    def test_who_follows_is_in_it_and_the_links_in_old_mails_work(
        self, client, follow, config, tmp_path
    ):
        link = follow()
        before = rows(subscribers), rows(subscriptions), rows(followed)
        export.keep(tmp_path / "site.zip", config)
        client.post(f"{link}/unsubscribe")
        assert rows(subscribers) == []
        restore.bring_back(tmp_path / "site.zip", config, config.timezone, "uji", True)
        db.session.remove()
        assert (rows(subscribers), rows(subscriptions), rows(followed)) == before
        assert client.page(link).select("button[aria-pressed=true]")


class TestStopping:
    @pytest.mark.engines
    def test_a_mail_program_unsubscribes_by_the_headers(self, client, follow, url, sent):
        follow()
        client.comment(url, body="Halo.", name="Budi")
        (mail,) = sent
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address = mail["List-Unsubscribe"].strip("<>").removeprefix(SITE)
        stranger = browser(client.application)
        for _again in range(2):  # and once more, which is no error
            answer = stranger.post(address, data={"List-Unsubscribe": "One-Click"})
            assert (answer.status_code, answer.data) == (200, b"")
            assert "Set-Cookie" not in answer.headers
        assert rows(subscribers) == []

    def test_looking_at_it_stops_nothing_and_the_button_does(self, client, follow):
        link = follow()
        page = client.page(f"{link}/unsubscribe")
        assert len(rows(subscriptions)) == 1
        (form,) = page.select("main form[method=post]")
        assert client.post(form["action"]).status_code == 303
        assert rows(subscriptions) == []
        assert client.get(f"{link}/unsubscribe").status_code == 200

    def test_one_article_is_stopped_and_the_other_is_not(self, client, follow):
        first = follow()
        other = publish("Yang lain", now() - timedelta(days=1))
        second = follow(at=article_url(other))
        page = client.page(first.rpartition("/")[0])
        assert len(page.select("main form.subscription")) == 2
        client.post(first, data={"scope": "none"})
        assert [row.article_id for row in rows(subscriptions)] == [other.id]
        assert client.get(second).status_code == 200 and client.get(first).status_code == 410

    @pytest.mark.engines
    def test_all_is_stopped_and_the_address_forgotten(self, client, follow, url, sent):
        link = follow()
        page = client.page(link.rpartition("/")[0])
        (form,) = page.select("main form:not(.subscription)")
        assert client.post(form["action"]).status_code == 303
        assert (rows(subscribers), rows(subscriptions), rows(followed)) == ([], [], [])
        client.comment(url, body="Halo.", name="Budi")
        assert sent == []

    def test_who_stopped_may_ask_again(self, client, follow):
        client.post(f"{follow()}/unsubscribe")
        follow(body="Saya kembali.")
        assert len(rows(subscriptions)) == 1

    def test_the_link_to_it_all_is_mailed_to_the_address_alone(self, client, follow, sent):
        follow()
        client.post("/subscriptions/link", data=token_of(client) | {"email": SITI})
        client.post("/subscriptions/link", data=token_of(client) | {"email": BUDI})
        (mail,) = sent
        (link,) = links(mail)
        assert mail["To"] == SITI and client.page(link).select("main form.subscription")

    @pytest.mark.parametrize(
        "token", ["1", "1-", "1-" + "a" * 43, "x" * 5000, "1-é", "99-" + "a" * 43]
    )
    def test_a_token_that_is_none_opens_nothing(self, client, follow, token):
        article = follow().rpartition("/")[2]
        assert client.get(f"/subscriptions/{token}").status_code == 410
        assert client.get(f"/subscriptions/{token}/{article}").status_code == 410
        assert (
            client.post(f"/subscriptions/{token}/{article}", data={"scope": "none"}).status_code
            == 410
        )
        for address in (f"{token}/{article}/unsubscribe", f"{token}/end"):
            assert client.post(f"/subscriptions/{address}").status_code == 303
        assert len(rows(subscriptions)) == 1

    def test_its_pages_are_nobodys_elses(self, client, follow, article):
        link = follow()
        for address in (
            link,
            link.rpartition("/")[0],
            f"{link}/unsubscribe",
            "/subscriptions",
            "/subscriptions/sent",
            "/subscriptions/stopped",
            f"/subscriptions/new?article={article.id}",
        ):
            answer = client.get(address)
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert "Set-Cookie" not in answer.headers
        assert "Disallow: /subscriptions" in client.get("/robots.txt").get_data(as_text=True)
