"""The library in a browser: chosen, dragged, sent with progress and again, described, deleted;
killed while it is at work.
"""

import http.client
import io
import json
import os
import re
import signal
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from pnpm.accounts.models import Role
from pnpm.db import db
from pnpm.media import storage
from pnpm.media.models import Picture
from tests import photographs
from tests.browser.conftest import DESK, LOOKS, ON_A_PHONE, PASSWORD, served
from tests.browser.test_page import SMALL
from tests.photographs import encoded, photograph, scene

LIBRARY = "/admin/pictures"


@pytest.fixture(scope="module")
def site(serve):
    """A site of its own, with an officer."""
    with serve() as site:
        site.officer("Bu Camat", Role.ADMIN)
        yield site


def file(name, content, kind="image/jpeg"):
    """A file to be chosen."""
    return {"name": name, "mimeType": kind, "buffer": content}


def choose(page, *files):
    """Choose files in the first field."""
    page.locator("#upload-form input[type=file]").first.set_input_files(list(files))


def known(site, name):
    """The picture of that name."""
    with site.app.app_context():
        found = db.session.query(Picture).filter_by(name=name).one_or_none()
        db.session.remove()
    return found


@ON_A_PHONE
def test_what_is_chosen_is_on_its_way_at_once_and_stands_in_the_list(enter, site, viewport, axe):
    page, name = enter(LIBRARY, viewport=viewport), f"rapat {viewport['width']}.jpg"
    choose(
        page,
        file(name, photograph(3000, 2000, seed=viewport["width"] % 50)),
        file("peta.svg", photographs.SVG, "image/svg+xml"),
    )
    expect(page.locator("#uploads [data-done]")).to_have_text(re.compile(f"{name}.*Masuk"))
    expect(page.locator("#uploads [data-failed]")).to_contain_text("Simpan sebagai PNG atau JPEG")
    expect(page.locator("#status")).to_have_text("1 gambar masuk, 1 belum.")
    expect(page.locator(".picture-row__name").first).to_have_text(name)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.evaluate(SMALL) == []


def test_twenty_at_once_each_with_its_progress_and_two_on_the_line(enter, site):
    page = enter(LIBRARY)
    page.evaluate(
        """() => {
          window.most = 0; let now = 0;
          const send = XMLHttpRequest.prototype.send;
          XMLHttpRequest.prototype.send = function (...given) {
            window.most = Math.max(window.most, ++now);
            this.addEventListener("loadend", () => { now -= 1; });
            return send.apply(this, given);
          };
        }"""
    )
    choose(
        page,
        *[
            file(f"dua puluh {number}.jpg", photograph(400, 300, 60 + number))
            for number in range(20)
        ],
    )
    assert page.locator("#uploads progress").count() == 20
    expect(page.locator("#uploads [data-done]")).to_have_count(20, timeout=60_000)
    expect(page.locator("#status")).to_have_text("20 gambar masuk.")
    expect(page.locator(".picture-row__name", has_text="dua puluh")).to_have_count(20)
    assert page.evaluate("window.most") == 2


def test_a_large_one_is_reduced_before_it_is_sent_and_upright(enter, site):
    page, sizes = enter(LIBRARY), []
    page.on(
        "request",
        lambda request: (
            sizes.append(len(request.post_data_buffer or b"")) if request.method == "POST" else None
        ),
    )
    sent = photograph(4000, 3000, seed=90, orientation=6, quality=97)
    choose(page, file("besar.jpg", sent))
    expect(page.locator("#uploads [data-done]")).to_have_count(1, timeout=30_000)
    assert sizes[0] < len(sent) / 3
    picture = known(site, "besar.jpg")
    assert (picture.width, picture.height) == (1200, 1600)
    image = Image.open(
        io.BytesIO(
            urllib.request.urlopen(f"{site.url}/pictures/{picture.key}/400.webp", timeout=20).read()
        )
    )
    # the sensor's left is red; it is above now
    top, bottom = (image.resize((1, 2)).getpixel((0, row)) for row in (0, 1))
    assert top[0] > bottom[0] and top[2] < bottom[2]


