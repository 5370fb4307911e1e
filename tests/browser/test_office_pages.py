"""Every page of the office: accessible, whole on a small screen, valid; and what an officer does on
them besides the desk.
"""

import csv
import re
import shutil
import subprocess
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import expect

from pnpm.accounts.models import Notices, Role, User
from pnpm.audit import contact_confirmation
from pnpm.backup import daily, move_job, restore_job, restore_steps, target
from pnpm.comments import mail_actions
from pnpm.comments.models import Status
from pnpm.db import db, now, transaction
from pnpm.imports.models import ImportRun
from pnpm.imports.models import Stage as RunStage
from pnpm.imports.records import System
from pnpm.imports.report import KINDS, OUTCOMES, Report
from pnpm.imports.run import UNREADABLE
from pnpm.imports.undo import UNDO
from pnpm.mail.models import OutgoingMail
from pnpm.privacy.models import DataRequest, Kind, Stage
from tests import filtered
from tests.browser.conftest import DESK, LOOKS, ON_A_PHONE, PASSWORD, PHONE_AND_DESK
from tests.browser.test_page import SMALL
from tests.conftest import SETTINGS, TOP, missing

HOSTILE = f"{'x' * 900} صباح الخير 88 שלום s\u0336l\u0336o\u0336t gacor zeus77 maxwin"
OPEN_HELP = "() => document.querySelectorAll('details.help').forEach((help) => help.open = true)"
PAGES = [
    "",
    "comments?status=all",
    "comments?status=spam",
    "comments?status=spam&unseen=y",
    "comments/1",
    "comments/{held}",
    "comments/{hostile}",
    "comments/{fine}",
    "comments/3",
    "comments?status=all&name=Siti&address={address}",
    "articles",
    "articles?status=draft&q=tidakada",
    "articles/new",
    "articles/1",
    "articles/1/versions",
    "log",
    "report",
    "places",
    "policy",
    "policy/articles/1",
    "lists",
    "lists/names",
    "headlines",
    "settings",
    "pages/privasi",
    "backups",
    "imports",
    "imports/1",
    "imports/2",
    "imports/3",
    "restore",
    "move",
    "users",
    "users/2",
    "checkup",
    "account",
    "account/password",
    "account/factor",
    "account/mail",
    "confirmation/{confirmation}",
    "mail",
    "mailed/{publish}",
    "mailed/{reply}",
    "mailed/unknown",
    "help",
    "help?q=cadangan",
    "help/hosting",
    "help/moderator",
    "help/commands",
    "data-requests",
    "data-requests/1",
    "data-requests/2",
    "data-requests/3",
    "data-requests/1/copy",
    "data-requests/1/erasure",
    "data-requests/1/erasure?anonymous=1",
    "data-requests/1/comments/1",
]


@pytest.fixture(scope="module")
def site(serve):
    """A site of its own, with officers and comments of every kind."""
    with serve(COMMENT_MIN_SECONDS="0") as site:
        for name, role in (
            ("Bu Camat", Role.ADMIN),
            ("Rudi", Role.MODERATOR),
            ("Ani", Role.MODERATOR),
            ("Pak Sekcam", Role.ADMIN),
        ):
            site.officer(name, role)
        address = site.article(
            "Latar Belakang", "Bagus sekali :))", "<blockquote>kutipan</blockquote>" + "x" * 300
        )
        site.hold(
            address,
            ("Siti", "Kapan musyawarah? :)"),
            ("Siti", "Mohon dijawab."),
            ("Promo", "http://a.example"),
        )
        fine, held, spam = site.send(
            address, filtered.FINE, filtered.HELD, filtered.SPAM, name="Rahmat"
        )
        hostile = site.send(
            address, HOSTILE, f"{filtered.SPAM} lagi", name="\u202eＳＬＯＴ gacor88"
        )
        site.numbers = {"fine": fine, "held": held, "hostile": hostile[0]}
        site.move(Status.SPAM, spam)
        site.numbers |= mailed(site, held)
        ask(site)
        take_in(site)
        look_at_a_backup(site)
        yield site


