"""The pictures' library in the office: sent, described, deleted, with every way that it may go
wrong said in words.
"""

import io

import pytest

from pnpm.admin import media as sending
from pnpm.admin.media_forms import MEGABYTES_AT_ONCE, MOST_AT_ONCE, WORDS
from pnpm.articles.actions import write
from pnpm.articles.models import Article
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.db import db, transaction
from pnpm.markup.quantities import size
from pnpm.media import uploads
from pnpm.media.actions import take_in
from pnpm.media.formats import Kind
from pnpm.media.models import Picture
from pnpm.media.queries import PAGE
from pnpm.site_settings import Setting
from tests import photographs
from tests.admin.conftest import send, token
from tests.conftest import soup
from tests.photographs import encoded, photograph, scene

LIBRARY = "/admin/pictures"
JSON = {"Accept": "application/json"}


def files(*sent):
    """What a form's field of files holds: contents and names."""
    return {"file": [(io.BytesIO(content), name) for content, name in sent]}


def upload(office, *sent, **more):
    """Send files with the plain form."""
    answer = office.post(LIBRARY, data={**token(office, LIBRARY), **files(*sent)}, **more)
    answer.request.environ["wsgi.input"].close()  # the client's own, on the disk if it is large
    return answer


def script(office, content, name="foto.jpg"):
    """Send one as our script does."""
    return upload(office, (content, name), headers=JSON)


def small(seed=0):
    return photograph(40, 30, seed)


def told(answer):
    """What the page says of each file."""
    return [line.text for line in soup(answer).select("#sent li")]


@pytest.fixture
def picture(app, admin):
    """One that is in the library."""
    return uploads.take(
        app.config["PNPM"], admin.name, io.BytesIO(photograph(1000, 750)), "rapat.jpg"
    )


def now_is(picture):
    db.session.rollback()
    return db.session.get(Picture, picture.id, populate_existing=True)


