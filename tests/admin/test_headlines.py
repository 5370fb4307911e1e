"""The page where the ticker's headlines are chosen."""

from datetime import timedelta

import pytest

from pnpm.articles.actions import held, save, write
from pnpm.articles.models import Status
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.db import db, now, transaction
from pnpm.site_settings import Setting
from tests.admin.conftest import send, token
from tests.conftest import publish, soup

PAGE = "/admin/headlines"


@pytest.fixture
def numbers(app):
    """Twelve articles, the oldest first."""
    return [
        publish(f"Kabar {number}", now() - timedelta(days=20 - number)).id for number in range(12)
    ]


def chosen():
    return Setting.words().headlines


def choose(*numbers):
    with transaction():
        Setting.change(headlines=[*numbers])


def put(client, number, place):
    return send(client, f"{PAGE}/{number}", PAGE, place=str(place))


def press(client, page, button):
    """Press the first button of that name, with all that its form holds."""
    found = next(
        one
        for one in page.select("main button")
        if one.find(string=True, recursive=False) == button
    )
    fields = {field["name"]: field["value"] for field in found.find_parent("form").select("input")}
    fields |= {found["name"]: found["value"]} if found.has_attr("name") else {}
    return client.post(found.find_parent("form")["action"], data=fields, follow_redirects=True)


def listed(page, heading="chosen-heading"):
    return [
        item.p.find(["a", "b"]).text
        for item in page.select(f"[aria-labelledby={heading}] .headlines > li")
    ]


def ticker(client):
    return [headline.text for headline in client.page("/").select(".ticker li")]


def test_without_a_choice_the_newest_run_and_the_ten_newest_are_offered(office, numbers):
    page = office.page(PAGE)
    assert "5 artikel terbaru berjalan dengan sendirinya" in page.text
    assert listed(page, "newest-heading") == [f"Kabar {number}" for number in range(11, 1, -1)]
    assert len(page.select("[aria-labelledby=newest-heading] .label")) == 5


@pytest.mark.engines
def test_one_is_added_put_elsewhere_and_taken_out_and_each_can_be_undone(office, client, numbers):
    answer = press(office, office.page(PAGE), "Tambahkan")
    assert ticker(client) == ["Kabar 11"]
    press(office, soup(answer), "Tambahkan")
    assert chosen() == [numbers[10], numbers[11]]
    answer = press(office, office.page(PAGE), "Turunkan")
    assert listed(soup(answer)) == ticker(client) == ["Kabar 11", "Kabar 10"]
    answer = press(office, soup(answer), "Urungkan")
    assert (answer.request.path, chosen()) == (PAGE, [numbers[10], numbers[11]])
    answer = press(office, soup(answer), "Naikkan")
    assert chosen() == [numbers[11], numbers[10]]
    answer = press(office, soup(answer), "Keluarkan")
    assert ticker(client) == ["Kabar 10"]
    assert soup(answer).select_one("#done p").text == "Sudah: memilih Breaking News situs."
    press(office, soup(answer), "Urungkan")
    assert chosen() == [numbers[11], numbers[10]]
    answer = press(office, office.page(PAGE), "Pakai yang terbaru saja")
    assert (chosen(), len(ticker(client))) == ([], 5)
    press(office, soup(answer), "Urungkan")
    assert chosen() == [numbers[11], numbers[10]]


def test_sent_twice_it_is_done_once(office, numbers):
    choose(*numbers[:4])
    form = token(office, PAGE)
    for _time in range(2):
        assert office.post(f"{PAGE}/{numbers[3]}", data={**form, "place": "3"}).status_code == 303
    assert chosen() == [numbers[0], numbers[1], numbers[3], numbers[2]]
    for _time in range(2):
        assert office.post(f"{PAGE}/{numbers[0]}", data={**form, "place": "out"}).status_code == 303
    assert (len(chosen()), db.session.query(AuditEntry).count()) == (3, 2)