def look_at_a_backup(site):
    """A backup that was chosen to be restored, and another database to move to; both wait for the
    password.
    """
    with site.app.app_context():
        config = site.app.config["PNPM"]
        name = daily.make(config, config.timezone).name
        restore_job.begin(config.instance, name, "Bu Camat")
        for _ in range(3):
            restore_steps.advance(config, config.timezone, str)
        url = target.address("sqlite:///baru.db", config.instance)
        job = move_job.new(target.look_at(url), "Bu Camat", True, config.database_url)
        move_job.begin(config.instance, url, job)
        db.session.remove()


def ask(site):
    """Persons' requests: one that is overdue, one that nobody has confirmed, one that was
    answered.
    """
    moment = now()
    said = {"name": "Siti", "email": f"{'x' * 60}@{'y' * 60}.example", "words": "kata " * 300}
    said |= {"is_author": False, "is_mailed": True, "is_shared": False}
    said |= {"created_at": moment, "confirmed_at": moment - timedelta(days=4), "confirmed_by": ""}
    stages = Stage.OPEN, Stage.UNCONFIRMED, Stage.ANSWERED
    with site.app.app_context():
        with transaction():
            for stage in stages:
                request = DataRequest(kind=Kind.DELETE, stage=stage, answer="Ya " * 200, **said)
                request.chosen, request.answered_at = ["comment-1", "comment-3"], moment
                db.session.add(request)
                db.session.flush()
        db.session.remove()


def take_in(site):
    """Imports: one that is done, one that was taken back, one whose files are gone."""
    long = f"{'x' * 110} صباح الخير"
    report = Report()
    for kind in KINDS:
        for outcome in OUTCOMES:
            report.add(kind, outcome, long, "its text is longer than 400,000 characters", 1234567)
    report.elements.update({"script": 3})
    unread = [{"what": "x" * 90, "why": "it has no text", "count": 9, "lines": [1234567] * 20}]
    undone = {"gone": {"comments": 7, "articles": 1}, "left_count": 9}
    undone["left"] = [{"what": f"article 7: {long}", "why": "it has comments that stay"}]
    more = {UNREADABLE: unread, UNDO: undone}
    said = {"system": System.BLOGGER, "title": long, "archive": "", "who": "Bu Camat"}
    said |= {"started_at": now(), "position": 0, "change_set": "", "report": report.stored() | more}
    with site.app.app_context():
        with transaction():
            for stage in (RunStage.DONE, RunStage.UNDONE, RunStage.COMMENTS):
                db.session.add(ImportRun(stage=stage, **said))
                db.session.flush()
        db.session.remove()


def mailed(site, held):
    """Mail that waits and that failed, and an officer's address that is not confirmed; the tokens
    of links in mails about that comment.
    """
    address, key = f"{'x' * 60}@{'y' * 60}.example", SETTINGS["SECRET_KEY"]
    said = {"kind": "notice", "recipient": address, "data": {}, "attempts": 1}
    with site.app.app_context():
        with transaction():
            officer = User.named("Bu Camat")
            officer.email, officer.notices = address, Notices.EACH
            for failed_at in (now(), None):
                error = f"recipient: 550 5.1.1 {'z' * 200}"
                row = OutgoingMail(**said, created_at=now(), due_at=now(), error=error)
                row.failed_at = failed_at
                db.session.add(row)
        links = {
            action.name.lower(): mail_actions.token(key, officer, held, action, 1, now())
            for action in mail_actions.Action
        }
        confirmation = contact_confirmation.token(key, officer)
        db.session.remove()
    return links | {"confirmation": confirmation}


@pytest.fixture
def enter(enter, site):
    """Sign in and open a page of the office, by its path there."""

    def enter_at(path="", name="Bu Camat", **options):
        page = enter("/admin/", name, **options)
        if path:
            page.goto(address(page, site, path))
        return page

    return enter_at


def address(page, site, path):
    """The whole address of a page of the office; an author's has the code of a network address."""
    if "{address}" in path:
        found = page.request.get(f"{site.url}/admin/comments?status=pending").text()
        path = path.format(address=re.search(r"name=Siti&amp;address=([0-9a-f]{64})", found)[1])
    path = path.format(**site.numbers)
    return f"{site.url}/admin/{path}"


