"""Every page of the office that lists something, on a site that has nothing yet: it says what will
stand there, and has the button that begins it, where there is one; and help beside what needs it.
"""

import re

import pytest

from pnpm.accounts.models import User
from pnpm.admin.help import guides
from pnpm.web import auth
from tests.conftest import TOP

# each with where its button leads, if it has one
LISTS = {
    "/admin/": None,
    "/admin/comments": "/",
    "/admin/comments?status=published": "/",
    "/admin/comments?status=spam": "/",
    "/admin/comments?status=spam&unseen=y": "/admin/comments?status=spam",
    "/admin/comments?status=deleted": "/",
    "/admin/comments?status=all": "/",
    "/admin/comments?status=all&q=tidakada": "/admin/comments?status=all",
    "/admin/articles": "/admin/articles/new",
    "/admin/articles?status=draft": "/admin/articles/new",
    "/admin/articles?status=scheduled": "/admin/articles/new",
    "/admin/articles?status=deleted": "/admin/articles/new",
    "/admin/articles?q=tidakada": "/admin/articles?status=published",
    "/admin/pictures": "#upload-form",
    "/admin/pictures?tab=unused": "#upload-form",
    "/admin/pictures?tab=undescribed": "#upload-form",
    "/admin/pictures?tab=deleted": "#upload-form",
    "/admin/log": None,
    "/admin/log?q=tidakada": "/admin/log",
    "/admin/report": None,
    "/admin/policy": "/admin/articles/new",
    "/admin/lists/names": "/admin/comments",
    "/admin/headlines": "/admin/articles/new",
    "/admin/backups": None,
    "/admin/imports": "#import",
    "/admin/mail": None,
    "/admin/data-requests": None,
    "/admin/users": "#user-form",
    "/admin/help?q=tidakada": None,
}
# pages that list nothing, or are never empty
OTHERS = {
    "/admin/account",
    "/admin/account/factor",
    "/admin/account/mail",
    "/admin/account/password",
    "/admin/articles/new",
    "/admin/checkup",
    "/admin/comments/waiting",
    "/admin/forgotten",
    "/admin/lists",
    "/admin/imports/htaccess",
    "/admin/log.csv",
    "/admin/login",
    "/admin/move",
    "/admin/login/code",
    "/admin/places",
    "/admin/restore",
    "/admin/resume",
    "/admin/settings",
    "/admin/setup/",
    "/admin/help",
}


@pytest.fixture
def office(app, sign_in):
    """The browser of the only officer."""
    return sign_in(User.named("admin"))


def test_every_page_is_in_the_table(app):
    there = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(auth.PREFIX) and "GET" in rule.methods and not rule.arguments
    }
    assert there == {address.partition("?")[0] for address in LISTS} | OTHERS


@pytest.mark.parametrize(("address", "begins"), LISTS.items(), ids=LISTS)
def test_an_empty_page_says_what_will_stand_there_and_how_to_begin(office, address, begins):
    page = office.page(address)
    found = page.select(".empty")
    assert found
    assert all(len(block.p.text) > 25 for block in found)
    buttons = [button["href"] for block in found for button in block.select("a.button")]
    assert buttons == [begins] * bool(begins)
    for button in buttons:
        if button.startswith("#"):
            assert page.find(id=button.removeprefix("#"))
        else:
            assert office.get(button).status_code == 200


def test_a_reader_of_an_empty_site_is_told(app, client):
    assert "Belum ada artikel. Yang pertama terbit" in client.page("/").select_one("main").text


def test_all_help_beside_a_field_leads_to_where_a_guide_says_more():
    texts = "".join(path.read_text() for path in (TOP / "templates/admin").rglob("*.html"))
    places = re.findall(r'"\), "([a-z0-9-]+)", "([a-z0-9-]+)"\)', texts)
    assert len(places) == texts.count("fields.help(") >= 12
    known = {
        (name, section.anchor) for name in guides.GUIDES for section in guides.guide(name).sections
    }
    assert set(places) - known == set()


@pytest.mark.parametrize(
    "address",
    [
        "settings",
        "users",
        "account",
        "account/mail",
        "backups",
        "policy",
        "articles/new",
        "checkup",
    ],
)
def test_help_opens_in_place_and_says_what_it_is_about(office, address):
    found = office.page(f"/admin/{address}").select("details.help")
    assert found
    for help_ in found:
        assert help_.summary.text.startswith("?Bantuan: ")
        assert len(help_.p.text) > 80
        assert office.get(help_.a["href"].partition("#")[0]).status_code == 200
    names = [help_.summary.text for help_ in found]
    assert len(names) == len({*names})
