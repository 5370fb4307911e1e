"""The site's words in the office's pages: changed, seen before, undone, and never overwritten
unsaid.
"""

import html
import json
from dataclasses import asdict

import pytest

from pnpm.articles import actions as articles
from pnpm.articles.models import Status
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.comments.policy import Policy
from pnpm.db import db, now, transaction
from pnpm.media.models import Picture
from pnpm.site_settings import Setting, Words
from tests.admin.conftest import account, send, token
from tests.admin.test_policy import undo
from tests.conftest import publish, soup, write
from tests.queries import asked

SETTINGS, PREVIEW = "/admin/settings", "/admin/settings/preview"
AS_MADE = Words(welcome=True)  # by `flask init`
KEY, OTHER = "a" * 32, "b" * 32
NEW = {
    "name": "Desa Unyi",
    "tagline": "Bersama membangun",
    "accent": "#2c6136",
    "layout": "list",
    "ticker": "Kabar",
    "email": "kantor@unyi.desa.id",
    "copyright": "© 2026 Desa Unyi",
    "links_title": "Tautan",
    "links": "Kabupaten | https://bone.go.id\n\nProvinsi | https://sulselprov.go.id/?a=1",
    "language": "en",
    "timezone": "Asia/Jakarta",
    "moderation": "all",
    "close_after": "30",
}
# which a page shows as chosen only where they are offered; and what one line shows in another
CHOSEN = (
    *("language", "timezone", "moderation", "accent", "layout", "logo", "header_picture"),
    "name",
)
LINKS = [["Kabupaten", "https://bone.go.id"], ["Provinsi", "https://sulselprov.go.id/?a=1"]]


def values(page):
    """What a browser would send of the form, but the session's token; of a tick that is not set,
    nothing.
    """
    found = {}
    for field in page.select("#settings-form [name]"):
        if field.name == "select":
            chosen = field.select_one("[selected]") or field.select_one("option")
            found[field["name"]] = chosen["value"]
        elif field.get("type") in ("checkbox", "radio"):
            found |= {field["name"]: field["value"]} if field.has_attr("checked") else {}
        else:
            found[field["name"]] = (
                field.text.removeprefix("\n") if field.name == "textarea" else field["value"]
            )
    return {name: value for name, value in found.items() if name != "csrf_token"}


def change(client, action=SETTINGS, given=None, **changed):
    """Send the form as it was given out (now, unless that is said), with these fields changed;
    None: not sent.
    """
    sent = {**(given or values(client.page(SETTINGS))), **changed}
    return send(
        client,
        action,
        SETTINGS,
        **{name: value for name, value in sent.items() if value is not None},
    )


def picture(key=KEY, width=1600, height=400, **more):
    """A picture of the library."""
    with transaction():
        found = Picture(
            key=key,
            name="logo.png",
            alt="",
            width=width,
            height=height,
            size=1,
            preview="",
            who="x",
            created_at=now(),
        )
        for name, value in more.items():
            setattr(found, name, value)
        db.session.add(found)
    return found


def words():
    return Setting.words()


def error(answer, field):
    found = soup(answer).select_one(f"#{field}-error")
    return found and found.text


def test_the_page_shows_what_stands(office):
    found = values(office.page(SETTINGS))
    assert set(json.loads(found.pop("began"))) == {*NEW, "logo", "header_picture", "thanks"}
    assert found == {
        **{
            name: getattr(Words(), name)
            for name in (
                "name",
                "tagline",
                "accent",
                "layout",
                "ticker",
                "email",
                "copyright",
                "links_title",
            )
        },
        "own_accent": "#b3261e",
        "links": "",
        "logo": "",
        "header_picture": "",
        "thanks": "y",
        "language": "",
        "timezone": "",
        "other_zone": "",
        "moderation": "",
        "close_after": "",
    }


def test_sent_as_it_was_given_nothing_changes(office):
    answer = change(office)
    assert (answer.status_code, answer.location) == (303, SETTINGS)
    assert db.session.query(AuditEntry).count() == 0


@pytest.mark.engines
def test_everything_changes_in_one_deed_and_is_undone_there(office):
    before = asdict(words())
    answer = change(office, thanks=None, **NEW)
    assert answer.status_code == 303
    changed = {**NEW, "links": LINKS, "thanks": False}
    policy = {name: changed.pop(name) for name in ("moderation", "close_after")}
    assert {name: value for name, value in asdict(words()).items() if name in changed} == changed
    assert Policy.now() == Policy("all", 30)
    assert policy["moderation"] == "all"
    assert len({entry.deed for entry in db.session.query(AuditEntry)}) == 1
    page = soup(office.get(answer.location))
    assert page.html["lang"] == "en"
    answer = undo(office, page)
    assert answer.request.path == SETTINGS
    assert asdict(words()) == before
    assert Policy.now() == Policy()