@LOOKS
def test_on_every_page_axe_finds_nothing_and_all_of_it_fits_and_can_be_hit(
    enter, site, axe, viewport, scheme
):
    page = enter(viewport=viewport, color_scheme=scheme)
    faults = {}
    for path in PAGES:
        page.goto(address(page, site, path))
        page.evaluate(OPEN_HELP)
        found = [*axe(page), *page.evaluate(SMALL), *too_wide(page, viewport["width"])]
        if found:
            faults[path] = found
    assert faults == {}


def test_on_the_smallest_screen_no_page_is_cut_off(enter, site):
    page = enter(viewport={"width": 320, "height": 640})
    faults = {}
    for path in PAGES:
        page.goto(address(page, site, path))
        page.evaluate(OPEN_HELP)
        if found := too_wide(page, 320):
            faults[path] = found
    assert faults == {}


def too_wide(page, width):
    """The sizes of text in which the page is wider than the screen, each with its width."""
    found = {
        size: page.evaluate(
            "(size) => { document.documentElement.style.setProperty('font-size', size);"
            " return document.documentElement.scrollWidth; }",
            size,
        )
        for size in ("100%", "200%")
    }
    return [(size, wide) for size, wide in found.items() if wide > width]


@PHONE_AND_DESK
def test_axe_finds_nothing_where_something_was_refused_or_done(enter, site, axe, viewport):
    page = enter("comments/1", viewport=viewport)
    page.fill("#body", "")
    page.get_by_role("button", name="Simpan teks").click()
    expect(page.locator("#form-errors")).to_be_visible()
    assert axe(page) == []
    page.goto(f"{site.url}/admin/comments?status=published")
    page.locator("#desk .row").first.get_by_role("button", name="Tahan").click()
    expect(page.locator(".row--done")).to_be_visible()
    page.wait_for_timeout(300)
    assert axe(page) == []
    page.locator(".row--done").get_by_role("button", name="Urungkan").click()
    expect(page.locator(".row--done")).to_have_count(0)
    page.goto(f"{site.url}/admin/lists")
    page.fill("#hold_words", "/(a+)+$/")
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator("#form-errors")).to_be_visible()
    assert axe(page) == []


def test_the_html_is_valid(enter, site, tmp_path):
    jar = TOP / ".tools/node_modules/vnu-jar/build/dist/vnu.jar"
    if not jar.is_file() or not shutil.which("java"):
        missing(
            "vnu-jar or java", "npm, and apt-get install default-jre-headless, then `make test`"
        )
    page = enter()
    for number, path in enumerate(PAGES):
        (tmp_path / f"{number}.html").write_text(page.request.get(address(page, site, path)).text())
    command = ["java", "-jar", jar, "--errors-only", *sorted(tmp_path.glob("*.html"))]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stderr == ""


class TestPolicy:
    @ON_A_PHONE
    @pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
    def test_an_emergency_is_one_tap_and_its_banner_stays_until_it_is_over(
        self, enter, site, open_page, viewport, scripted
    ):
        article = site.article("Darurat")
        page = enter("policy", viewport=viewport, java_script_enabled=scripted)
        page.get_by_role("button", name="Keadaan darurat: tahan semua").click()
        expect(page.locator(".office__emergency")).to_be_visible()
        page.goto(f"{site.url}/admin/comments")
        expect(page.locator(".office__emergency")).to_be_visible()
        reader = open_page(article)
        reader.fill("#body", "di tengah keadaan darurat")
        reader.click("#comment-form button[type=submit]")
        expect(reader.locator("#status")).to_contain_text("terbit setelah diperiksa")
        page.locator(".office__emergency button").click()
        expect(page.locator(".office__emergency")).to_have_count(0)

    @ON_A_PHONE
    def test_holding_all_goes_before_the_setting_and_is_undone(self, enter, site, viewport):
        page = enter("policy", viewport=viewport)
        page.select_option("#moderation", "all")
        page.get_by_role("button", name="Simpan aturan").click()
        expect(page.locator("#done")).to_contain_text("mengubah aturan")
        expect(page.locator("#moderation")).to_have_value("all")
        page.locator("#done").get_by_role("button", name="Urungkan").click()
        page.goto(f"{site.url}/admin/policy")
        expect(page.locator("#moderation")).to_have_value("")

    @ON_A_PHONE
    def test_one_articles_comments_are_closed_at_once(self, enter, site, open_page, viewport):
        article = site.article(f"Ditutup di {viewport['width']}", "satu")
        page = enter("policy", viewport=viewport)
        page.get_by_role("link", name=f"Ditutup di {viewport['width']}").click()
        page.uncheck("#comments_open")
        page.get_by_role("button", name="Simpan aturan artikel ini").click()
        expect(page.locator("#done")).to_be_visible()
        expect(open_page(article).locator(".comments__closed")).to_be_visible()


