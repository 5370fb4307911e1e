"""The editor in a real browser: what is typed and pasted, pictures on their way, and a text that
survives whatever happens.
"""

import base64
import json
import re

import pytest
from playwright.sync_api import expect

from pnpm.accounts.models import Role
from pnpm.articles.actions import save, write
from pnpm.articles.models import Article, Status
from pnpm.audit.models import ChangeSet
from pnpm.db import db, transaction
from pnpm.markup import sanitizer
from tests.browser.conftest import DESK, LOOKS, ON_A_PHONE, PASSWORD, PHONE, PHONE_AND_DESK
from tests.markup.test_editor import RICH
from tests.photographs import HEIC, photograph

NEW = "/admin/articles/new"
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin: 0}</style></head><body>
<!--StartFragment--><h1 style='mso-pagination:none'>Laporan Rapat<o:p></o:p></h1>
<p class=MsoNormal style='text-align:justify'><b><span lang=IN style='font-family:"Times New Roman",serif'>Rapat</span></b><span
lang=IN> dibuka <i style='mso-bidi-font-style:normal'>Kepala</i> Desa.<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<!--[if gte vml 1]><v:shape></v:shape><![endif]-->
<p class=MsoListParagraphCxSpFirst style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>Jalan tani<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>o<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>Jembatan<o:p></o:p></p>
<p class=MsoNormal><span style='font-weight:bold'>Selesai</span>&nbsp;pukul <a name="_Toc1"></a>12.00<img src="file:///C:/foto.png"></p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr><td width=10 style='width:1pt'><p
class=MsoNormal>RT 1<o:p></o:p></p></td><td><p
class=MsoNormal>30 orang<o:p></o:p></p></td></tr></table><!--EndFragment--></body></html>"""
WHATSAPP = (
    "[12/11 10.15] Bu Ani: *Undangan* rapat 🙏\r\n[12/11 10.16] Pak Lurah: Siap\r\n\r\nTempat: "
    "balai desa\r\n"
)
PASTE = """([kinds, file]) => {
    const data = new DataTransfer();
    for (const [kind, text] of Object.entries(kinds)) data.setData(kind, text);
    const bytes = (base64) => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    if (file) data.items.add(new File([bytes(file)], "tempel.jpg", { type: "image/jpeg" }));
    const event = { clipboardData: data, bubbles: true, cancelable: true };
    const editor = document.querySelector("trix-editor");
    if (!editor.dispatchEvent(new ClipboardEvent("paste", event))) return;
    const more = { inputType: "insertFromPaste", dataTransfer: data, bubbles: true, cancelable: true };
    editor.dispatchEvent(new InputEvent("beforeinput", more));
}"""


@pytest.fixture(scope="module")
def site(serve):
    """A site of its own with two officers who write."""
    with serve() as site:
        for name in ("Bu Camat", "Pak Sekcam"):
            site.officer(name, Role.ADMIN)
        yield site


@pytest.fixture
def begin(enter):
    """Open the page on which something is written, and wait for its editor."""

    def begin(path=NEW, name="Bu Camat", **options):
        page = enter(path, name, **options)
        ready(page)
        return page

    return begin


def ready(page):
    """Until the editor is there, or the plain field is known to stay."""
    page.wait_for_selector("#article-form[data-ready]")


def tool(page, name):
    """A tool of the editor's."""
    return page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)


def press(page, words):
    """Press a button under the text, and wait for what comes of it."""
    page.locator(".article-buttons").get_by_text(words, exact=True).click()


def publish(page, title):
    """Give it a title and publish it; its source."""
    page.fill("#title", title)
    press(page, "Terbitkan")
    expect(page.locator("#done")).to_be_visible()


def insist(page, count):
    """Publish it although so many pictures have no words."""
    press(page, "Terbitkan")
    question = page.locator("#undescribed")
    expect(question).to_be_focused()
    expect(question.locator("li")).to_have_count(count)
    question.get_by_role("button").click()
    expect(page.locator("#done")).to_be_visible()


def nothing_is_kept(page):
    """No draft is left in this browser: the script of the page that answered clears it away."""
    page.wait_for_function("() => Object.keys(localStorage).length === 0")