@pytest.mark.parametrize(("field", "value"), [*NEW.items(), ("thanks", None)])
def test_each_field_alone_is_changed_and_undone(office, field, value):
    before, policy = asdict(words()), Policy.now()
    page = soup(office.get(change(office, **{field: value}).location))
    assert (asdict(words()), Policy.now()) != (before, policy)
    (entry,) = db.session.query(AuditEntry)
    assert list(entry.after) == [field]
    undo(office, page)
    assert (asdict(words()), Policy.now()) == (before, policy)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "Désa “Unyi” 🌾",
        "' OR 1=1 --",
        "{{ 7*7 }}",
        "%(x)s %s",
        "&amp;",
    ],
)
def test_a_name_is_shown_as_it_is_wherever_it_stands(office, client, url, name):
    assert (
        change(
            office, name=name, tagline=name, ticker=name[:40], copyright=name, links_title=name
        ).status_code
        == 303
    )
    for address in ("/", url, "/p/tentang.html", "/p/privasi.html", SETTINGS):
        page = (office if address == SETTINGS else client).page(address)
        assert page.select_one(".masthead__name").text.strip() == name
        assert not page.select("script:not([src]):not([type])")
    assert json.loads(client.get("/manifest.webmanifest").text)["name"] == name


TOO_LONG = "Terlalu panjang: paling banyak {} huruf. Pendekkan 1 huruf."
LINE = "Baris {}, “{}”: "
LONG_LINE = "paling banyak 80 huruf nama dan 500 huruf alamat."
WHOLE = "tulis alamat yang utuh, misalnya https://contoh.id"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Isi kolom ini."),
        ("name", " \u3164\u200b ", "Isi kolom ini."),
        ("name", "x" * 121, TOO_LONG.format(120)),
        ("tagline", "x" * 201, TOO_LONG.format(200)),
        ("ticker", "x" * 41, TOO_LONG.format(40)),
        ("ticker", "", "Isi kolom ini."),
        ("copyright", "x" * 201, TOO_LONG.format(200)),
        ("links_title", "x" * 81, TOO_LONG.format(80)),
        ("email", "x" * 251 + "@a.i", TOO_LONG.format(254)),
        ("email", "kantor", "Periksa alamat surel, misalnya nama@contoh.id, atau kosongkan."),
        ("email", "a@b", "Periksa alamat surel, misalnya nama@contoh.id, atau kosongkan."),
        ("email", "a@b.id?subject=x", "Periksa alamat surel, misalnya nama@contoh.id, atau kosongkan."),
        ("email", '"><script>@b.id', "Periksa alamat surel, misalnya nama@contoh.id, atau kosongkan."),
        ("links", "https://bone.go.id", LINE.format(1, "https://bone.go.id") + "tulis nama, garis tegak, alamat: Nama | https://contoh.id"),
        ("links", "Bone |", LINE.format(1, "Bone |") + WHOLE),
        ("links", "a | https://a.id\nb | javascript:alert(1)", LINE.format(2, "b | javascript:alert(1)") + WHOLE),
        ("links", "b | JaVaScRiPt:123", LINE.format(1, "b | JaVaScRiPt:123") + WHOLE),
        ("links", "b | data:text/html,x", LINE.format(1, "b | data:text/html,x") + WHOLE),
        ("links", "b | https://a.id@b.id/", LINE.format(1, "b | https://a.id@b.id/") + WHOLE),
        ("links", "b | //a.id", LINE.format(1, "b | //a.id") + WHOLE),
        (
            "links",
            "\n".join(f"{number} | https://a.id" for number in range(31)),
            LINE.format(31, "30 | https://a.id") + "terlalu banyak tautan, paling banyak 30.",
        ),
        ("links", "x" * 81 + " | https://a.id", LINE.format(1, "x" * 40 + " …") + LONG_LINE),
        ("logo", "c" * 32, "Gambar ini tidak ada lagi. Pilih yang lain, atau tanpa logo."),
        ("logo", "../../secret_key", "Gambar ini tidak ada lagi. Pilih yang lain, atau tanpa logo."),
        ("header_picture", "c" * 32, "Gambar ini tidak ada lagi. Pilih yang lain, atau tanpa gambar."),
        ("layout", "newspaper", "Pilih salah satu dari daftar."),
        ("accent", "#ffffff", "Pilih salah satu dari daftar."),
        ("language", "fr", "Pilih salah satu dari daftar."),
        ("timezone", "Mars/Base", "Pilih salah satu dari daftar."),
        ("moderation", "everything", "Pilih salah satu dari daftar."),
        ("close_after", "0", "Tulis angka dari 1 sampai 3650."),
        ("close_after", "9" * 400, "Tulis angka dari 1 sampai 3650."),
        ("close_after", "-" + "9" * 400, "Tulis angka dari 1 sampai 3650."),
        ("close_after", "9" * 5000, "Tulis sebuah angka, misalnya 30."),
        ("close_after", "sebulan", "Tulis sebuah angka, misalnya 30."),
    ],
)  # fmt: skip
def test_what_will_not_do_comes_back_with_what_to_mend_and_all_that_was_typed(
    office, field, value, words
):
    before = asdict(Setting.words())
    typed = {**NEW, field: value}
    answer = change(office, **typed)
    assert answer.status_code == 422
    assert error(answer, field) == words
    shown = values(soup(answer))
    assert {name: shown[name] for name in NEW if name != field} == {
        name: NEW[name] for name in NEW if name != field
    }
    if field not in CHOSEN:
        assert shown[field] == value
    assert asdict(Setting.words()) == before
    assert Policy.now() == Policy()