class TestLists:
    @ON_A_PHONE
    @pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
    def test_they_are_tried_before_they_are_saved(self, enter, site, viewport, scripted):
        page = enter("lists", viewport=viewport, java_script_enabled=scripted)
        page.fill("#hold_words", "musyawarah\n/Mohon +dijawab/")
        page.get_by_role("button", name="Coba dulu").click()
        expect(page.locator("#trial")).to_contain_text("2 akan ditahan")
        expect(page.locator("#hold_words")).to_have_value("musyawarah\n/Mohon +dijawab/")
        page.reload() if scripted else None
        page.goto(f"{site.url}/admin/lists")
        expect(page.locator("#hold_words")).to_have_value("")

    @ON_A_PHONE
    def test_a_broken_or_slow_expression_is_refused_with_everything_kept(self, enter, viewport):
        page = enter("lists", viewport=viewport)
        for wrong, words in (("/(/", "bukan ekspresi reguler"), ("/(a+)+$/", "terlalu lambat")):
            page.fill("#hold_words", f"judi\n{wrong}")
            page.fill("#refuse_domains", "contoh.com")
            page.get_by_role("button", name="Simpan").click()
            expect(page.locator("#form-errors")).to_contain_text(words)
            expect(page.locator("#hold_words")).to_have_value(f"judi\n{wrong}")
            expect(page.locator("#refuse_domains")).to_have_value("contoh.com")

    def test_a_refused_word_stops_a_reader_and_loses_nothing(self, enter, site, open_page):
        page = enter("lists")
        page.fill("#refuse_words", "gacor")
        page.get_by_role("button", name="Simpan").click()
        expect(page.locator("#done")).to_contain_text("mengubah daftar")
        reader = open_page(site.article("Ditolak"))
        reader.fill("#body", "slot GACOR hari ini")
        reader.click("#comment-form button[type=submit]")
        expect(reader.locator("#form-errors")).to_contain_text("tidak diterima")
        expect(reader.locator("#body")).to_have_value("slot GACOR hari ini")
        page.locator("#done").get_by_role("button", name="Urungkan").click()


class TestAccounts:
    @ON_A_PHONE
    def test_a_second_factor_from_the_picture_to_the_sign_in(
        self, enter, site, open_page, viewport
    ):
        name = {360: "Ani", 1280: "Pak Sekcam"}[viewport["width"]]
        page = enter("account", name, viewport=viewport)
        page.get_by_role("link", name="Nyalakan").click()
        expect(page.locator(".qr svg")).to_be_visible()
        secret = page.locator(".secret").text_content().replace(" ", "")
        page.fill("#code", pyotp.TOTP(secret).now())
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Nyalakan").click()
        expect(page.locator("#codes code")).to_have_count(10)
        codes = page.locator("#codes code").all_text_contents()
        assert len(set(codes)) == 10
        other = open_page(f"{site.url}/admin/login", viewport=viewport)
        other.fill("#username", name)
        other.fill("#password", PASSWORD)
        other.click("#login-form button[type=submit]")
        other.fill("#code", codes[0])
        other.click("#code-form button[type=submit]")
        expect(other.locator("h1")).to_have_text("Ringkasan")

    @ON_A_PHONE
    def test_a_session_is_ended_from_another_browser(self, enter, site, viewport):
        lost, page = (
            enter("comments", "Rudi"),
            enter("account", "Rudi", anew=True, viewport=viewport),
        )
        page.get_by_role("button", name="Akhiri semua yang lain").click()
        expect(page.locator(".session")).to_have_count(1)
        lost.reload()
        expect(lost.locator("#login-form")).to_be_visible()

    @ON_A_PHONE
    def test_an_admin_adds_an_officer_who_signs_in_and_is_removed(
        self, enter, site, open_page, viewport
    ):
        page, name = enter("users", viewport=viewport), f"Dewi {viewport['width']}"
        page.fill("#username", name)
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Tambah").click()
        expect(page.locator(".users")).to_contain_text(name)
        other = enter("comments", name)
        expect(other.locator("h1")).to_have_text("Komentar")
        page.get_by_role("link", name=name).click()
        page.get_by_role("button", name="Hapus akun ini").click()
        expect(page.locator(".users")).not_to_contain_text(name)
        other.reload()
        expect(other.locator("#login-form")).to_be_visible()