def test_one_can_look_through_what_one_could_look_through(enter, site):
    page, image = enter(LIBRARY), scene(2000, 1000).convert("RGBA")
    image.putalpha(0)
    choose(page, file("tembus.png", encoded(image, "PNG"), "image/png"))
    expect(page.locator("#uploads [data-done]")).to_have_count(1)
    assert known(site, "tembus.png").preview == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes(10 * 1024 * 1024 + 1), "Lebih dari 10 MB"),
        (encoded(Image.new("L", (8000, 6250)), "PNG"), "Lebih dari 40 megapiksel"),
        (photographs.bomb(), "Lebih dari 40 megapiksel"),
        (photographs.HEIC, "Paling Kompatibel"),
        (photographs.archive(), "berkas ZIP"),
        (photographs.HTML, "bukan gambar yang dikenal"),
        (photograph(300, 200)[:4000], "rusak atau terpotong"),
        (b"", "kosong"),
    ],
    ids=["large", "50 megapixels", "bomb", "heic", "zip", "html", "half", "empty"],
)
def test_what_will_not_do_is_said_beside_it_with_what_to_do(enter, content, words):
    page = enter(LIBRARY)
    choose(page, file("foto.jpg", content))
    expect(page.locator("#uploads [data-failed] .uploads__told")).to_contain_text(words)


def test_after_a_dead_line_one_tap_sends_it_again(enter, site):
    page = enter(LIBRARY)
    page.route(
        f"**{LIBRARY}",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    choose(page, file("putus.jpg", photograph(500, 400, 120)))
    expect(page.locator("#uploads [data-failed]")).to_contain_text("Tidak tersambung.")
    page.unroute(f"**{LIBRARY}")
    page.get_by_role("button", name="Coba lagi").click()
    expect(page.locator("#uploads [data-done]")).to_have_count(1)
    expect(page.locator("#status")).to_have_text("1 gambar masuk.")


def test_after_signing_out_and_in_elsewhere_one_tap_sends_it_again(enter, site):
    page = enter(LIBRARY)
    other = page.context.new_page()
    other.goto(f"{site.url}/admin/account")
    other.get_by_role("button", name="Keluar").click()
    choose(page, file("lama.jpg", photograph(500, 400, 121)))
    expect(page.locator("#uploads [data-failed]")).to_contain_text("Anda sudah keluar.")
    other.goto(f"{site.url}/admin/login")
    other.fill("#username", "Bu Camat")
    other.fill("#password", PASSWORD)
    other.click("#login-form button[type=submit]")
    other.wait_for_url(f"{site.url}/admin/")
    page.get_by_role("button", name="Coba lagi").click()
    expect(page.locator("#uploads [data-done]")).to_have_count(1)


def test_it_may_be_dragged_there(enter, site):
    page = enter(LIBRARY, viewport=DESK)
    content = list(photograph(300, 200, 130))
    drop = page.evaluate_handle(
        """(content) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(content)], "diseret.jpg", { type: "image/jpeg" }));
          return data;
        }""",
        content,
    )
    page.dispatch_event("#upload-form", "drop", {"dataTransfer": drop})
    expect(page.locator("#uploads [data-done]")).to_have_count(1)
    assert known(site, "diseret.jpg")


def test_words_being_typed_stay_while_others_come_in(enter, site):
    page = enter(LIBRARY)
    choose(page, file("satu.jpg", photograph(300, 200, 140)))
    expect(page.locator(".picture-row__name", has_text="satu.jpg")).to_have_count(1)
    field = page.locator(".picture-row", has_text="satu.jpg").locator("[name=alt]")
    field.fill("Sedang ditulis")
    choose(page, file("dua.jpg", photograph(300, 200, 141)))
    expect(page.locator(".picture-row__name", has_text="dua.jpg")).to_have_count(1)
    expect(field).to_have_value("Sedang ditulis")


def test_the_keyboard_alone_reaches_the_fields(enter):
    page = enter(LIBRARY)
    page.locator("#upload-form input[type=file]").first.focus()
    assert (
        page.evaluate("getComputedStyle(document.activeElement.parentElement).outlineStyle")
        != "none"
    )


@ON_A_PHONE
@pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
def test_it_is_described_and_deleted_and_brought_back(enter, site, viewport, scripted, axe):
    name = f"kantor {viewport['width']} {scripted}.jpg"
    page = enter(LIBRARY, viewport=viewport, java_script_enabled=scripted)
    choose(page, file(name, photograph(900, 600, 150 + viewport["width"] % 7 + scripted)))
    if not scripted:
        page.get_by_role("button", name="Kirim gambar").click()
        expect(page.locator("#sent")).to_have_text("1 gambar masuk.")
    row = page.locator(".picture-row", has_text=name)
    row.locator("[name=alt]").fill("Kantor desa")
    row.get_by_role("button", name="Simpan").click()
    expect(page.locator("#done")).to_contain_text("Teks pengganti")
    expect(row.locator("[name=alt]")).to_have_value("Kantor desa")
    row.get_by_role("button", name="Hapus").click()
    expect(page.locator("#done")).to_contain_text("dihapus")
    expect(row).to_have_count(0)
    page.locator("#done").get_by_role("button", name="Urungkan").click()
    expect(row).to_have_count(1)
    if scripted:
        assert axe(page) == []


def test_without_javascript_several_go_in_one_form_and_each_that_did_not_is_named(enter):
    page = enter(LIBRARY, java_script_enabled=False)
    choose(
        page,
        *[file(f"polos {number}.jpg", photograph(300, 200, 170 + number)) for number in range(3)],
        file("a.zip", photographs.archive()),
    )
    page.get_by_role("button", name="Kirim gambar").click()
    expect(page.locator("#sent li")).to_have_count(4)
    expect(page.locator("#sent li").last).to_contain_text("berkas ZIP")
    expect(page.locator(".picture-row__name", has_text="polos")).to_have_count(3)


@LOOKS
def test_every_tab_is_accessible_and_whole(enter, site, axe, viewport, scheme):
    page = enter(LIBRARY, viewport=viewport, color_scheme=scheme)
    faults = {}
    for tab in ("all", "unused", "undescribed", "deleted"):
        page.goto(f"{site.url}{LIBRARY}?tab={tab}")
        wide = page.evaluate("document.documentElement.scrollWidth") > viewport["width"]
        if found := (axe(page), page.evaluate(SMALL), wide) != ([], [], False):
            faults[tab] = found
    assert faults == {}


class Officer:
    """A client of plain sockets, signed in."""

    def __init__(self, site):
        self.site = site
        self.open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar())
        ).open
        form = {
            "username": "Bu Camat",
            "password": PASSWORD,
            "csrf_token": self.token("/admin/login"),
        }
        self.open(f"{site.url}/admin/login", urllib.parse.urlencode(form).encode(), 60).close()
        self.csrf_token = self.token(LIBRARY)

    def token(self, path):
        with self.open(f"{self.site.url}{path}", timeout=60) as answer:
            return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', answer.read().decode())[1]

    def send(self, content, name="foto.jpg"):
        """What the script is told, and with which status."""
        head = (
            "--x\r\nContent-Disposition: form-data; "
            f'name="csrf_token"\r\n\r\n{self.csrf_token}\r\n--x\r\n'
        )
        head += f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + b"\r\n--x--\r\n"
        headers = {"Accept": "application/json", "Content-Type": "multipart/form-data; boundary=x"}
        with self.open(
            urllib.request.Request(f"{self.site.url}{LIBRARY}", body, headers), timeout=60
        ) as answer:
            return answer.status, json.loads(answer.read())