@pytest.mark.parametrize(
    "zone", ["Mars/Base", "", "../../etc/passwd", "Asia", "x\0y", "/etc/localtime", "💥"]
)
def test_another_zone_is_one_that_is_known(office, zone):
    answer = change(office, timezone="other", other_zone=zone)
    assert answer.status_code == 422
    assert (
        error(answer, "other_zone") == "Zona ini tidak dikenal. Tulis namanya, misalnya Asia/Dili."
    )
    assert words().timezone == ""


def test_another_zone_is_taken_and_shown_again(office):
    assert change(office, timezone="other", other_zone=" Asia/Dili ").status_code == 303
    assert words().timezone == "Asia/Dili"
    shown = values(office.page(SETTINGS))
    assert (shown["timezone"], shown["other_zone"]) == ("other", "Asia/Dili")
    change(office, timezone="Asia/Jakarta")
    assert words().timezone == "Asia/Jakarta"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"name": "x\0\x1b", "links": "\0", "began": "{"},
        {"name": ["a", "b"], "links": ["a", "b"], "language": ["id", "en"], "began": "[" * 5000},
        {"name": "Situs", "ticker": "x", "began": "[1]"},
        {"name": "Situs", "ticker": "x", "began": '{"name": 5, "x": {}}'},
    ],
)
@pytest.mark.parametrize("action", [SETTINGS, PREVIEW])
def test_what_no_form_sends_is_refused_or_harmless(office, sent, action):
    answer = office.post(action, data={**token(office, SETTINGS), **sent})
    assert answer.status_code in (200, 303, 409, 422)
    assert "Not a valid" not in answer.text


def test_json_is_no_form(office):
    assert office.post(SETTINGS, json={**token(office, SETTINGS), **NEW}).status_code == 400


def test_too_much_is_refused(office):
    assert change(office, links="x" * 300_000).status_code == 413
    assert change(office, links="x" * 100_000).status_code == 422


@pytest.mark.parametrize("action", [SETTINGS, PREVIEW])
def test_a_stale_page_keeps_what_was_typed_and_can_be_sent_again(office, action):
    given = values(office.page(SETTINGS))
    answer = office.post(action, data={**given, **NEW, "csrf_token": "old"})
    assert answer.status_code == 400
    shown = values(soup(answer))
    assert {name: shown[name] for name in NEW} == NEW
    assert words() == AS_MADE
    assert change(office, given=shown).status_code == 303
    assert words().name == NEW["name"]


def test_a_change_is_seen_by_readers_at_once(office, client, app, article, url):
    write(article, app, "komentar")
    for address in ("/", url, "/p/tentang.html"):
        assert Words().name in client.page(address).select_one("title").text
    assert client.page(url).select(".comment__thanks")
    change(office, thanks=None, **NEW | {"language": ""})
    for address in ("/", url, "/p/tentang.html"):
        page = client.page(address)
        assert page.select_one(".masthead__name").text.strip() == "Desa Unyi"
        assert page.select_one(".masthead__tagline").text == "Bersama membangun"
        imprint = " ".join(page.select_one(".footer__imprint").text.split())
        assert imprint == "EMAIL : kantor@unyi.desa.id © 2026 Desa Unyi"
        assert [link["href"] for link in page.select(".footer__links a")] == [
            address for _name, address in LINKS
        ]
    assert client.page(url).select_one(".ticker__label").text == "Kabar :"
    assert not client.page(url).select(".comment .comment__thanks")


