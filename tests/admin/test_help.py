"""The guides in the office: as pages whose links lead on within them, with pictures, and found by
words in any form.
"""

import re
import subprocess
import sys

import pytest

from deploy import dist
from pnpm.admin.help import guides
from pnpm.db import transaction
from pnpm.site_settings import Setting
from tests.architecture.test_guides import GUIDES
from tests.conftest import TOP

NAMES = list(guides.GUIDES)
HELP = "/admin/help"


def found(client, words):
    """What the search finds: title and address of each."""
    page = client.page(f"{HELP}?q={words}")
    return [(hit.a.text, hit.a["href"]) for hit in page.select(".hit")]


@pytest.fixture
def docs(tmp_path, monkeypatch):
    """A folder of guides of our own, in place of docs/."""
    monkeypatch.setattr(guides, "FOLDER", tmp_path)
    guides._read.cache_clear()
    yield tmp_path
    guides._read.cache_clear()


def test_every_guide_for_people_is_shown():
    assert {path.stem for path in GUIDES} - {*NAMES} == set()


def test_an_officer_finds_all_of_them_from_the_navigation(moderator, sign_in):
    client = sign_in(moderator)
    (place,) = client.page("/admin/").find_all("a", string="Bantuan")
    links = [link["href"] for link in client.page(place["href"]).select(".guides a")]
    assert links == [f"{HELP}/{name}" for name in NAMES]
    assert [link for link in links if client.get(link).status_code != 200] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_is_a_page_with_contents_and_every_link_and_picture_leads_somewhere(office, name):
    page = office.page(f"{HELP}/{name}")
    source = (guides.FOLDER / f"{name}.md").read_text()
    assert page.h1.text == source.splitlines()[0].removeprefix("# ")
    listed = [link["href"].removeprefix("#") for link in page.select(".contents a")]
    assert listed == [heading["id"] for heading in page.select(".guide :is(h2, h3)")]
    assert len(listed) == len({*listed}) == len(re.findall(r"(?m)^###? ", source))
    assert len(page.select(".guide img")) == source.count("](") - len(
        re.findall(r"(?<!!)\[[^\]]*\]\(", source)
    )
    for link in page.select(".guide a"):
        leads, _mark, place = link["href"].partition("#")
        if leads.startswith("http"):
            continue
        there = office.page(f"{HELP}/{leads or name}")
        assert there.find(id=place) if place else there.h1
    for image in page.select(".guide img"):
        assert image["alt"] and int(image["width"]) <= 360 and int(image["height"]) > 100
        picture = office.get(f"{HELP}/{image['src']}")
        assert picture.status_code == 200
        assert picture.mimetype in ("image/png", "image/svg+xml")
        assert picture.headers["Cache-Control"] == "max-age=86400, private"


@pytest.mark.parametrize(
    "name",
    [
        "lain",
        "architecture",
        "menulis.md",
        "../README",
        "..%2FREADME",
        "pictures/menulis.md",
        "pictures/../../README.md",
        "pictures/..%2f..%2finstance%2fsecret_key",
        "pictures/screenshot.png",
        "pictures//etc/passwd",
    ],
)
def test_nothing_else_is_given_out(office, name):
    assert office.get(f"{HELP}/{name}").status_code in (308, 404)
    assert office.get(f"{HELP}/{name}", follow_redirects=True).status_code == 404


def test_only_who_is_signed_in_reads_them(client, admin):
    for name in ("", "/menulis", "/pictures/menulis-editor.png"):
        assert client.get(HELP + name).location.startswith("/admin/login")


