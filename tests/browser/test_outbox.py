"""A comment is sent until it arrives: after a failure, when the line is back, from another page, in
order, and each once.
"""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.test_comments import ADVICE, FAILURES
from tests.unreliable_proxy import LOSSES, Kind, unreliable_proxy

SENT = re.compile("sudah terbit")
# every text that a screen reader is given, in order
LISTEN = """
window.heard = [];
document.addEventListener("DOMContentLoaded", () => {
  const status = document.querySelector("#status");
  new MutationObserver(() => {
    const text = status.textContent.trim();
    if (text && text !== heard.at(-1)) heard.push(text);
  }).observe(status, { childList: true, characterData: true, subtree: true });
});
"""


def write(page, text, name="Siti"):
    page.fill("#body", text)
    page.fill("#name", name)
    page.click("#comment-form [type=submit]")


def waiting(page):
    """How many comments wait in the browser."""
    return page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('outbox')).length"
    )


def bodies(page):
    return page.locator(".comment__body").all_text_contents()


@contextmanager
def without_line(page, failure="offline"):
    """No comment arrives meanwhile."""
    if failure == "offline":
        page.context.set_offline(True)
        yield
        page.context.set_offline(False)
        return
    page.context.route(
        "**/*.html",
        lambda route: (
            FAILURES[failure](route) if route.request.method == "POST" else route.continue_()
        ),
    )
    yield
    page.context.unroute("**/*.html")


@pytest.mark.parametrize("failure", FAILURES)
def test_after_a_failure_it_is_sent_again_by_itself_and_each_step_is_said(site, open_page, failure):
    address = site.article(f"Sendiri {failure}")
    page = open_page("about:blank")
    page.add_init_script(LISTEN)
    page.goto(address)
    if failure == "timeout":
        page.evaluate("htmx.config.defaultTimeout = 50")
    with without_line(page, failure):
        write(page, "Saya setuju")
        expect(page.locator("#status")).to_contain_text(ADVICE[failure])
        expect(page.locator("#body")).to_have_value("Saya setuju")
        assert waiting(page) == 1
    expect(page.locator("#status")).to_contain_text(SENT)
    expect(page.locator("#body")).to_have_value("")
    expect(page.locator(".comment")).to_have_count(1)
    assert (waiting(page), site.comments(address)) == (0, 1)
    heard = page.evaluate("heard")
    steps = ["Mengirim", ADVICE[failure], "Mengirim", "Terima kasih"]
    assert [text[: len(step)] for text, step in zip(heard, steps, strict=True)] == steps


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_server_in_trouble_is_asked_again_and_one_that_refuses_is_not(site, open_page, status):
    address = site.article(f"Galat {status}")
    page = open_page(address)
    tries = []

    def fail(route):
        if route.request.method != "POST":
            return route.continue_()
        tries.append(route.request.post_data)
        return route.fulfill(status=status if len(tries) == 1 else 500, body="<h1>galat</h1>")

    page.route("**/*.html", fail)
    write(page, "Saya setuju")
    expect(page.locator("#status")).to_contain_text("dikirim lagi sendiri")
    expect(page.locator("#status")).to_contain_text("Coba lagi sebentar lagi")
    assert len(tries) == 2
    assert waiting(page) == 0
    expect(page.locator("#body")).to_have_value("Saya setuju")


@pytest.mark.parametrize("chance", [0, 0.99])
def test_its_pauses_grow_from_one_second_to_five_minutes(site, open_without_time, chance):
    page = open_without_time(site.article(f"Jeda {chance}"))
    page.evaluate("(chance) => { Math.random = () => chance; }", chance)
    failed = page.locator("#status", has_text="Tidak tersambung")
    with without_line(page, "offline"):
        write(page, "Saya setuju")
        for number in range(10):
            failed.wait_for()
            page.evaluate("document.querySelector('#status').textContent = ''")
            page.clock.run_for(min(2**number * (1 + chance), 300) * 1000 - 100)
            assert page.locator("#status").text_content() == "", "too early"
            page.clock.run_for(101)  # else it never fails again
        failed.wait_for()


def test_when_the_line_is_back_it_is_sent_at_once(site, open_without_time):
    address = site.article("Sinyal kembali")
    page = open_without_time(address)
    with without_line(page):
        write(page, "Saya setuju")
        expect(page.locator("#status")).to_contain_text("Tidak tersambung")
    # no time has passed, and so no pause
    expect(page.locator("#status")).to_contain_text(SENT)
    assert site.comments(address) == 1