def kept(site, title):
    """The source of the article of that title."""
    with site.app.app_context():
        body = db.session.query(Article.body).filter_by(title=title).one().body
        db.session.remove()
    return body


def tabs(page, site, count):
    """So many more tabs of the same browser, each with the page of a new article."""
    opened = [page.context.new_page() for _ in range(count)]
    for tab in opened:
        tab.goto(site.url + NEW)
        ready(tab)
    return opened


def article(site, title, body, status=Status.PUBLISHED):
    """An article; the path of its page in the office."""
    with site.app.app_context():
        with transaction():
            number = write(ChangeSet("Bu Camat"), None, title, body, status=status).id
        db.session.remove()
    return f"/admin/articles/{number}"


def change(site, path, body):
    """Somebody else saves that text."""
    with site.app.app_context():
        with transaction():
            save(
                ChangeSet("Pak Sekcam"),
                db.session.get(Article, int(path.rpartition("/")[2])),
                body=body,
            )
        db.session.remove()


def as_shown(html):
    """The same for who reads it: two ways to say bold, two to say italic."""
    return re.sub("<(/?)i>", r"<\1em>", re.sub("<(/?)b>", r"<\1strong>", html))


def paste(page, file=None, **kinds):
    """Paste as the browser does; `html` and `plain` are what is on the clipboard."""
    page.focus("trix-editor")
    page.evaluate(PASTE, [{f"text/{kind}": words for kind, words in kinds.items()}, file])


def choose(page, *names, sort="files"):
    """Choose photographs, or other contents, by their names."""
    files = [
        (name, photograph(640, 480, seed)) if isinstance(name, str) else name
        for seed, name in enumerate(names)
    ]
    page.set_input_files(
        f"#editor-{sort}",
        [{"name": name, "mimeType": "image/jpeg", "buffer": content} for name, content in files],
    )


def remembered(page, words):
    """Until the browser keeps these words."""
    page.wait_for_function("(words) => JSON.stringify(localStorage).includes(words)", arg=words)


def arrived(page, count):
    """Until so many pictures are there."""
    expect(page.locator(".editor-picture__told").get_by_text("Sudah di situs")).to_have_count(count)


@PHONE_AND_DESK
def test_what_is_typed_is_what_is_published(begin, site, open_page, viewport):
    page, title, keys = begin(viewport=viewport), f"Diketik {viewport['width']}", None
    keys = page.keyboard
    page.click("trix-editor")
    keys.type("Pembuka.")
    keys.press("Enter")
    keys.type("Ada yang ")
    tool(page, "Tebal").click()
    keys.type("tebal")
    tool(page, "Tebal").click()
    keys.type(" dan biasa.")
    keys.press("Enter")
    tool(page, "Judul").click()
    keys.type("Hasil")
    keys.press("Enter")
    tool(page, "Daftar").click()
    keys.type("satu")
    keys.press("Enter")
    tool(page, "Masuk satu tingkat").click()
    keys.type("di dalam")
    for _ in range(3):
        keys.press("Enter")
    keys.type("Lihat ")
    tool(page, "Tautan").click()
    page.fill("#editor-link", "bukan alamat")
    keys.press("Enter")
    expect(page.locator("#editor-link-error")).to_be_visible()
    page.fill("#editor-link", "desa.go.id/x")
    page.get_by_role("button", name="Pasang tautan").click()
    publish(page, title)
    link = '<a href="https://desa.go.id/x">https://desa.go.id/x</a>'
    assert kept(site, title) == (
        "<p>Pembuka.</p>\n<p>Ada yang <strong>tebal</strong> dan biasa.</p>\n<h2>Hasil</h2>\n"
        f"<ul>\n<li>satu<ul>\n<li>di dalam</li>\n</ul></li>\n</ul>\n<p>Lihat {link}</p>"
    )
    shown = open_page(site.url + page.locator("#done a").get_attribute("href"))
    expect(shown.locator(".article__body h2")).to_have_text("Hasil")
    expect(shown.locator(".article__body li li")).to_have_text("di dalam")