@pytest.fixture
def own(instance):
    """A site on two processes, and an officer at it."""
    with served(instance) as site:
        site.officer("Bu Camat", Role.ADMIN)
        yield site, Officer(site)


def test_the_same_sent_by_many_hands_at_once_is_one_picture(own):
    site, officer = own
    sent = photograph(1200, 900)
    with ThreadPoolExecutor(6) as hands:
        answers = list(hands.map(lambda _: officer.send(sent), range(12)))
    assert {status for status, _told in answers} == {201}
    assert len({told["key"] for _status, told in answers}) == 1
    with site.app.app_context():
        assert db.session.query(Picture).count() == 1
        db.session.remove()


def test_killed_while_many_are_sent_each_is_there_whole_or_not_at_all(own, instance):
    site, officer = own
    log, arrived, statuses = Path(instance) / "server.log", [], []

    def workers():
        return {int(pid) for pid in re.findall(r"Booting worker with pid: (\d+)", log.read_text())}

    def send(number):
        if number % 6 == 5:
            for worker in workers():
                try:
                    os.kill(worker, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        try:
            arrived.append(officer.send(photograph(900, 700, number))[1]["key"])
        except (OSError, http.client.HTTPException):
            statuses.append("killed")

    with ThreadPoolExecutor(3) as hands:
        list(hands.map(send, range(36)))
    assert arrived and statuses
    room = Path(instance) / "pictures"
    with site.app.app_context():
        rows = {picture.key: picture for picture in db.session.query(Picture)}
        db.session.remove()
    assert set(arrived) <= set(rows)
    for key, picture in rows.items():
        assert storage.is_whole(storage.folder_of(room, key), picture.width)
    for place in [*room.glob("??/*")]:
        for path in place.iterdir():
            Image.open(path).load()
    assert {officer.send(photograph(900, 700, number))[0] for number in range(36)} == {201}
    with site.app.app_context():
        assert db.session.query(Picture).count() == 36
        db.session.remove()