def test_the_first_cannot_go_up_nor_the_last_down(office, numbers):
    choose(*numbers[:2])
    first, last = [
        [button.find(string=True, recursive=False) for button in item.select("button")]
        for item in office.page(PAGE).select("ol.headlines li")
    ]
    assert (first, last) == (["Turunkan", "Keluarkan"], ["Naikkan", "Keluarkan"])


@pytest.mark.parametrize(
    ("place", "order"), [(1, [2, 0, 1]), (2, [0, 2, 1]), (3, [0, 1, 2]), (5, [0, 1, 2])]
)
def test_each_place_is_the_one_that_was_asked_for(office, numbers, place, order):
    choose(*numbers[:3])
    put(office, numbers[2], place)
    assert chosen() == [numbers[one] for one in order]


def test_five_are_as_many_as_run(office, numbers):
    choose(*numbers[:5])
    page = office.page(PAGE)
    assert "Sudah ada 5 pilihan" in page.text
    assert not page.select("[aria-labelledby=newest-heading] button")
    answer = put(office, numbers[6], 1)
    assert answer.status_code == 409
    assert "Keluarkan satu dulu" in soup(answer).select_one("#form-errors").text
    assert chosen() == numbers[:5]
    assert put(office, numbers[4], 1).status_code == 303


def test_one_that_readers_do_not_see_is_marked(office, client, numbers):
    choose(*numbers[:4])
    with transaction():
        save(ChangeSet("Bu Camat"), held(numbers[0]), status=Status.DRAFT)
        save(ChangeSet("Bu Camat"), held(numbers[1]), status=Status.DELETED)
        save(ChangeSet("Bu Camat"), held(numbers[2]), published_at=now() + timedelta(days=1))
    marks = [
        label.text.partition(":")[0] for label in office.page(PAGE).select("ol.headlines .label")
    ]
    assert marks == ["Konsep", "Dihapus", "Terjadwal", "Sedang berjalan"]
    assert ticker(client) == ["Kabar 3"]
    put(office, numbers[3], "out")
    assert "Tidak satu pun tampak bagi pembaca" in office.page(PAGE).text
    assert ticker(client)[0] == "Kabar 11"
    assert put(office, numbers[1], "out").status_code == 303
    assert chosen() == [numbers[0], numbers[2]]


def test_what_readers_do_not_see_cannot_be_added(office, numbers):
    with transaction():
        draft = write(ChangeSet("Bu Camat"), None, "Konsep", "")
        later = write(
            ChangeSet("Bu Camat"),
            None,
            "Nanti",
            "x",
            Status.PUBLISHED,
            published_at=now() + timedelta(days=1),
        )
        about = write(ChangeSet("Bu Camat"), None, "Tentang", "x", Status.PAGE)
    for number in (draft.id, later.id, about.id, 0, 9999, 2**31, "x"):
        assert put(office, number, 1).status_code == 404
    assert chosen() == []


@pytest.mark.parametrize("place", ["", "0", "6", "-1", "x", "1" * 5000, "²", "\x00"])
def test_a_place_that_is_none_is_refused(office, numbers, place):
    choose(numbers[0])
    answer = put(office, numbers[0], place)
    assert (answer.status_code, chosen()) == (422, [numbers[0]])
    assert "Pilih salah satu dari daftar." in soup(answer).select_one("#form-errors").text


def test_a_stale_page_says_so_and_the_next_press_works(office, numbers):
    for address, values in ((PAGE, {}), (f"{PAGE}/{numbers[0]}", {"place": "1"})):
        answer = office.post(address, data={"csrf_token": "lama", **values})
        assert answer.status_code == 400
        assert "tekan sekali lagi" in soup(answer).select_one("#form-errors").text
    press(office, soup(answer), "Tambahkan")
    assert chosen() == [numbers[11]]


def test_a_title_is_a_text(office):
    publish('<b>Rapat</b> & "desa"')
    assert listed(office.page(PAGE), "newest-heading") == ['<b>Rapat</b> & "desa"']


def test_an_empty_site_has_nothing_to_choose(office):
    assert "Belum ada artikel." in office.page(PAGE).text
    assert send(office, PAGE, PAGE).location == PAGE