class TestLanguageAndZone:
    def test_every_page_speaks_the_other_language_at_once(self, office, client, app, article, url):
        write(article, app, "komentar", moment=article.published_at)
        before = client.page(url)
        assert before.html["lang"] == "id"
        assert before.select_one(".comment time").text == "20 Desember 2012 pukul 08.00"
        change(office, language="en")
        page = client.page(url)
        assert page.html["lang"] == "en"
        assert page.select_one(".comment time").text == "20 December 2012 at 08:00"
        assert (
            json.loads(page.select_one("[type='application/ld+json']").text)["inLanguage"] == "en"
        )
        assert page.select_one("#posting").text != "Posting Komentar"
        assert client.page("/p/gone.html").html["lang"] == "en"
        log = office.page("/admin/log")
        assert (log.html["lang"], log.h1.text) == ("en", "Log")
        assert client.comment(url, body="").status_code == 422
        assert (
            soup(client.comment(url, body="")).select_one("#body-error").text
            == "Write your comment first, then send it."
        )
        change(office, language="id")
        assert client.page(url).select_one("#posting").text == "Posting Komentar"
        assert office.page("/admin/log").h1.text == "Catatan"

    def test_the_fresh_form_under_a_comment_speaks_it_too(self, office, client, app, url):
        assert "Kirim komentar" in client.comment(url, htmx=True, body="satu").text
        change(office, language="en")
        assert "Kirim komentar" not in client.comment(url, htmx=True, body="dua").text
        assert app.test_cli_runner().invoke(args=["comments", "list"]).exit_code == 0

    def test_an_emoticon_is_called_in_the_sites_language(self, office, client, url):
        client.comment(url, body=":))")
        change(office, language="en")
        client.comment(url, body=":)) two")
        first, second = (
            picture["alt"] + picture["title"]
            for picture in client.page(url).select(".comment__body img")
        )
        assert first != second

    @pytest.mark.parametrize("settings", [{"LANGUAGE": "en"}])
    def test_the_office_goes_before_the_setting(self, office, client):
        assert client.page("/").html["lang"] == "en"
        change(office, language="id")
        assert client.page("/").html["lang"] == "id"
        change(office, language="")
        assert client.page("/").html["lang"] == "en"

    def test_dates_and_addresses_follow_the_zone(self, office, client, app):
        from datetime import UTC, datetime

        # 00.30 on the 1st in Makassar
        late = publish("Malam Tahun Baru", datetime(2012, 12, 31, 16, 30, tzinfo=UTC))
        write(late, app, "komentar", moment=late.published_at)
        makassar, jakarta = "/2013/01/malam-tahun-baru.html", "/2012/12/malam-tahun-baru.html"
        page = client.page(makassar)
        assert page.select_one(".comment time")["datetime"] == "2013-01-01T00:30:00+08:00"
        form = client.form(makassar)
        change(office, timezone="Asia/Jakarta")
        answer = client.get(makassar)
        assert (answer.status_code, answer.location) == (301, jakarta)
        page = client.page(jakarta)
        assert page.select_one(".comment time")["datetime"] == "2012-12-31T23:30:00+07:00"
        assert page.select_one(".article__date").text == "31 Desember 2012"
        assert page.select_one("#comment-form")["action"] == jakarta
        assert client.page("/").select_one(".teaser a")["href"] == jakarta
        assert f"http://localhost{jakarta}<" in client.get("/sitemap.xml").text
        answer = client.post(makassar, data={**form, "body": "dari halaman lama"})
        assert answer.location.startswith(f"{jakarta}?") or answer.location.startswith(
            f"{jakarta}#"
        )
        assert "/2012/12/" in client.comment(jakarta, htmx=True, body="lagi").text
        assert "/2013/01/" not in client.comment(jakarta, htmx=True, body="lagi dan lagi").text
        for address in ("/admin/", "/admin/report", "/admin/log", "/admin/comments?status=all"):
            assert office.get(address).status_code == 200

    @pytest.mark.parametrize("zone", ["Mars/Base", 5, "../x", ["a"], {"a": 1}])
    def test_a_zone_or_language_that_is_unknown_here_is_passed_over(
        self, office, client, url, zone
    ):
        with transaction():
            Setting.change(timezone=zone, language="fr")
        page = client.page(url)
        assert (page.html["lang"], page.select_one(".article__date").text) == (
            "id",
            "20 Desember 2012",
        )
        assert office.page("/admin/report").html["lang"] == "id"
        assert office.get(SETTINGS).status_code == 200

    def test_what_no_request_asks_goes_by_the_setting(self, office, app):
        from flask_babel import get_locale

        change(office, language="en")
        with app.app_context():
            assert str(get_locale()) in ("id", "en")
        result = app.test_cli_runner().invoke(args=["doctor"])
        assert result.exit_code in (0, 1)


