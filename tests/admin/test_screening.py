"""The one place for what is held and why: in plain words, with everything that it depends on."""

import pytest

from pnpm.audit.models import ChangeSet
from pnpm.comments.models import Status
from pnpm.comments.moderation import move
from pnpm.db import transaction
from tests.admin.conftest import send
from tests.conftest import write

HERE = "/admin/policy"


def held(page):
    return [line.text for line in page.select(".screening li")]


def facts(page):
    """What stands beside each word of the lists in short."""
    return {fact.dt.text: " ".join(fact.dd.text.split()) for fact in page.select(".facts div")}


def test_it_says_what_is_held_as_the_site_is_made(office):
    assert held(office.page(HERE)) == [
        "Yang mirip iklan. Kekuatan penyaring spam: Biasa.",
        "Yang memuat lebih dari 2 tautan.",
        "Yang mengisi kolom yang tidak terlihat orang: biasanya mesin.",
        "Yang terkirim kurang dari 3 detik sesudah formulirnya dibuka.",
        "Lebih dari 5 komentar dari satu jaringan dalam 10 menit.",
        "Balasan untuk komentar yang tidak tampil lagi.",
    ]


@pytest.mark.parametrize("settings", [{"COMMENT_MIN_SECONDS": "0", "COMMENT_LIMIT": "2/30s"}])
def test_it_follows_the_settings_the_policy_and_the_lists(office):
    send(office, "/admin/lists", "/admin/lists", hold_words="judi\nslot", do="save")
    send(office, HERE, HERE, moderation="", strength="strict", close_after="", reserved="")
    said = held(office.page(HERE))
    assert said[0] == "Yang mirip iklan. Kekuatan penyaring spam: Ketat."
    assert said[3:5] == [
        "Yang memuat sesuatu dari daftar di bawah ini.",
        "Lebih dari 2 komentar dari satu jaringan dalam satu menit.",
    ]
    send(office, HERE, HERE, moderation="off", strength="strict", close_after="", reserved="")
    assert held(office.page(HERE)) == said[3:]
    send(office, HERE, HERE, moderation="all", strength="strict", close_after="", reserved="")
    assert held(office.page(HERE)) == ["Semua, kecuali dari penulis yang dipercaya."]
    send(office, "/admin/policy/emergency", HERE, emergency="on")
    assert held(office.page(HERE)) == ["Semua, juga dari yang dipercaya: keadaan darurat."]


def test_it_counts_what_waits_and_leads_there(office, article, app):
    link = "main a[href='/admin/comments']"
    assert office.page(HERE).select_one(link).text == "Tidak ada yang menunggu Anda"
    comments = write(article, app, "satu", "dua")
    with transaction():
        move([comment.id for comment in comments], Status.PENDING, ChangeSet("x"))
    assert office.page(HERE).select_one(link).text == "2 komentar menunggu Anda"


def test_the_lists_are_told_in_short_and_are_one_tap_away(office):
    assert facts(office.page(HERE))["Ditahan"] == "belum ada"
    given = {"hold_words": "judi\n\nslot", "hold_names": "Bandar", "refuse_addresses": "192.0.2.1"}
    send(office, "/admin/lists", "/admin/lists", **given, do="save")
    page = office.page(HERE)
    assert facts(page)["Ditahan"] == "2 kata, 1 nama"
    assert facts(page)["Ditolak"] == "1 alamat"
    links = {link["href"] for link in page.select("main a")}
    assert links >= {"/admin/lists", "/admin/lists/names"}
    for address in ("/admin/lists", "/admin/lists/names"):
        assert office.page(address).select_one(f"main a[href='{HERE}']").text == "Penyaring"


def test_who_is_trusted_stands_there_with_the_way_to_revoke_it(office, article, app):
    (comment,) = write(article, app, "halo", name="<i>Siti</i>")
    back = f"status=all&name=%3Ci%3ESiti%3C%2Fi%3E&address={comment.address_hash}"
    send(office, "/admin/authors/trust", back=back, trusted="y", until="2999-01-02")
    page = office.page(HERE)
    said = facts(page)["Dipercaya: terbit tanpa menunggu"]
    assert said == "<i>Siti</i> (sampai 2 Januari 2999)"
    author = office.page(page.select_one(".facts a")["href"])
    assert author.select_one("#author h2 bdi").text == "<i>Siti</i>"
    send(office, "/admin/authors/trust", back=back)
    assert facts(office.page(HERE))["Dipercaya: terbit tanpa menunggu"].startswith("belum ada")


def test_the_menu_has_one_place_for_it(office):
    names = [link.text for link in office.page("/admin/").select(".office__groups a")]
    assert "Penyaring" in names and not {"Aturan", "Daftar"} & set(names)
    for address in (HERE, "/admin/lists", "/admin/lists/names"):
        marked = office.page(address).select_one(".office__groups [aria-current]")
        assert marked.text == "Penyaring"
