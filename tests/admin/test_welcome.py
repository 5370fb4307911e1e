"""The first steps of a new site: shown to admins from the first account on, ticked by what the
site is really like, closed for all by one button, and opened again.
"""

import pytest

from pnpm.accounts.models import User
from pnpm.admin import welcome
from pnpm.articles.models import Article
from pnpm.audit.models import AuditEntry
from pnpm.backup import daily
from pnpm.db import db, now, transaction
from pnpm.site_settings import Setting
from tests.admin.conftest import send
from tests.admin.test_setup import fill_in
from tests.conftest import publish, soup
from tests.queries import asked

STEPS = ["Nama dan wajah situs", "Halaman Tentang", "Surel", "Artikel pertama", "Cadangan"]


@pytest.fixture
def new_site(app):
    """A site whose first account was just made."""
    with transaction():
        Setting.change(welcome=True)


def block(client):
    return client.page("/admin/").select_one("#welcome")


def done(client):
    """The names of the steps that are done."""
    found = block(client).select(".welcome__step--done")
    return [step.a.text for step in found]


def switch(client, value, **more):
    return send(client, "/admin/welcome", welcome=value, back="home", **more)


def test_who_makes_the_first_account_with_the_code_is_shown_them(app, client, instance):
    with transaction():
        db.session.query(User).delete()
        Setting.change(welcome=False)
    client.get("/admin/setup/")
    fill_in(client, (instance / "setup_code.txt").read_text())
    found = block(client)
    assert [link.text for link in found.select(".welcome__step a")] == STEPS
    assert found.select_one(".welcome__done").text == "0 dari 5 sudah."


def test_so_is_who_had_the_command_make_it(app, sign_in):
    first = User.named("admin")
    assert block(sign_in(first))


def test_a_site_that_an_older_version_made_is_left_alone(app, office):
    with transaction():
        db.session.query(Setting).filter_by(name="welcome").delete()
        Setting.touch()
    assert block(office) is None


def test_a_moderator_is_not_shown_them(new_site, moderator, sign_in):
    assert block(sign_in(moderator)) is None


def test_each_step_leads_to_where_it_is_done(new_site, office):
    links = [link["href"] for link in block(office).select(".welcome__step a")]
    assert links == [
        "/admin/settings",
        "/admin/pages/tentang",
        "/admin/help/pengelola#surel-e-mail",
        "/admin/articles/new",
        "/admin/backups",
    ]
    pages = [office.get(link.partition("#")[0]).status_code for link in links]
    assert pages == [200] * 5


@pytest.mark.engines
def test_what_is_done_is_what_the_site_is_like(new_site, office, admin, mailing, instance, config):
    assert done(office) == []
    with transaction():
        Setting.change(language="en", timezone="Asia/Jakarta", headlines=[7])
    assert len(block(office).select(".welcome__step--done")) == 0
    with transaction():
        Setting.change(language="id", tagline="Semoga bermanfaat")
    assert done(office) == STEPS[:1]
    send(office, "/admin/pages/tentang", "/admin/account/password")
    assert done(office) == STEPS[:2]
    assert "/admin/account/mail" in str(block(office))
    with transaction():
        user = db.session.get(User, admin.id)
        user.email, user.confirmed_at = "camat@desa.example", now()
    assert done(office) == STEPS[:3]
    article = publish("Kabar pertama")
    assert done(office) == STEPS[:4]
    daily.make(config, config.timezone)
    assert block(office) is None  # all are done
    with transaction():
        db.session.query(Article).filter_by(id=article.id).delete()
    assert done(office) == [step for step in STEPS if step != "Artikel pertama"]


@pytest.mark.parametrize("settings", [{"BACKUPS": "daily"}])
def test_daily_backups_are_a_step_that_is_done_already(new_site, office):
    assert done(office) == ["Cadangan"]


def test_one_button_closes_them_for_all_admins_and_is_undone(new_site, office):
    answer = switch(office, "off")
    assert answer.location.startswith("/admin/?done=")
    page = soup(office.get(answer.location))
    assert page.select_one("#welcome") is None
    said = page.select_one("#done")
    assert "menutup langkah pertama" in said.text
    assert db.session.query(AuditEntry).one().after == {"welcome": False}
    send(office, said.form["action"], back="home")
    assert block(office)


def test_they_are_opened_again_from_the_help(new_site, office):
    assert office.page("/admin/help").find("button", string="Tampilkan lagi") is None
    switch(office, "off")
    button = office.page("/admin/help").find("button", string="Tampilkan lagi")
    answer = office.post(
        button.find_parent("form")["action"],
        data={
            field["name"]: field["value"] for field in button.find_parent("form").select("[name]")
        },
    )
    assert answer.location.startswith("/admin/")
    assert block(office)


def test_pressed_twice_is_one_deed(new_site, office):
    switch(office, "off")
    assert switch(office, "off").location == "/admin/"
    assert db.session.query(AuditEntry).count() == 1


def test_a_stale_page_can_be_sent_again(new_site, office):
    answer = office.post("/admin/welcome", data={"csrf_token": "old", "welcome": "off"})
    assert answer.status_code == 400
    assert soup(answer).select_one("#form-errors") and soup(answer).select_one("#welcome button")
    assert block(office)


def counted(client):
    """How many queries the first page takes."""
    with asked() as queries:
        client.get("/admin/")
    return len(queries)


def test_open_they_cost_one_query_closed_none(new_site, office, monkeypatch):
    block(office)
    opened = counted(office)
    switch(office, "off")
    block(office)
    closed = counted(office)
    monkeypatch.setattr(welcome, "shown", list)
    assert (opened, closed) == (counted(office) + 1, counted(office))
