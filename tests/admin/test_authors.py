"""Trust in an author, given and taken back on the author's page."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.comments.trust import Trust, trust
from pnpm.db import db, now, transaction
from tests.conftest import soup, write

TRUST = "/admin/authors/trust"


@pytest.fixture
def siti(article, app):
    return write(article, app, "halo", name="Siti & Co")[0]


@pytest.fixture
def address(office, siti):
    """The page of everything that she wrote, as her name in a row leads there."""
    return office.page("/admin/comments?status=all").select_one(".row__who a")["href"]


def press(client, page, **values):
    """Send the form of trust on that page."""
    form = page.select_one(".author__trust")
    given = {field["name"]: field.get("value", "") for field in form.select("[name]")}
    return client.post(form["action"], data=given | values)


def one():
    db.session.expire_all()
    return db.session.query(Trust).one_or_none()


@pytest.mark.engines
def test_an_author_is_trusted_without_an_end_and_no_more_and_again_by_undoing(
    office, siti, address
):
    answer = press(office, office.page(address))
    assert (answer.status_code, parse_qs(urlsplit(answer.location).query)["name"]) == (
        303,
        ["Siti & Co"],
    )
    assert (one().name, one().address_hash, one().until) == ("Siti & Co", siti.address_hash, None)
    page = soup(office.get(answer.location))
    assert page.select_one("#done p").text == "Sudah: mempercayai penulis."
    assert "Dipercaya: komentarnya terbit tanpa menunggu." in page.select_one(".author__trust").text
    page = soup(office.get(press(office, page).location))
    assert one() is None
    form = page.select_one("#done form")
    back = office.post(
        form["action"], data={field["name"]: field["value"] for field in form.select("input")}
    )
    assert urlsplit(back.location).path == "/admin/comments"
    assert one()


def test_it_lasts_to_the_end_of_the_day_in_the_sites_zone(office, app, address):
    zone = app.config["PNPM"].timezone
    day = (now().astimezone(zone) + timedelta(days=7)).date()
    page = soup(office.get(press(office, office.page(address), until=day.isoformat()).location))
    end = one().until.astimezone(zone)
    assert (end.date(), end.hour, end.minute) == (day, 23, 59)
    assert "Dipercaya sampai" in page.select_one(".author__trust").text


def test_today_is_a_day_to_come(office, app, address):
    today = now().astimezone(app.config["PNPM"].timezone).date()
    assert press(office, office.page(address), until=today.isoformat()).status_code == 303


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("2012-12-21", "Pilih tanggal yang akan datang, atau kosongkan."),
        ("9999-12-31", "Pilih tanggal yang akan datang, atau kosongkan."),
        ("besok", "Tulis tanggal, misalnya 2026-12-31."),
        ("\0", "Tulis tanggal, misalnya 2026-12-31."),
    ],
)
def test_a_day_that_will_not_do_comes_back(office, address, until, words):
    answer = press(office, office.page(address), until=until)
    assert answer.status_code == 422
    assert soup(answer).select_one("#until-error").text == words
    assert soup(answer).select_one("#until")["value"] == until
    assert one() is None


def test_trust_whose_end_has_come_can_be_given_again(office, siti, address):
    with transaction():
        trust(siti.name, siti.address_hash, now() - timedelta(days=1), True, ChangeSet("Bu Camat"))
    page = office.page(address)
    assert "Percayai" in page.select_one(".author__trust button").text
    press(office, page)
    assert one().until is None


def test_a_moderator_may(moderator, sign_in, siti, office, address):
    rudi = sign_in(moderator)
    page = soup(rudi.get(press(rudi, rudi.page(address)).location))
    form = page.select_one("#done form")
    rudi.post(
        form["action"], data={field["name"]: field["value"] for field in form.select("input")}
    )
    assert one() is None
    assert [entry.who for entry in db.session.query(AuditEntry)] == ["Rudi", "Rudi"]


@pytest.mark.parametrize(
    "back",
    [
        "",
        "status=all",
        "name=Siti",
        "address=" + "0" * 64,
        "name=Siti&address=" + "0" * 64,
        "name=Rudi&address=deadbeef",
    ],
)
def test_who_is_nobody_is_not_trusted(office, siti, address, back):
    assert press(office, office.page(address), back=back).status_code == 404
    assert one() is None


def test_a_stale_page_can_be_sent_again(office, address):
    answer = press(office, office.page(address), csrf_token="old", until="2030-01-01")
    assert answer.status_code == 400
    page = soup(answer)
    assert page.select_one("#until")["value"] == "2030-01-01"
    assert press(office, page).status_code == 303
    assert one()


def test_two_taps_are_one_deed(office, address):
    page = office.page(address)
    for _tap in range(2):
        press(office, page)
    assert db.session.query(AuditEntry).count() == 1