@ON_A_PHONE
def test_enter_backspace_and_undo_do_what_one_expects(begin, site, viewport):
    page = begin(viewport=viewport)
    keys, blocks = page.keyboard, page.locator("trix-editor > *")
    page.click("trix-editor")
    keys.type("satu dua")
    expect(blocks).to_have_text(["satu dua"])
    # nobody's hands are as fast: Trix puts the caret where it was once it has drawn the text
    page.wait_for_timeout(100)
    for _ in range(3):
        keys.press("ArrowLeft")
    keys.press("Enter")
    expect(blocks).to_have_text(["satu ", "dua"])
    keys.press("Backspace")
    expect(blocks).to_have_text(["satu dua"])
    keys.press("End")
    keys.press("Shift+Enter")
    keys.type("baris")
    expect(blocks).to_have_count(1)
    keys.press("Enter")
    tool(page, "Daftar bernomor").click()
    keys.type("butir")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("lepas")
    expect(blocks).to_have_text(["satu dua\nbaris", "butir", "lepas"], use_inner_text=True)
    tool(page, "Kutipan").click()
    expect(page.locator("trix-editor blockquote")).to_have_text("lepas")
    tool(page, "Urungkan").click()
    expect(page.locator("trix-editor blockquote")).to_have_count(0)
    tool(page, "Ulangi").click()
    expect(page.locator("trix-editor blockquote")).to_have_text("lepas")


@ON_A_PHONE
def test_what_comes_from_word_is_clean(begin, site, viewport):
    page, title = begin(viewport=viewport), f"Word {viewport['width']}"
    paste(page, html=WORD, plain="x")
    expect(page.locator("#editor-said")).to_contain_text("1 gambar tidak ikut tertempel")
    expect(page.locator("#editor-said")).to_be_in_viewport()
    publish(page, title)
    assert kept(site, title) == (
        "<h2>Laporan Rapat</h2>\n<p><strong>Rapat</strong> dibuka <em>Kepala</em> Desa.</p>\n"
        "<ul>\n<li>Jalan tani<ul>\n<li>Jembatan</li>\n</ul></li>\n</ul>\n<p><strong>Selesai</strong> pukul 12.00</p>\n"
        "<table><tbody><tr><td><p>RT 1</p></td><td><p>30 orang</p></td></tr></tbody></table>"
    )


@ON_A_PHONE
def test_what_comes_from_whatsapp_is_clean(begin, site, viewport):
    page, title = begin(viewport=viewport), f"WhatsApp {viewport['width']}"
    paste(page, plain=WHATSAPP)
    publish(page, title)
    assert kept(site, title) == (
        "<p>[12/11 10.15] Bu Ani: *Undangan* rapat 🙏<br>\n[12/11 10.16] Pak Lurah: "
        "Siap</p>\n<p>Tempat: balai desa</p>"
    )


def test_what_comes_from_google_documents_is_not_all_bold(begin, site):
    page = begin()
    wrapped = (
        '<b style="font-weight:normal;"><p><span style="font-weight:700;">tebal</span><span> '
        "biasa</span></p></b>"
    )
    paste(page, html=f"<meta charset='utf-8'>{wrapped}<p style='color:red'>akhir</p>")
    publish(page, "Dari dokumen Google")
    assert kept(site, "Dari dokumen Google") == "<p><strong>tebal</strong> biasa</p>\n<p>akhir</p>"


@ON_A_PHONE
def test_an_article_that_was_only_opened_is_saved_as_it_was(begin, site, viewport):
    title = f"Hanya dibuka {viewport['width']}"
    page = begin(article(site, title, RICH), viewport=viewport)
    press(page, "Simpan perubahan")
    expect(page.locator("#done")).to_be_visible()
    assert kept(site, title) == RICH


def test_what_the_editor_does_not_know_survives_a_change(begin, site):
    page = begin(article(site, "Ada tabelnya", RICH))
    page.click("trix-editor > div:last-child")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Ditambah.")
    press(page, "Simpan perubahan")
    expect(page.locator("#done")).to_be_visible()
    before, after = (
        as_shown(sanitizer.article_html(body)) for body in (RICH, kept(site, "Ada tabelnya"))
    )
    assert after == re.sub(r"</p>$", " Ditambah.</p>", before)
    assert "<table>" in before
    ready(page)
    assert page.evaluate("document.querySelector('#rich').value.includes('<h4>')")