class TestSeeing:
    @ON_A_PHONE
    def test_what_waits_is_decided_on_the_first_page(self, enter, site, viewport):
        article = site.article(f"Di halaman pertama {viewport['width']}")
        (number,) = site.hold(article, ("Siti", "dari ringkasan"))
        page = enter(viewport=viewport)
        row = page.locator(f"#comment-{number}")
        row.get_by_role("button", name="Terbitkan").click()
        expect(row).to_contain_text("sekarang terbit")
        row.get_by_role("button", name="Urungkan").click()
        expect(row.locator(".row__body")).to_be_visible()

    @PHONE_AND_DESK
    def test_every_picture_has_its_table(self, enter, viewport):
        page = enter(viewport=viewport)
        pictures = page.locator("svg[role=img]")
        assert pictures.count() >= 1
        assert page.locator("details table").count() >= pictures.count()
        texts = page.locator("svg[role=img] text").all()
        sizes = [text.bounding_box()["height"] for text in texts if text.is_visible()]
        assert min(sizes) >= 10

    def test_the_report_prints_on_one_page(self, enter, site):
        page = enter("report", viewport=DESK)
        printed = page.pdf(format="A4", print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1

    @ON_A_PHONE
    @pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
    def test_a_deed_is_found_in_the_log_and_undone_there(self, enter, site, viewport, scripted):
        article = site.article(f"Dari catatan {viewport['width']} {scripted}")
        (number,) = site.hold(article, ("Siti", "dari catatan"))
        page = enter(f"comments/{number}", viewport=viewport, java_script_enabled=scripted)
        page.locator(f"#comment-{number}").get_by_role("button", name="Terbitkan").click()
        expect(page.locator(f"#comment-{number}, #done").first).to_contain_text("sekarang terbit")
        page.goto(f"{site.url}/admin/log?q={number}")
        entry = page.locator(".log__entry").first
        expect(entry).to_contain_text(f"komentar {number}")
        entry.get_by_role("button", name="Urungkan").click()
        expect(page.locator("#done")).to_be_visible()
        assert site.comments(article) == 0

    def test_the_log_is_taken_along_as_csv(self, enter, site):
        page = enter("log")
        rows = list(
            csv.reader(
                page.request.get(f"{site.url}/admin/log.csv").text().lstrip("\ufeff").splitlines()
            )
        )
        assert len(rows) >= 2 and all(len(row) == len(rows[0]) for row in rows)

    @ON_A_PHONE
    @pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
    def test_whether_the_spam_filter_was_right_is_said_by_one_tap_and_undone(
        self, enter, site, viewport, scripted
    ):
        article = site.article(f"Benar atau salah {scripted}")
        numbers = site.send(
            article, filtered.HELD, filtered.SPAM, sender=f"192.0.2.{20 + scripted}"
        )
        for number in numbers:
            page = enter(f"comments/{number}", viewport=viewport, java_script_enabled=scripted)
            page.get_by_role("button", name="Salah, ini orang").click()
            expect(page.locator("#done")).to_contain_text("sekarang terbit")
            page.locator("#done").get_by_role("button", name="Urungkan").click()
            page.get_by_role("button", name="Benar, ini spam").click()
            expect(page.locator("#done")).to_contain_text("sekarang ditandai spam")
            expect(page.locator("#why button")).to_have_count(0)
        assert site.comments(article) == 0