class TestSearching:
    def test_words_lead_to_the_section_they_stand_in_and_are_marked(self, office):
        title, address = "Memulihkan cadangan", f"{HELP}/pengelola#memulihkan-cadangan"
        assert (title, address) in found(office, "memulihkan cadangan")[:2]
        page = office.page(f"{HELP}?q=memulihkan cadangan")
        hit = page.find("a", href=address).find_parent(class_="hit")
        assert {mark.text.lower() for mark in hit.select("mark")} >= {"memulihkan", "cadangan"}
        assert hit.select_one(".guides__where").text == "Panduan singkat untuk pengelola"

    def test_any_form_of_a_word_is_found(self, office):
        assert found(office, "dipulihkan cadangannya")[0] == found(office, "memulihkan cadangan")[0]

    def test_quoted_words_are_found_as_they_stand(self, office):
        (hit,) = found(office, '"dua puluh yang pertama"')
        assert hit[1] == f"{HELP}/pindah-dari-blogger#3-baca-laporannya"
        assert found(office, '"yang pertama dua puluh"') == []

    def test_where_no_section_has_all_words_those_with_most_are_shown(self, office):
        assert found(office, "emoji zzz") == found(office, "emoji") != []

    @pytest.mark.parametrize("words", ["zzz", "' zzz=zzz --", "<zzz>", "%22zzz%22", "a" * 5000])
    def test_without_a_hit_it_says_so_and_lists_the_guides(self, office, words):
        page = office.page(f"{HELP}?q={words}")
        assert page.select(".hit") == []
        assert len(page.select(".guides__one")) == len(NAMES)

    def test_nothing_typed_is_the_list_alone(self, office):
        page = office.page(f"{HELP}?q=++")
        assert not page.select(".desk__none")
        assert len(page.select(".guides__one")) == len(NAMES)


def test_in_english_it_says_that_the_guides_are_indonesian(office):
    with transaction():
        Setting.change(language="en")
    assert "only in Indonesian" in office.page(f"{HELP}/menulis").text
    assert office.page(f"{HELP}/menulis").select_one(".guide")["lang"] == "id"
    assert "only in" not in office.page(f"{HELP}/export").text


def test_what_looks_like_html_in_a_guide_is_text_and_no_link_runs_a_script(docs, office):
    (docs / "menulis.md").write_text(
        "# Judul <b>\n\n<script>alert(1)</script>\n\n## Satu *dua* `tiga`\n\n"
        "[a](javascript:alert(1)) [b](data:text/html,x) [c](../pnpm/config.py) [d](moderator.md)\n"
        "![x](javascript:alert(1)) ![y](../../etc/passwd) ![z](onerror.png)\n"
    )
    page = office.page(f"{HELP}/menulis")
    assert page.h1.text == "Judul <b>"
    assert not page.select(".guide script, .guide b")
    assert [link["href"] for link in page.select(".guide a")] == ["moderator"]
    assert page.select_one("h2")["id"] == "satu-dua-tiga"
    assert guides.pictures() == {"onerror.png"}
    assert office.get(f"{HELP}/pictures/onerror.png").status_code == 404


def test_a_guide_that_is_changed_is_read_again_and_one_that_is_gone_is_not_listed(docs, office):
    assert "belum diunggah" in office.page(HELP).text
    file = docs / "menulis.md"
    file.write_text("# Satu\n")
    assert [link.text for link in office.page(HELP).select(".guides a")] == ["Satu"]
    assert not office.page(f"{HELP}/menulis").select(".contents")
    file.write_text("# Dua, yang lebih baru\n")
    guides._read.cache_clear()  # files of one moment
    assert office.page(f"{HELP}/menulis").h1.text == "Dua, yang lebih baru"
    file.unlink()
    assert office.get(f"{HELP}/menulis").status_code == 404


def test_they_are_in_the_release():
    named = {f"docs/{name}.md" for name in NAMES} | {f"docs/{name}" for name in guides.pictures()}
    assert {name for name in named if (TOP / name).is_file() and dist._is_uploaded(name)} == named


def test_nobody_waits_for_the_library_who_does_not_ask_for_help():
    code = "import sys, pnpm.admin; print('markdown_it' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