@ON_A_PHONE
def test_a_crashed_tab_costs_nothing(begin, site, viewport):
    title = f"Sempat hilang {viewport['width']}"
    page, again = tabs(begin(viewport=viewport), site, 2)
    page.fill("#title", title)
    page.locator("#settings > summary").click()
    page.fill("#labels", "desa")
    page.click("trix-editor")
    page.keyboard.type("Sudah panjang sekali.")
    remembered(page, "panjang sekali")
    page.close(run_before_unload=False)
    again.reload()
    ready(again)
    offered = again.locator(".draft")
    expect(offered).to_contain_text(
        re.compile(r"Ada tulisan dari \d+ \w+ pukul \d\d\.\d\d yang belum disimpan\.")
    )
    expect(offered).to_contain_text(f"{title}: Sudah panjang")
    expect(again.locator("#title")).to_have_value("")
    offered.get_by_role("button", name="Pakai").click()
    expect(offered).to_have_count(0)
    expect(again.locator("#title")).to_have_value(title)
    expect(again.locator("trix-editor")).to_have_text("Sudah panjang sekali.")
    expect(again.locator("#labels")).to_have_value("desa")
    again.keyboard.press("End")
    publish(again, title)
    assert kept(site, title) == "<p>Sudah panjang sekali.</p>"
    nothing_is_kept(again)
    again.goto(site.url + NEW)
    ready(again)
    expect(offered).to_have_count(0)


def test_drafts_of_two_tabs_stand_side_by_side_and_are_thrown_away_one_by_one(begin, site):
    page, other, third = tabs(begin(), site, 3)
    for tab, words in ((page, "tab pertama"), (other, "tab kedua")):
        tab.bring_to_front()
        tab.click("trix-editor")
        tab.keyboard.type(words)
        remembered(tab, words)
    page.close()
    other.close()
    third.reload()
    ready(third)
    expect(third.locator(".draft__start")).to_have_text(["tab kedua", "tab pertama"])
    third.locator(".draft").first.get_by_role("button", name="Buang").click()
    expect(third.locator(".draft__start")).to_have_text(["tab pertama"])
    third.locator(".draft").get_by_role("button", name="Pakai").click()
    expect(third.locator("trix-editor")).to_have_text("tab pertama")


def test_another_officer_is_not_shown_it(begin, site):
    page = begin()
    page.click("trix-editor")
    page.keyboard.type("rahasia saya")
    remembered(page, "rahasia")
    page.get_by_role("button", name="Keluar", exact=True).click()
    for name, count in (("Pak Sekcam", 0), ("Bu Camat", 1)):
        page.goto(site.url + NEW)
        page.fill("#username", name)
        page.fill("#password", PASSWORD)
        page.click("#login-form button[type=submit]")
        ready(page)
        expect(page.locator(".draft")).to_have_count(count)
        page.get_by_role("button", name="Keluar", exact=True).click()


def test_a_draft_of_an_old_edition_is_held_against_the_new_one(begin, site):
    path = article(site, "Disela", "<p>awal</p>")
    page = begin(path)
    page.click("trix-editor")
    page.keyboard.type(", dari saya")
    remembered(page, "dari saya")
    change(site, path, "<p>dari orang lain</p>")
    page.reload()
    ready(page)
    page.locator(".draft").get_by_role("button", name="Pakai").click()
    press(page, "Simpan perubahan")
    expect(page.locator("#conflict")).to_contain_text("dari orang lain")
    assert kept(site, "Disela") == "<p>dari orang lain</p>"
    ready(page)
    expect(page.locator(".draft")).to_have_count(0)
    press(page, "Simpan tulisan saya")
    expect(page.locator("#done")).to_be_visible()
    assert kept(site, "Disela") == "<p>awal, dari saya</p>"
    nothing_is_kept(page)