@pytest.mark.parametrize("elsewhere", ["/", "/p/tentang.html", "another article"])
def test_after_its_tab_was_closed_another_page_sends_it(site, open_page, elsewhere):
    address = site.article(f"Tab ditutup {elsewhere}".replace("/", "_"))
    page = open_page(address)
    with without_line(page, "502"):
        write(page, "Saya setuju")
        expect(page.locator("#status")).to_contain_text("Belum berhasil")
    other = page.context.new_page()
    page.close()
    if elsewhere == "another article":
        other.goto(site.article("Artikel lain"))
    else:
        other.goto(site.url + elsewhere)
    expect(other.locator("#status")).to_contain_text(SENT)
    assert other.locator(".comment").count() == 0
    assert (waiting(other), site.comments(address)) == (0, 1)
    other.click("#status a")
    expect(other.locator(".comment")).to_be_focused()
    assert other.url.startswith(address)
    expect(other.locator("#body")).to_have_value("")


def test_one_whose_tab_closes_while_it_is_on_its_way_arrives_once(site, open_page):
    address = site.article("Di tengah jalan")
    page = open_page(address)
    taken = []

    def lose(route):
        if route.request.method == "POST":
            taken.append(route.fetch())  # the server has it, and nobody waits for the answer
        else:
            route.continue_()

    page.route("**/*.html", lose)
    write(page, "Saya setuju")
    expect(page.locator("#comment-form [type=submit]")).to_have_text("Mengirim …")
    page.wait_for_timeout(300)
    assert len(taken) == 1
    other = page.context.new_page()
    page.close()
    other.goto(site.url)
    expect(other.locator("#status")).to_contain_text(SENT)
    assert site.comments(address) == 1


def test_several_wait_and_arrive_in_their_order(site, open_page):
    address = site.article("Berurutan", "yang lama")
    page = open_page(address)
    with without_line(page):
        write(page, "satu")
        expect(page.locator("#status")).to_contain_text("Tidak tersambung")
        write(page, "dua")
        expect(page.locator("#status")).to_contain_text("2 komentar menunggu")
        page.click(".comment__reply")
        write(page, "balasan")
        expect(page.locator("#status")).to_contain_text("3 komentar menunggu")
        assert waiting(page) == 3
    expect(page.locator(".comment")).to_have_count(4)
    assert bodies(page) == ["yang lama", "balasan", "satu", "dua"]
    old, reply, first, second = page.locator(".comment").evaluate_all(
        "all => all.map(one => Number(one.id.slice(8)))"
    )
    assert old < first < second < reply
    assert (waiting(page), site.comments(address)) == (0, 4)


def test_with_the_same_text_pressed_again_it_is_one_comment(site, open_page):
    address = site.article("Tidak sabar")
    page = open_page(address)
    with without_line(page):
        for _ in range(3):
            write(page, "Saya setuju")
            expect(page.locator("#status")).to_contain_text("Tidak tersambung")
        assert waiting(page) == 1
    expect(page.locator("#status")).to_contain_text(SENT)
    assert site.comments(address) == 1


def test_a_token_that_grew_old_meanwhile_is_renewed_and_the_nonce_stays(site, open_page):
    address = site.article("Token lama")
    page = open_page(address)
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    with without_line(page):
        write(page, "Saya setuju")
        expect(page.locator("#status")).to_contain_text("Tidak tersambung")
        page.evaluate("""
            const key = Object.keys(localStorage).find((key) => key.startsWith("outbox"));
            const entry = JSON.parse(localStorage[key]);
            localStorage[key] = JSON.stringify({ ...entry, token: "old" });
        """)
    expect(page.locator("#status")).to_contain_text(SENT)
    assert site.comments(address) == 1
    nonces = {re.search("nonce=([0-9a-f]{32})", request.post_data)[1] for request in sent}
    assert (len(nonces), len(sent)) == (1, 3)


def test_one_that_is_refused_elsewhere_is_back_in_its_form_and_says_why(site, open_page):
    address = site.article("Ditutup sementara itu")
    page = open_page(address)
    with without_line(page, "502"):
        write(page, "Saya setuju sekali")
        expect(page.locator("#status")).to_contain_text("Belum berhasil")
        page.fill("#body", "")
    site.close(address)
    page.goto(site.url)
    expect(page.locator("#status")).to_contain_text("sudah ditutup")
    assert waiting(page) == 0
    draft = page.evaluate(
        "JSON.parse(localStorage[Object.keys(localStorage).find((key) => key.startsWith('draft'))]).body"
    )
    assert draft == "Saya setuju sekali"


