"""The office's navigation: what an officer may open stands in it, and where one is, is marked."""

import pytest

from pnpm.admin.navigation import DAILY, GROUPS, MORE, PLACES, place_of
from pnpm.web import auth
from tests.conftest import soup

# pages that belong to no place: before one is in, and the form that comes between
NOWHERE = {"session", "code", "setup", "forgotten", "resume", "static"}


def names(page, part):
    return [link.contents[0].strip() for link in page.select(f".office__nav {part} a")]


def marked(page):
    """The names of the marked places, each with what it is marked as."""
    return {
        link.contents[0].strip(): link["aria-current"]
        for link in page.select(".office__nav [aria-current]")
    }


def test_four_places_are_at_the_thumb(office):
    assert names(office.page("/admin/"), ".office__daily") == [
        "Ringkasan",
        "Komentar",
        "Tulis",
        "Lainnya",
    ]


def test_who_may_not_write_has_no_such_place(sign_in, moderator):
    page = sign_in(moderator).page("/admin/")
    assert names(page, ".office__daily") == ["Ringkasan", "Komentar", "Lainnya"]
    assert names(page, ".office__groups") == ["Laporan", "Catatan", "Akun saya", "Bantuan"]


@pytest.mark.parametrize("who", ["admin", "moderator"])
def test_the_page_behind_it_names_all_the_rest_each_with_a_sentence(app, sign_in, request, who):
    user = request.getfixturevalue(who)
    page = sign_in(user).page("/admin/places")
    assert page.h1.text == "Lainnya"
    with app.test_request_context():
        assert {line.a["href"]: line.a.text for line in page.select(".places__one")} == {
            app.url_for(place.endpoint): str(place.name)
            for place in set(PLACES) - set(DAILY)
            if user.role in auth.roles_of(place.endpoint)
        }
    assert all(line.select_one(".places__about").text for line in page.select(".places__one"))
    assert all(section.select(".places__one") for section in page.select("main section"))


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("/admin/", {"Ringkasan": "page"}),
        ("/admin/comments?status=spam", {"Komentar": "page"}),
        ("/admin/comments/1", {"Komentar": "true"}),
        ("/admin/comments/999", {"Komentar": "true"}),
        ("/admin/articles/new", {"Tulis": "page"}),
        ("/admin/articles/1", {"Tulis": "true"}),
        ("/admin/articles/1/versions", {"Tulis": "true"}),
        ("/admin/articles", {"Lainnya": "true", "Artikel": "page"}),
        ("/admin/places", {"Lainnya": "page"}),
        ("/admin/backups", {"Lainnya": "true", "Cadangan": "page"}),
        ("/admin/account/factor", {"Lainnya": "true", "Akun saya": "true"}),
        ("/admin/nothing", {}),
    ],
)
def test_where_one_is_is_marked(office, comments, address, where):
    assert marked(soup(office.get(address))) == where


@pytest.fixture
def comments(client, url):
    """A published comment under the article."""
    client.comment(url, body="Bagus sekali")


def test_what_stands_behind_the_last_has_its_name_for_a_heading(office):
    pages = {
        str(place.name): office.page(_address(office, place)).h1.text
        for _group, places in GROUPS
        for place in places
    }
    assert len(pages) > 10
    # the report's heading has its month, too
    assert [name for name, heading in pages.items() if not heading.startswith(name)] == []


def _address(client, place):
    with client.application.test_request_context():
        return client.application.url_for(place.endpoint)


def test_every_page_of_the_office_belongs_to_a_place(app):
    lost = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(auth.PREFIX) and place_of(rule.endpoint) is None
    }
    assert {each for each in lost if each.partition(".")[0] not in NOWHERE} == {MORE.endpoint}


def test_the_way_out_is_at_the_head_of_every_page(office, moderator, sign_in, article):
    for page in (
        *(office.page(address) for address in ("/admin/", "/admin/places", "/admin/settings")),
        sign_in(moderator).page("/admin/comments"),
        soup(office.get("/admin/nothing")),
    ):
        form = page.select_one(".masthead form")
        assert (form["action"], form.button.text) == ("/admin/logout", "Keluar")
        assert form.select_one("[name=csrf_token]")["value"]
    assert "Bu Camat" in office.page("/admin/").select_one(".masthead__out").text


def test_a_reader_sees_no_way_out(office, client, url):
    assert not soup(office.get(url)).select(".masthead form")
    assert not soup(client.get("/admin/login")).select(".masthead form, .office__nav")