def test_a_dead_line_costs_nothing_and_what_is_sent_twice_stands_once(begin, site):
    page = begin()
    page.fill("#title", "Sinyal mati")
    page.click("trix-editor")
    page.keyboard.type("Isi yang penting.")
    page.route(
        f"**{NEW}",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    press(page, "Terbitkan")
    page.wait_for_url("chrome-error://**")
    page.unroute(f"**{NEW}")
    page.goto(site.url + NEW)
    ready(page)
    page.locator(".draft").get_by_role("button", name="Pakai").click()
    lost = []
    # only the answer is lost
    page.route(f"**{NEW}", lambda route: lost.append(route.fetch(max_redirects=0)) or route.abort())
    press(page, "Terbitkan")
    page.wait_for_url("chrome-error://**")
    page.unroute(f"**{NEW}")
    assert [answer.status for answer in lost] == [303]
    page.goto(site.url + NEW)
    ready(page)
    page.locator(".draft").get_by_role("button", name="Pakai").click()
    press(page, "Terbitkan")
    expect(page.locator("#done")).to_be_visible()
    assert kept(site, "Sinyal mati") == "<p>Isi yang penting.</p>"


def test_a_double_click_sends_once_and_says_so(begin, site):
    page, sent = begin(), []
    page.fill("#title", "Dua kali ditekan")
    page.on(
        "request", lambda request: sent.append(request.url) if request.method == "POST" else None
    )
    page.locator(".article-buttons").get_by_text("Simpan konsep").dblclick()
    expect(page.locator("#done")).to_be_visible()
    assert len(sent) == 1


def test_what_was_refused_is_still_there_and_is_not_offered_a_second_time(begin, site):
    page = begin()
    page.click("trix-editor")
    page.keyboard.type("Belum berjudul")
    press(page, "Terbitkan")
    expect(page.locator("#form-errors")).to_be_visible()
    ready(page)
    expect(page.locator("trix-editor")).to_have_text("Belum berjudul")
    expect(page.locator(".draft")).to_have_count(0)
    publish(page, "Sekarang berjudul")
    nothing_is_kept(page)


def test_a_page_that_was_open_too_long_is_sent_by_pressing_again(begin, site):
    page = begin()
    page.fill("#title", "Terlalu lama")
    page.click("trix-editor")
    page.keyboard.type("Masih ada.")
    page.evaluate(
        "() => { document.querySelector('#article-form [name=csrf_token]').value = 'x'; }"
    )
    press(page, "Terbitkan")
    expect(page.locator("#form-errors")).to_contain_text("tekan sekali lagi")
    ready(page)
    expect(page.locator("trix-editor")).to_have_text("Masih ada.")
    expect(page.locator(".draft")).to_have_count(0)
    press(page, "Terbitkan")
    expect(page.locator("#done")).to_be_visible()
    nothing_is_kept(page)


def test_by_touch(begin, site):
    page = begin(viewport=PHONE, has_touch=True, is_mobile=True)
    expect(tool(page, "Kamera")).to_be_visible()
    page.tap("trix-editor")
    tool(page, "Tebal").tap()
    page.keyboard.type("tebal")
    tool(page, "Tebal").tap()
    page.keyboard.type(" biasa")
    with page.expect_file_chooser() as chooser:
        tool(page, "Kamera").tap()
    assert chooser.value.element.get_attribute("capture") == "environment"
    chooser.value.set_files(
        [{"name": "kamera.jpg", "mimeType": "image/jpeg", "buffer": photograph(320, 240, 21)}]
    )
    arrived(page, 1)
    page.fill("#title", "Dengan jari")
    press(page, "Terbitkan")
    page.get_by_role("button", name="Terbitkan begini").tap()
    expect(page.locator("#done")).to_be_visible()
    assert kept(site, "Dengan jari").startswith("<p><strong>tebal</strong> biasa</p>\n<figure>")


def test_a_browser_that_keeps_nothing_warns_before_it_is_left(begin, site):
    page, asked = begin(), []
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('', "
        "'QuotaExceededError'); }; }"
    )
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.click("trix-editor")
    page.keyboard.type("tidak tersimpan di mana pun")
    page.goto(site.url + "/admin/")
    assert asked == ["beforeunload"]


def test_leaving_what_is_kept_asks_nothing(begin, site):
    page, asked = begin(), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.click("trix-editor")
    page.keyboard.type("ada di peramban")
    page.goto(site.url + "/admin/")
    page.goto(site.url + NEW)
    ready(page)
    expect(page.locator(".draft__start")).to_have_text("ada di peramban")
    assert asked == []


@ON_A_PHONE
def test_several_pictures_each_with_its_progress_and_its_words(begin, site, open_page, viewport):
    page, title = begin(viewport=viewport), f"Bergambar {viewport['width']}"
    page.click("trix-editor")
    page.keyboard.type("Sebelum.")
    page.keyboard.press("Enter")
    names = [f"{viewport['width']}-{number}.jpg" for number in range(3)]
    choose(page, *names)
    arrived(page, 3)
    expect(page.locator("#editor-pictures summary")).to_have_text(
        "Gambar: 3, tanpa teks pengganti: 3"
    )
    page.get_by_label("Teks pengganti").first.fill("Warga berkumpul")
    page.get_by_label("Teks pengganti").first.press("Enter")
    page.get_by_label("Teks pengganti").first.blur()
    expect(page.locator("#editor-pictures summary")).to_have_text(
        "Gambar: 3, tanpa teks pengganti: 2"
    )
    page.locator("trix-editor figure").first.click()
    page.locator("trix-editor figcaption textarea").first.fill("Di balai desa")
    page.fill("#title", title)
    insist(page, 2)
    body = kept(site, title)
    assert (
        len(
            re.findall(
                r'<figure><img src="/pictures/[0-9a-f]{32}/\d+\.jpg" alt="[^"]*" '
                r'width="640" height="480">',
                body,
            )
        )
        == 3
    )
    assert body.count("<figcaption>Di balai desa</figcaption>") == 1
    assert 'alt="Warga berkumpul"' in body
    assert "blob:" not in body
    assert body.startswith("<p>Sebelum.</p>\n<figure>")
    shown = open_page(site.url + page.locator("#done a").get_attribute("href"))
    expect(shown.locator(".article__body figure picture")).to_have_count(3)


def test_a_picture_that_fails_is_sent_again_by_one_tap(begin, site):
    page, tries = begin(), []

    def once(route):
        tries.append(route)
        route.abort() if len(tries) == 1 else route.continue_()

    page.route("**/admin/pictures", once)
    choose(page, "gagal.jpg")
    row = page.locator(".editor-picture")
    expect(row).to_contain_text("gagal.jpg: Tidak tersambung.")
    page.fill("#title", "Sempat gagal")
    press(page, "Simpan konsep")
    expect(page.locator("#sending-said")).to_contain_text("1 gambar belum sampai")
    expect(page.locator("#sending-said")).to_be_in_viewport()
    row.get_by_role("button", name="Coba lagi").click()
    arrived(page, 1)
    press(page, "Simpan konsep")
    expect(page.locator("#done")).to_be_visible()
    assert kept(site, "Sempat gagal").count("<img") == 1


def test_a_picture_that_stays_behind_is_left_out_when_one_insists(begin, site):
    page = begin()
    page.click("trix-editor")
    page.keyboard.type("Tanpa gambarnya.")
    choose(page, ("foto.heic", HEIC))
    expect(page.locator(".editor-picture[data-failed]")).to_contain_text("HEIC")
    page.fill("#title", "Tertinggal")
    press(page, "Terbitkan")
    expect(page.locator("#sending-said")).to_contain_text("tidak akan ikut")
    press(page, "Terbitkan")
    expect(page.locator("#done")).to_be_visible()
    assert kept(site, "Tertinggal") == "<p>Tanpa gambarnya.</p>"


def test_saving_waits_for_pictures_on_their_way(begin, site):
    page, held = begin(), []
    page.route("**/admin/pictures", lambda route: held.append(route))
    choose(page, "lambat.jpg")
    expect(page.locator(".editor-picture progress")).to_be_visible()
    page.fill("#title", "Sabar")
    press(page, "Terbitkan")
    expect(page.locator("#sending-said")).to_contain_text("Menunggu gambar")
    page.wait_for_timeout(200)
    held.pop().continue_()
    expect(page.locator("#undescribed")).to_be_focused()
    page.locator("#undescribed").get_by_role("button").click()
    expect(page.locator("#done")).to_be_visible()
    assert kept(site, "Sabar").count("<img") == 1


def test_a_picture_is_pasted_dragged_or_taken_with_the_camera(begin, site):
    page = begin()
    paste(page, file=base64.b64encode(photograph(320, 240, 7)).decode())
    arrived(page, 1)
    choose(page, "kamera.jpg", sort="camera")
    arrived(page, 2)
    drop = """(file) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(atob(file), (one) => one.charCodeAt(0))], "seret.jpg", { type: "image/jpeg" }));
        data.items.add(new File(["x"], "catatan.pdf", { type: "application/pdf" }));
        const editor = document.querySelector("trix-editor");
        const { x, y } = editor.getBoundingClientRect();
        const about = { dataTransfer: data, bubbles: true, cancelable: true, clientX: x + 20, clientY: y + 20 };
        for (const name of ["dragenter", "dragover", "drop"]) editor.dispatchEvent(new DragEvent(name, about));
    }"""
    page.evaluate(drop, base64.b64encode(photograph(330, 240, 9)).decode())
    arrived(page, 3)
    expect(page.locator("#editor-said")).to_contain_text("“catatan.pdf” bukan gambar.")
    page.fill("#title", "Tiga jalan")
    insist(page, 3)
    assert kept(site, "Tiga jalan").count("<figure>") == 3


@ON_A_PHONE
def test_without_scripts_the_plain_field_does_it(enter, site, viewport):
    page, title = (
        enter(NEW, viewport=viewport, java_script_enabled=False),
        f"Polos {viewport['width']}",
    )
    page.fill("#title", title)
    page.fill("#body", "Satu <b>tebal</b>\nbaris\n\n<table><tr><td>sel</td></tr></table>\n\nDua")
    press(page, "Terbitkan")
    expect(page.locator("#done")).to_be_visible()
    assert kept(site, title) == (
        "<p>Satu <b>tebal</b><br>\nbaris</p>\n<table><tr><td>sel</td></tr></table>\n<p>Dua</p>"
    )


def test_a_table_is_changed_where_the_text_is_html(begin, site):
    page = begin(article(site, "Tabel diubah", "<p>a</p>\n<table><tr><td>lama</td></tr></table>"))
    page.get_by_role("link", name="Buka sebagai HTML").click()
    expect(page.locator("trix-editor")).to_have_count(0)
    page.fill("#body", page.input_value("#body").replace("lama", "baru"))
    press(page, "Simpan perubahan")
    expect(page.locator("#done")).to_be_visible()
    assert kept(site, "Tabel diubah") == "<p>a</p>\n<table><tr><td>baru</td></tr></table>"


def test_before_its_pictures_are_there_it_is_shown_without_them(begin, site):
    page, held = begin(), []
    page.route("**/admin/pictures", lambda route: held.append(route))
    page.click("trix-editor")
    page.keyboard.type("Sudah ada.")
    choose(page, "nanti.jpg")
    expect(page.locator(".editor-picture progress")).to_be_visible()
    with page.context.expect_page() as opened:
        press(page, "Pratinjau")
    expect(opened.value.frame_locator("iframe").locator(".article__body")).to_have_text(
        "Sudah ada."
    )
    held.pop().continue_()
    arrived(page, 1)


def test_where_the_editor_does_not_come_the_plain_field_stays_and_keeps_its_draft(enter, site):
    page = enter("/admin/")
    page.route("**/trix-*.js", lambda route: route.abort())
    page.goto(site.url + NEW)
    ready(page)
    page.fill("#body", "ketikan biasa")
    remembered(page, "ketikan biasa")
    page.reload()
    ready(page)
    page.locator(".draft").get_by_role("button", name="Pakai").click()
    expect(page.locator("#body")).to_have_value("ketikan biasa")
    page.fill("#title", "Tanpa Trix")
    press(page, "Terbitkan")
    expect(page.locator("#done")).to_be_visible()
    assert kept(site, "Tanpa Trix") == "<p>ketikan biasa</p>"


def test_what_was_typed_before_the_editor_came_stays(enter, site):
    page = enter("/admin/")
    held = []
    page.route("**/trix-*.js", lambda route: held.append(route))
    page.goto(site.url + NEW, wait_until="commit")
    page.fill("#body", "terlanjur mengetik")
    held.pop().continue_()
    ready(page)
    expect(page.locator("#body")).to_have_value("terlanjur mengetik")
    expect(page.locator("trix-editor")).to_have_count(0)


def test_the_keyboard_reaches_every_tool_and_leaves_again(begin, site):
    page = begin(viewport=DESK)
    page.focus("#title")
    page.keyboard.press("Tab")
    expect(tool(page, "Gambar")).to_be_focused()
    page.keyboard.press("ArrowRight")  # past the camera, which nobody with a mouse needs
    expect(tool(page, "Tebal")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("trix-editor")).to_be_focused()
    page.keyboard.type("tebal")
    expect(page.locator("trix-editor strong")).to_have_text("tebal")
    expect(tool(page, "Tebal")).to_have_attribute("aria-pressed", "true")
    tool(page, "Daftar").click()
    page.keyboard.press("Enter")
    expect(page.locator("trix-editor li")).to_have_count(2)
    page.wait_for_timeout(100)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Buka sebagai HTML")).to_be_focused()


@LOOKS
def test_axe_finds_nothing_and_it_fits(begin, site, axe, viewport, scheme):
    page = begin(
        article(site, f"Axe {viewport['width']} {scheme}", RICH),
        viewport=viewport,
        color_scheme=scheme,
    )
    tool(page, "Tautan").click()
    assert axe(page) == []
    page.keyboard.press("Escape")
    choose(page, "axe.jpg", ("foto.heic", HEIC))
    expect(page.locator(".editor-picture[data-failed]")).to_be_visible()
    arrived(page, 1)
    assert axe(page) == []
    page.locator("trix-editor figure.attachment--preview").last.click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    page.reload()
    ready(page)
    expect(page.locator(".draft")).to_be_visible()
    assert axe(page) == []


def test_the_tools_stay_in_reach_in_a_long_text(begin, site):
    page = begin(
        article(site, "Panjang", "".join(f"<p>Paragraf {number}.</p>" for number in range(80))),
        viewport=PHONE,
    )
    page.click("trix-editor > div:nth-child(60)")
    expect(tool(page, "Gambar")).to_be_in_viewport()


def test_a_copy_of_a_picture_on_its_way_is_none(begin, site):
    page = begin()
    box = json.dumps({"contentType": "image/jpeg", "filename": "x.jpg"})
    paste(page, html=f"<p>a</p><figure data-trix-attachment='{box}'></figure>")
    expect(page.locator("trix-editor")).to_have_text("a")
    expect(page.locator("trix-editor figure")).to_have_count(0)


@PHONE_AND_DESK
def test_what_its_pictures_show_is_asked_before_it_is_published(begin, site, axe, viewport):
    page, title = begin(viewport=viewport), f"Ditanya {viewport['width']}"
    choose(page, f"jembatan {viewport['width']}.jpg", f"garis {viewport['width']}.jpg")
    arrived(page, 2)
    page.fill("#title", title)
    press(page, "Terbitkan")
    question = page.locator("#undescribed")
    expect(question).to_be_focused()
    assert axe(page) == []
    first, second = question.locator("li").all()
    first.get_by_label("Teks pengganti").fill("Warga memperbaiki jembatan")
    second.get_by_label("Hanya hiasan").check()
    expect(page.locator("#editor-pictures input[type=text]").first).to_have_value(
        "Warga memperbaiki jembatan"
    )
    expect(page.locator("#editor-pictures summary")).to_have_text("Gambar: 2")
    question.get_by_role("button", name="Terbitkan begini").click()
    expect(page.locator("#done")).to_be_visible()
    assert 'alt="Warga memperbaiki jembatan"' in kept(site, title)
    assert 'alt="" width="640" height="480" role="presentation"' in kept(site, title)