def test_a_draft_is_kept_for_each_comment_that_is_answered_and_can_be_thrown_away(site, open_page):
    address = site.article("Draf balasan", "satu", "dua")
    page = open_page(address)
    page.fill("#body", "untuk artikel")
    for number in (0, 1):
        page.locator(".comment__reply").nth(number).click()
        expect(page.locator("#body")).to_be_focused()
        expect(page.locator("#body")).to_have_value("")
        page.fill("#body", f"balasan {number}")
    page.reload()
    expect(page.locator("#body")).to_have_value("untuk artikel")
    page.locator(".comment__reply").first.click()
    expect(page.locator("#body")).to_have_value("balasan 0")
    page.click("#form-clear")
    expect(page.locator("#body")).to_have_value("")
    expect(page.locator("#body")).to_be_focused()
    expect(page.locator("#form-clear")).to_be_hidden()
    page.click("#form-answering a")
    expect(page.locator("#body")).to_have_value("untuk artikel")
    page.locator(".comment__reply").nth(1).click()
    expect(page.locator("#body")).to_have_value("balasan 1")
    page.locator(".comment__reply").first.click()
    expect(page.locator("#body")).to_have_value("")


def test_what_is_thrown_away_while_it_waits_is_not_sent(site, open_page):
    address = site.article("Batal")
    page = open_page(address)
    with without_line(page):
        write(page, "Saya setuju")
        expect(page.locator("#status")).to_contain_text("Tidak tersambung")
        page.click("#form-clear")
        expect(page.locator("#status")).to_have_text("")
        assert waiting(page) == 0
    page.reload()
    page.wait_for_timeout(2500)  # longer than the first pause
    assert site.comments(address) == 0


def test_a_draft_is_forgotten_after_thirty_days(site, open_page):
    page = open_page("about:blank")
    page.clock.install()
    page.goto(site.article("Lama sekali"))
    page.fill("#body", "belum selesai")
    for days, value in ((29, "belum selesai"), (31, "")):
        page.clock.fast_forward(days * 24 * 3600 * 1000)
        page.reload()
        expect(page.locator("#body")).to_have_value(value)


def test_another_tab_that_waited_for_it_too_says_so_no_longer(site, open_page):
    address = site.article("Dua tab")
    page = open_page(address)
    with without_line(page, "502"):
        write(page, "Saya setuju")
        expect(page.locator("#status")).to_contain_text("Belum berhasil")
        other = page.context.new_page()
        other.goto(address)
        expect(other.locator("#body")).to_have_value("Saya setuju")
        expect(other.locator("#status")).to_contain_text("Belum berhasil")
    for tab in (page, other):
        expect(tab.locator("#status")).not_to_contain_text("Belum berhasil")
    page.wait_for_timeout(500)
    assert (waiting(page), site.comments(address)) == (0, 1)


@pytest.mark.parametrize("kind", LOSSES, ids=str)
def test_whatever_is_lost_a_comment_that_is_sent_again_by_hand_stands_once(
    site, site_through, open_page, kind
):
    with unreliable_proxy(site.url, seed=1, loss=0) as proxy:
        address = site_through(proxy, site).article(f"Sambungan buruk {kind}")
        page = open_page(address)
        assert page.url.startswith(proxy.url)
        proxy.do_next(kind)
        write(page, "Saya setuju")
        expect(page.locator("#status")).to_contain_text(
            re.compile("Tidak tersambung|Belum berhasil")
        )
        expect(page.locator("#body")).to_have_value("Saya setuju")
        page.click("#comment-form [type=submit]")
        expect(page.locator(".comment")).to_have_count(1)
        assert [exchange.kind for exchange in proxy.done if exchange.method == "POST"] == [
            kind,
            Kind.PASSED,
        ]
        assert site.comments(address) == 1


def test_comments_and_replies_through_a_proxy_that_loses_three_in_ten_stand_once_each(
    site, site_through, open_page
):
    with unreliable_proxy(site.url, seed=13, loss=0.3, delay=(0.01, 0.1)) as proxy:
        address = site_through(proxy, site).article("Tiga dari sepuluh", "yang pertama")
        page = open_page(address)
        texts = [f"komentar {number}" for number in range(16)]
        for number, text in enumerate(texts):
            if number % 4 == 3:
                page.locator(".comment__reply").first.click()
            write(page, text)
            expect(page.locator("#status")).to_contain_text(SENT, timeout=60_000)
            expect(page.locator("#body")).to_have_value("")
        kinds = proxy.kinds()
    assert kinds & {*LOSSES}
    assert (waiting(page), site.comments(address)) == (0, 17)
    assert sorted(bodies(page)) == sorted(["yang pertama", *texts])