class TestLogo:
    def test_it_is_chosen_shown_beside_the_name_and_undone(self, office, client, url):
        picture()
        client.get(url)
        answer = change(office, logo=KEY)
        page = client.page(url)
        logo = page.select_one(".masthead__name img")
        assert (logo["src"], logo["alt"]) == (f"/pictures/{KEY}/400.jpg", "")
        assert (int(logo["width"]), int(logo["height"])) == (192, 48)
        assert page.select_one(".masthead__name source")["srcset"] == f"/pictures/{KEY}/400.webp"
        undo(office, soup(office.get(answer.location)))
        assert not client.page(url).select(".masthead img")

    @pytest.mark.parametrize(
        ("width", "height", "shown"),
        [(100, 100, (48, 48)), (300, 20, (240, 16)), (30, 20, (30, 20)), (9, 1600, (1, 48))],
    )
    def test_it_is_never_taller_wider_or_larger_than_it_should(
        self, office, client, width, height, shown
    ):
        picture(width=width, height=height)
        change(office, logo=KEY)
        logo = client.page("/").select_one(".masthead img")
        assert (int(logo["width"]), int(logo["height"])) == shown
        assert logo["src"] == f"/pictures/{KEY}/{width}.jpg"

    def test_it_costs_readers_no_query_more(self, office, client, app, url):
        def counted():
            with asked() as queries:
                client.get(f"{url}?before=1")
            assert queries
            return [query.sql for query in queries if "picture" in query.sql]

        picture()
        change(office, logo=KEY)
        client.get("/")
        assert counted() == []

    def test_one_that_is_gone_is_not_shown(self, office, client):
        found = picture()
        change(office, logo=KEY)
        with transaction():
            db.session.get(Picture, found.id).deleted_at = now()
            Setting.touch()
        assert not client.page("/").select(".masthead img")
        assert office.page(SETTINGS).select_one("[name=logo][checked]") is None

    def test_the_newest_are_offered_and_the_present_one_always(self, office):
        picture()
        change(office, logo=KEY)
        for number in range(10):
            picture(f"{number:032x}")
        page = office.page(SETTINGS)
        offered = [tile["value"] for tile in page.select("[name=logo]")]
        assert offered == ["", KEY, *[f"{number:032x}" for number in range(9, 1, -1)]]
        assert values(page)["logo"] == KEY