class TestSending:
    @pytest.mark.engines
    def test_several_in_a_plain_form_are_there_and_the_page_says_so(self, office):
        answer = upload(office, *[(small(seed), f"{seed}.jpg") for seed in range(3)])
        assert (answer.status_code, answer.location) == (303, f"{LIBRARY}?came=3")
        page = soup(office.get(answer.location))
        assert page.select_one("#sent").text.strip() == "3 gambar masuk."
        assert [row.text for row in page.select(".picture-row__name")] == [
            "2.jpg",
            "1.jpg",
            "0.jpg",
        ]

    def test_twenty_at_once_are_taken_and_the_twenty_first_is_said(self, office):
        answer = upload(office, *[(small(seed), f"{seed}.jpg") for seed in range(21)])
        assert answer.status_code == 413
        assert told(answer)[:2] == ["0.jpg: masuk.", "1.jpg: masuk."]
        assert told(answer)[-1] == f"20.jpg: {WORDS[Kind.MANY]}"
        assert db.session.query(Picture).count() == 20

    def test_what_will_not_do_stops_no_other_and_is_named_with_what_to_do(self, office):
        answer = upload(
            office,
            (small(), "a.jpg"),
            (photographs.SVG, "../peta.svg"),
            (small()[:900], "<b>.jpg"),
            (small(1), "d.jpg"),
        )
        assert answer.status_code == 415
        assert told(answer) == [
            "a.jpg: masuk.",
            f"peta.svg: {WORDS[Kind.SVG]}",
            f"<b>.jpg: {WORDS[Kind.BROKEN]}",
            "d.jpg: masuk.",
        ]
        assert db.session.query(Picture).count() == 2

    def test_the_script_is_told_what_it_needs_to_show_it(self, office):
        answer = script(office, photograph(1000, 750), "Rapat desa.jpg")
        picture = db.session.query(Picture).one()
        assert answer.status_code == 201
        assert answer.json == {
            "key": picture.key,
            "url": f"/pictures/{picture.key}/800.jpg",
            "width": 1000,
            "height": 750,
            "alt": "",
            "name": "Rapat desa.jpg",
        }
        assert office.get(answer.json["url"]).mimetype == "image/jpeg"

    def test_sent_again_it_is_the_same_with_its_words(self, office):
        first = script(office, small()).json
        send(office, f"{LIBRARY}/1", LIBRARY, alt="Kantor desa")
        assert script(office, small(), "lain.png").json == first | {"alt": "Kantor desa"}

    @pytest.mark.parametrize(
        ("content", "name", "status", "kind"),
        [
            (photographs.archive(), "foto.jpg", 415, Kind.ARCHIVE),
            (photographs.SVG, "logo.png", 415, Kind.SVG),
            (photographs.HTML, "foto.png", 415, Kind.OTHER),
            (photographs.HEIC, "IMG_1.HEIC", 415, Kind.HEIC),
            (photographs.PDF, "surat.pdf", 415, Kind.PDF),
            (photographs.VIDEO, "a.mp4", 415, Kind.VIDEO),
            (photographs.broken_polyglot(), "a.gif", 422, Kind.BROKEN),
            (b"", "kosong.jpg", 422, Kind.EMPTY),
            (small()[:900], "a.jpg", 422, Kind.BROKEN),
            (bytes(uploads.LARGEST + 1), "a.jpg", 413, Kind.LARGE),
            (photographs.bomb(), "a.png", 413, Kind.PIXELS),
        ],
        ids=lambda value: value.value if isinstance(value, Kind) else "",
    )
    def test_each_refusal_has_its_status_and_its_words_for_the_script_and_for_a_plain_form(
        self, office, content, name, status, kind
    ):
        answer = script(office, content, name)
        assert (answer.status_code, answer.json) == (status, {"error": str(WORDS[kind])})
        answer = upload(office, (content, name))
        assert (answer.status_code, told(answer)) == (status, [f"{name}: {WORDS[kind]}"])
        assert db.session.query(Picture).count() == 0

    @pytest.mark.parametrize("settings", [{"PICTURES_TOTAL": "1"}])
    def test_a_full_site_says_what_to_delete(self, office):
        for _time in range(9):
            answer = script(office, photographs.noise(1600, 100))
            if answer.status_code != 201:
                break
        assert (answer.status_code, answer.json) == (507, {"error": str(WORDS[Kind.FULL])})

    @pytest.mark.parametrize(
        "name",
        [
            "🏠" * 500,
            "../../etc/passwd",
            "x" * 500,
            "a\u202egpj.exe",
            "'; DROP TABLE picture;--",
            ".",
        ],
    )
    def test_a_name_is_only_a_name(self, office, name):
        assert script(office, small(), name).status_code == 201
        assert office.get(LIBRARY).status_code == 200

    def test_without_a_file_it_says_so(self, office):
        for data in ({}, {"file": "text"}, files((b"", ""))):
            answer = office.post(
                LIBRARY, data={**token(office, LIBRARY), **data}, content_type="multipart/form-data"
            )
            assert answer.status_code == 422
            assert "Pilih dulu gambarnya." in soup(answer).select_one("#form-errors").text
        answer = office.post(LIBRARY, data=token(office, LIBRARY), headers=JSON)
        assert (answer.status_code, answer.json["error"]) == (422, "Pilih dulu gambarnya.")

    def test_from_a_page_that_is_too_old_nothing_is_taken_and_the_script_learns_the_right_token(
        self, office
    ):
        answer = office.post(
            LIBRARY, data={"csrf_token": "old", **files((small(), "a.jpg"))}, headers=JSON
        )
        assert answer.status_code == 400
        assert db.session.query(Picture).count() == 0
        again = {"csrf_token": answer.json["token"], **files((small(), "a.jpg"))}
        assert office.post(LIBRARY, data=again, headers=JSON).status_code == 201
        answer = office.post(LIBRARY, data={"csrf_token": "old", **files((small(1), "a.jpg"))})
        assert answer.status_code == 400
        assert soup(answer).select_one("#form-errors")

    def test_more_than_a_form_may_hold_is_refused_unread(self, office):
        sent = {
            "CONTENT_LENGTH": str(300 * 1024 * 1024),
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
        }
        for more in ({}, JSON):
            answer = office.post(LIBRARY, headers=more, environ_overrides=sent)
            assert answer.status_code == 413
            assert "Kirim sebagian dulu." in (answer.json["error"] if more else answer.text)

    def test_what_there_is_no_time_for_is_named_what_came_in_stays_and_sent_again_the_rest_comes_in(
        self, office, monkeypatch
    ):
        monkeypatch.setattr(sending, "BUDGET", -1)
        sent = [(small(seed), f"{seed}.jpg") for seed in range(3)]
        answer = upload(office, *sent)
        assert answer.status_code == 422
        assert told(answer) == [
            "0.jpg: masuk.",
            *(f"{seed}.jpg: {WORDS[Kind.LATE]}" for seed in (1, 2)),
        ]
        assert db.session.query(Picture).count() == 1
        monkeypatch.undo()
        assert upload(office, *sent).status_code == 303
        assert db.session.query(Picture).count() == 3

    def test_what_is_promised_at_once_is_said_beside_the_field_and_is_taken(self, office):
        words = office.page(LIBRARY).select_one("#upload-at-once").text
        assert f"{MOST_AT_ONCE} gambar" in words and f"{MEGABYTES_AT_ONCE} MB" in words
        # is no part of a picture
        padding = bytes(MEGABYTES_AT_ONCE * uploads.MB // 3 - len(small()) - 1000)
        answer = upload(office, *[(small(seed) + padding, f"{seed}.jpg") for seed in range(3)])
        assert answer.status_code == 303

    def test_strangers_and_moderators_send_nothing(self, app, office, moderator, sign_in):
        data = files((small(), "a.jpg"))
        assert app.test_client().post(LIBRARY, data=data).location.startswith("/admin/login")
        rudi = sign_in(moderator)
        assert (
            rudi.post(
                LIBRARY, data={**token(rudi, "/admin/comments"), **files((small(), "a.jpg"))}
            ).status_code
            == 403
        )
        assert db.session.query(Picture).count() == 0

    def test_another_page_of_the_office_still_takes_no_more_than_others(self, office):
        answer = office.post(
            "/admin/policy", data={**token(office, "/admin/policy"), "reserved": "x" * 100_000}
        )
        assert answer.status_code == 413


class TestLooking:
    def test_a_row_says_what_and_where(self, office, picture):
        with transaction():
            article = write(
                ChangeSet("Bu Camat"),
                None,
                "Rapat <desa>",
                f'<img src="/pictures/{picture.key}/800.jpg">',
            )
        row = office.page(LIBRARY).select_one(f"#picture-{picture.id}")
        assert row.select_one(".picture-row__name").text == "rapat.jpg"
        assert "1000 × 750" in row.select_one(".picture-row__facts").text
        assert row.select_one(".picture-row__uses a")["href"] == f"/admin/articles/{article.id}"
        assert row.select_one(".picture-row__uses a").text == "Rapat <desa>"
        assert row.select_one("img")["src"] == f"/pictures/{picture.key}/400.webp"
        assert row.select_one("[name=deleted]") is None

    def test_the_code_to_copy_is_an_article_with_that_picture(self, office, picture):
        send(office, f"{LIBRARY}/{picture.id}", LIBRARY, alt='Kepala "desa" & <warga>')
        code = office.page(LIBRARY).select_one(".picture-row__code textarea").text
        with transaction():
            article = write(ChangeSet("Bu Camat"), None, "Rapat", code)
        shown = soup_of(article.html)
        assert shown.select_one("figure picture img")["alt"] == 'Kepala "desa" & <warga>'
        assert shown.select_one("figure > figcaption").text == ""

    def test_tabs_and_pages(self, app, office):
        with transaction():
            for number in range(PAGE + 2):
                facts = {
                    "key": f"{number:032x}",
                    "name": f"{number}.jpg",
                    "width": 9,
                    "height": 9,
                    "size": 9,
                    "preview": "",
                }
                take_in(ChangeSet("x"), facts)
        page = office.page(LIBRARY)
        assert len(page.select(".picture-row")) == PAGE
        second = office.page(page.select_one("[rel=next]")["href"])
        assert [row.text for row in second.select(".picture-row__name")] == ["1.jpg", "0.jpg"]
        assert second.select_one("[rel=first]")["href"] == LIBRARY
        for tab, count in (("all", PAGE), ("unused", PAGE), ("undescribed", PAGE), ("deleted", 0)):
            page = office.page(f"{LIBRARY}?tab={tab}")
            assert len(page.select(".picture-row")) == count
            assert page.select_one(".tabs [aria-current]")["href"].endswith(
                f"tab={tab}" if tab != "all" else LIBRARY
            )

    @pytest.mark.parametrize(
        "query", ["tab=lain", "after=x", "after=-1", "after=" + "9" * 40, "tab=%00"]
    )
    def test_what_is_no_tab_or_page_is_not_there(self, office, query):
        assert office.get(f"{LIBRARY}?{query}").status_code == 404

    @pytest.mark.parametrize(
        "query", ["came=x", "came=99999", "came=-1", "done=x", "done=%00", "came=%D9%A4"]
    )
    def test_what_nobody_did_is_not_said(self, office, query):
        page = office.page(f"{LIBRARY}?{query}")
        assert page.select("#sent, #done") == []

    def test_it_says_how_much_room_is_taken(self, office, picture):
        assert (
            office.page(LIBRARY).select_one("#pictures-room").text
            == f"Terpakai {size(picture.size, 'id')} dari 500 MB."
        )


class TestDescribing:
    def test_words_are_saved_and_readers_see_them_and_that_can_be_undone(
        self, office, client, picture
    ):
        with transaction():
            article = write(
                ChangeSet("Bu Camat"), None, "Rapat", f'<img src="/pictures/{picture.key}/800.jpg">'
            )
        address, back = f"{LIBRARY}/{picture.id}", "pictures?tab=undescribed"
        answer = send(office, address, LIBRARY, alt="  Kantor\ndesa ", back=back)
        assert answer.status_code == 303
        assert answer.location.startswith(f"{LIBRARY}?tab=undescribed&done=")
        assert now_is(picture).alt == "Kantor desa"
        assert (
            'alt="Kantor desa"' in db.session.get(Article, article.id, populate_existing=True).html
        )
        page = soup(office.get(answer.location))
        assert page.select_one("#done p").text == f"Teks pengganti gambar {picture.id} disimpan."
        form = page.select_one("#done form")
        fields = {field["name"]: field["value"] for field in form.select("input")}
        answer = office.post(form["action"], data=fields)
        assert answer.location.startswith(f"{LIBRARY}?tab=undescribed&done=")
        assert now_is(picture).alt == ""

    def test_an_empty_one_is_reminded_of_and_not_refused(self, office, picture):
        hint = office.page(LIBRARY).select_one(f"#alt-{picture.id}-hint")
        assert "Belum ada." in hint.text
        assert send(office, f"{LIBRARY}/{picture.id}", LIBRARY, alt="").status_code == 303
        send(office, f"{LIBRARY}/{picture.id}", LIBRARY, alt="Kantor")
        assert office.page(LIBRARY).select_one(f"#alt-{picture.id}-hint") is None

    def test_too_much_comes_back_with_what_was_typed(self, office, picture):
        answer = send(office, f"{LIBRARY}/{picture.id}", LIBRARY, alt="x" * 301)
        assert answer.status_code == 422
        field = soup(answer).select_one("[name=alt]")
        assert field["value"] == "x" * 301
        assert (
            soup(answer).select_one(f"#{field['id']}-error").text
            == "Terlalu panjang: paling banyak 300 huruf. Pendekkan 1 huruf."
        )
        assert soup(answer).select_one("#form-errors a")["href"] == f"#{field['id']}"

    def test_from_a_page_that_is_too_old_what_was_typed_comes_back(self, office, picture):
        answer = office.post(
            f"{LIBRARY}/{picture.id}", data={"csrf_token": "old", "alt": "Kantor desa"}
        )
        assert answer.status_code == 400
        assert soup(answer).select_one("[name=alt]")["value"] == "Kantor desa"
        assert now_is(picture).alt == ""

    @pytest.mark.parametrize(
        "values",
        [{}, {"alt": ["a", "b"]}, {"alt": "\0\x1b"}, {"alt": "a", "back": "https://a.example"}],
    )
    def test_what_no_form_sends_is_harmless(self, office, picture, values):
        answer = office.post(f"{LIBRARY}/{picture.id}", data={**token(office, LIBRARY), **values})
        assert answer.status_code == 303
        assert answer.location.startswith("/admin/")

    @pytest.mark.parametrize("number", ["99", "0", "2147483648", "x"])
    def test_one_that_is_not_there_is_not_described(self, office, number):
        assert send(office, f"{LIBRARY}/{number}", LIBRARY, alt="x").status_code == 404
        assert (
            send(office, f"{LIBRARY}/{number}/deleted", LIBRARY, deleted="yes").status_code == 404
        )


class TestDeleting:
    def delete(self, office, picture, value="yes"):
        return send(
            office, f"{LIBRARY}/{picture.id}/deleted", LIBRARY, deleted=value, back="pictures"
        )

    def test_it_goes_and_comes_back_by_one_tap(self, office, client, picture):
        answer = self.delete(office, picture)
        page = soup(office.get(answer.location))
        assert page.select_one(".picture-row") is None
        assert page.select_one("#done p").text.startswith(f"Gambar {picture.id} dihapus.")
        assert client.get(f"/pictures/{picture.key}/400.webp").status_code == 404
        form = page.select_one("#done form")
        office.post(
            form["action"], data={field["name"]: field["value"] for field in form.select("input")}
        )
        assert now_is(picture).deleted_at is None

    def test_from_the_tab_of_deleted_ones_it_is_brought_back(self, office, picture):
        self.delete(office, picture)
        row = office.page(f"{LIBRARY}?tab=deleted").select_one(f"#picture-{picture.id}")
        assert row.select_one("img")["src"].startswith("data:image/webp;base64,")
        assert row.select_one("button").text == "Kembalikan"
        self.delete(office, picture, "no")
        assert now_is(picture).deleted_at is None

    def test_what_is_used_stays_and_the_page_says_why(self, office, picture):
        with transaction():
            Setting.change(logo=picture.key)
        assert office.page(LIBRARY).select_one("[name=deleted]") is None
        answer = self.delete(office, picture)
        assert answer.status_code == 409
        assert "Gambar ini dipakai." in soup(answer).select_one("#form-errors").text
        assert now_is(picture).deleted_at is None

    def test_deleted_twice_it_is_one_deed(self, office, picture):
        self.delete(office, picture)
        self.delete(office, picture)
        assert db.session.query(AuditEntry).filter_by(action="picture").count() == 1

    @pytest.mark.parametrize("value", ["", "maybe", ["yes", "no"]])
    def test_it_is_yes_or_no(self, office, picture, value):
        answer = self.delete(office, picture, value)
        assert answer.status_code in (303, 422)
        assert (now_is(picture).deleted_at is None) == (value != ["yes", "no"])


def soup_of(html):
    """HTML, parsed."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(html, "html.parser")


def test_transparent_pictures_are_described_too(office):
    image = scene(500, 400).convert("RGBA")
    image.putalpha(90)
    assert script(office, encoded(image, "PNG"), "logo.png").status_code == 201
    assert office.page(LIBRARY).select_one(".picture-row img")