class TestHeaderPicture:
    def shown(self, client, path="/"):
        return client.page(path).select_one(".masthead__picture")

    def test_it_is_chosen_shown_at_the_head_of_the_front_page_and_undone(self, office, client, url):
        picture(height=1200, alt="Balai desa & “sawah”")
        client.get("/")
        answer = change(office, header_picture=KEY)
        found = self.shown(client)
        phone, desk = found.select("source")
        assert phone["srcset"] == f"/pictures/{KEY}/360.webp 360w"
        assert desk["srcset"] == f"/pictures/{KEY}/800.webp 800w, /pictures/{KEY}/1600.webp 1600w"
        assert (found.img["src"], found.img["alt"]) == (
            f"/pictures/{KEY}/800.jpg",
            "Balai desa & “sawah”",
        )
        assert (found.img["width"], found.img["height"]) == ("1600", "1200")
        assert "loading" not in found.img.attrs
        undo(office, soup(office.get(answer.location)))
        assert not self.shown(client)

    def test_every_other_page_is_as_light_as_without(self, office, client, article, url):
        publish("Baru")
        picture()
        change(office, header_picture=KEY)
        for path in (url, f"/?before={article.id + 1}", "/cari", "/p/tentang.html", SETTINGS):
            page = (office if path == SETTINGS else client).page(path)
            assert page.select_one(".masthead")
            assert not page.select(".masthead picture")

    @pytest.mark.parametrize("width", [90, 360, 500])
    def test_a_small_one_is_shown_by_the_file_that_it_has(self, office, client, width):
        picture(width=width, height=60)
        change(office, header_picture=KEY)
        found = self.shown(client)
        phone, desk = found.select("source")
        assert phone["srcset"] == f"/pictures/{KEY}/{min(width, 360)}.webp {min(width, 360)}w"
        assert desk["srcset"] == f"/pictures/{KEY}/{width}.webp {width}w"
        assert found.img["src"] == f"/pictures/{KEY}/{width}.jpg"

    def test_words_written_for_it_are_read_at_once_and_asked_for_where_it_has_none(
        self, office, client
    ):
        found = picture()
        change(office, header_picture=KEY)
        assert self.shown(client).img["alt"] == ""
        (link,) = office.page(SETTINGS).select(f"a[href='/admin/pictures#picture-{found.id}']")
        assert link.text == "Tulis teks pengganti"
        send(office, f"/admin/pictures/{found.id}", "/admin/pictures", alt="Balai desa")
        assert self.shown(client).img["alt"] == "Balai desa"
        assert not office.page(SETTINGS).select("a[href*='#picture-']")

    def test_it_is_not_deleted_while_it_stands_there(self, office, client):
        found = picture()
        change(office, header_picture=KEY)
        page = office.page("/admin/pictures")
        assert page.select_one(".picture-row .label").text == "Di kepala situs"
        assert not page.select(".picture-row [name=deleted]")
        answer = send(
            office, f"/admin/pictures/{found.id}/deleted", "/admin/pictures", deleted="yes"
        )
        assert answer.status_code == 409

    def test_it_is_seen_before_it_is_saved(self, office):
        picture()
        page = soup(change(office, PREVIEW, header_picture=KEY))
        frames = [soup_of(frame["srcdoc"]) for frame in page.select("iframe")]
        assert [len(frame.select(".masthead__picture")) for frame in frames] == [1, 1]
        assert words() == AS_MADE


class TestLayout:
    def shown(self, client, path="/"):
        return client.page(path).select_one(".teasers")

    @pytest.mark.parametrize("layout", ["list", "magazine"])
    def test_it_is_that_of_the_front_page_and_of_labels_at_once(self, office, client, layout):
        with transaction():
            articles.write(
                ChangeSet("x"), None, "Satu", "<p>x</p>", Status.PUBLISHED, labels=["RT"]
            )
        for path in ("/", "/label/rt"):
            assert self.shown(client, path)["class"] == ["teasers", "teasers--cards"]
        change(office, layout=layout)
        for path in ("/", "/label/rt"):
            assert self.shown(client, path)["class"] == ["teasers", f"teasers--{layout}"]

    def test_a_list_has_titles_and_dates_alone(self, office, client, article):
        change(office, layout="list")
        one = self.shown(client).select_one(".teaser")
        assert one.select_one(".teaser__title").text == article.title
        assert one.select_one("time")
        assert not one.select(".teaser__summary, .labels")
        with transaction():
            Setting.change(pinned=article.id)
        assert not self.shown(client).select(".teaser--large")
        assert self.shown(client).select_one(".teaser--pinned .label").text == "Disematkan"

    def test_a_magazine_begins_with_a_large_one_pinned_or_not(self, office, client, article):
        newer = publish("Baru")
        change(office, layout="magazine")
        assert [one["id"] for one in self.shown(client).select(".teaser--large")] == [
            f"teaser-{newer.id}"
        ]
        with transaction():
            Setting.change(pinned=article.id)
        assert [one["id"] for one in self.shown(client).select(".teaser--large")] == [
            f"teaser-{article.id}"
        ]
        assert not self.shown(client, f"/?before={newer.id}").select(".teaser--large")

    def test_one_that_only_another_version_knows_is_passed_over(self, office, client, article):
        with transaction():
            Setting.change(layout="newspaper")
        assert self.shown(client)["class"] == ["teasers", "teasers--cards"]
        assert values(office.page(SETTINGS))["layout"] == "cards"

    def test_each_is_drawn_and_seen_before_it_is_saved(self, office, article):
        page = office.page(SETTINGS)
        tiles = page.select("#layout .tile")
        assert [tile.input["value"] for tile in tiles] == ["cards", "list", "magazine"]
        assert all(tile.select("svg path") for tile in tiles)
        page = soup(change(office, PREVIEW, layout="magazine"))
        phone, desk = page.select("iframe")
        assert (phone["width"], desk["width"]) == ("360", "1280")
        assert all(soup_of(one["srcdoc"]).select(".teasers--magazine") for one in (phone, desk))
        assert words() == AS_MADE

    def test_the_log_names_it(self, office):
        change(office, layout="magazine")
        entry = office.page("/admin/log").select_one("main").text
        assert "mengganti tata letak" in entry
        assert "Majalah" in entry


class TestAccent:
    def said(self, page):
        return [line.text.strip() for line in page.select(".shades span")]

    def test_an_own_one_is_shown_beside_what_is_used_and_it_is_said_what_was_changed(self, office):
        answer = change(office, accent="other", own_accent="#FFEE00")
        assert words().accent == "#ffee00"
        page = soup(office.get(answer.location))
        assert values(page)["accent"] == "other"
        assert values(page)["own_accent"] == "#ffee00"
        assert self.said(page) == [
            "Di latar terang dibuat lebih gelap, supaya tulisan terbaca.",
            "Di latar gelap dipakai apa adanya.",
        ]
        fills = [part["fill"] for part in page.select(".shades [fill]")]
        assert fills.count("#ffee00") == 3
        assert not page.select("[style]")

    def test_one_that_is_offered_is_used_as_it_is_on_light_paper(self, office):
        change(office, accent="#0f5a80")
        assert self.said(office.page(SETTINGS)) == [
            "Di latar terang dipakai apa adanya.",
            "Di latar gelap dibuat lebih terang, supaya tulisan terbaca.",
        ]

    @pytest.mark.parametrize("typed", ["2c6136", " #2C6136 "])
    def test_a_browser_without_a_choice_of_colours_lets_it_be_typed(self, office, typed):
        change(office, accent="other", own_accent=typed)
        assert words().accent == "#2c6136"
        assert values(office.page(SETTINGS))["accent"] == "#2c6136"

    def test_the_own_one_counts_only_where_it_is_chosen(self, office):
        assert change(office, accent="#0f5a80", own_accent="no colour").status_code == 303
        assert words().accent == "#0f5a80"
        change(office, accent="other", own_accent="#b3261e")
        assert words().accent == ""

    @pytest.mark.parametrize("typed", ["", "merah", "#12345", "url(//a.example)"])
    def test_what_is_no_colour_is_never_stored(self, office, typed):
        answer = change(office, accent="other", own_accent=typed, tagline="tetap")
        assert answer.status_code == 422
        assert error(answer, "own_accent").startswith("Tulis warna sebagai # dan enam angka")
        assert values(soup(answer))["tagline"] == "tetap"
        assert words() == AS_MADE

    def test_the_log_names_it(self, office):
        change(office, accent="#2c6136")
        entry = office.page("/admin/log").select_one("main").text
        assert "mengganti warna" in entry
        assert "Hijau sawah" in entry

    def test_it_is_seen_before_it_is_saved(self, office):
        page = soup(change(office, PREVIEW, accent="other", own_accent="#808000"))
        frame = soup_of(page.select_one("iframe")["srcdoc"])
        style = office.get(frame.select_one("link[rel=stylesheet]")["href"]).text
        assert style.endswith(":root{--accent-light:#707000;--accent-dark:#a2a339}\n")
        assert len(self.said(page)) == 2
        assert words() == AS_MADE


class TestPreview:
    def framed(self, answer):
        frame = soup(answer).select_one("iframe")
        assert frame["sandbox"] == ["allow-same-origin"]
        return soup_of(
            html.unescape(frame["srcdoc"]) if "&lt;html" in frame["srcdoc"] else frame["srcdoc"]
        )

    def test_it_shows_the_front_page_with_these_words_and_saves_nothing(
        self, office, client, article
    ):
        picture()
        before = client.get("/").text
        answer = change(office, PREVIEW, **NEW, logo=KEY)
        assert answer.status_code == 200
        page = self.framed(answer)
        assert page.select_one(".masthead__name").text.strip() == "Desa Unyi"
        assert page.select_one(".masthead img")["src"] == f"/pictures/{KEY}/400.jpg"
        assert page.html["lang"] == "en"
        assert page.select_one(".heading").text != "Artikel terbaru"
        assert page.select_one(".teaser a").text == article.title
        assert soup(answer).html["lang"] == "id"
        assert soup(answer).h1.text == "Pratinjau"
        assert (words(), Policy.now()) == (AS_MADE, Policy())
        assert db.session.query(AuditEntry).count() == 0
        assert client.get("/").text == before
        assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]

    def test_what_will_not_do_is_said_there_too(self, office):
        answer = change(office, PREVIEW, name="", tagline="tetap")
        assert (answer.status_code, error(answer, "name")) == (422, "Isi kolom ini.")
        assert values(soup(answer))["tagline"] == "tetap"

    def test_a_hostile_name_stays_within_the_frame(self, office):
        answer = change(office, PREVIEW, name='"></iframe><script>alert(1)</script>')
        assert len(soup(answer).select("iframe")) == 2
        assert "<script>alert" not in answer.text


def soup_of(text):
    from bs4 import BeautifulSoup

    return BeautifulSoup(text, "html.parser")


class TestTwoOfficers:
    @pytest.fixture
    def other(self, sign_in):
        from pnpm.accounts.models import Role

        return sign_in(account("Pak Sekcam", Role.ADMIN))

    def test_different_fields_are_both_saved(self, office, other):
        first, second = values(office.page(SETTINGS)), values(other.page(SETTINGS))
        assert change(other, given=second, tagline="dari Pak Sekcam").status_code == 303
        assert change(office, given=first, name="Dari Bu Camat").status_code == 303
        assert (words().name, words().tagline) == ("Dari Bu Camat", "dari Pak Sekcam")
        assert [
            list(entry.after) for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)
        ] == [
            ["tagline"],
            ["name"],
        ]

    def test_the_same_field_shows_both_and_saves_nothing_until_it_is_sent_again(
        self, office, other
    ):
        first, second = values(office.page(SETTINGS)), values(other.page(SETTINGS))
        change(other, given=second, name="Dari Pak Sekcam", tagline="juga")
        answer = change(office, given=first, name="Dari Bu Camat", email="camat@bone.go.id")
        assert answer.status_code == 409
        assert error(answer, "name") == (
            "Sementara itu Pak Sekcam mengubahnya menjadi: Dari Pak Sekcam. Simpan sekali "
            "lagi untuk memakai isian Anda."
        )
        shown = values(soup(answer))
        assert (shown["name"], shown["email"]) == ("Dari Bu Camat", "camat@bone.go.id")
        assert (words().name, words().email) == ("Dari Pak Sekcam", "")
        assert change(office, given=shown).status_code == 303
        assert (words().name, words().email, words().tagline) == (
            "Dari Bu Camat",
            "camat@bone.go.id",
            "juga",
        )

    def test_the_same_value_is_no_quarrel(self, office, other):
        first, second = values(office.page(SETTINGS)), values(other.page(SETTINGS))
        change(other, given=second, name="Sama")
        assert change(office, given=first, name="Sama").location == SETTINGS
        assert db.session.query(AuditEntry).count() == 1

    @pytest.mark.parametrize(
        ("field", "theirs", "mine", "said"),
        [
            ("links", "a | https://a.id", "b | https://b.id", "a | https://a.id"),
            ("moderation", "all", "off", "Tahan semua"),
            ("close_after", "7", "8", "7"),
            ("timezone", "Asia/Jakarta", "Asia/Jayapura", "WIB (Jakarta)"),
        ],
    )
    def test_whatever_the_field_their_value_is_said_in_words(
        self, office, other, field, theirs, mine, said
    ):
        first, second = values(office.page(SETTINGS)), values(other.page(SETTINGS))
        change(other, given=second, **{field: theirs})
        answer = change(office, given=first, **{field: mine})
        assert answer.status_code == 409
        assert f"menjadi: {said}. " in error(answer, field)

    def test_sent_twice_it_is_one_deed(self, office):
        given = values(office.page(SETTINGS))
        assert change(office, given=given, name="Sekali").location != SETTINGS
        assert change(office, given=given, name="Sekali").location == SETTINGS
        assert db.session.query(AuditEntry).count() == 1


def test_the_log_says_it_in_words(office):
    change(office, name="Desa Unyi", thanks=None, links="a | https://a.id", language="id")
    found = sorted(
        " ".join(change.text.split()) for change in office.page("/admin/log").select(".log__change")
    )
    assert found == [
        "bahasa: – → Bahasa Indonesia",
        "baris terima kasih: ya → tidak",
        f"nama: {Words().name} → Desa Unyi",
        "tautan: – → a: https://a.id",
    ]


def test_the_page_leads_to_the_pictures_the_rules_and_the_pages(office):
    links = {link["href"] for link in office.page(SETTINGS).select("#settings-form a")}
    assert links >= {
        "/admin/pictures",
        "/admin/policy",
        "/admin/pages/tentang",
        "/admin/pages/privasi",
        "/p/tentang.html",
        "/p/privasi.html",
    }


def test_the_bar_names_it_before_the_accounts(office):
    places = [place.text for place in office.page(SETTINGS).select(".office__nav li a")]
    assert places.index("Pengaturan") < places.index("Pengguna")
