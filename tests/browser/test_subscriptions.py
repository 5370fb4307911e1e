"""A reader asks to be told, confirms by the link in the mail, is told of an answer, and stops: in
Chromium, with a real mail server.
"""

import re
import time
import urllib.parse
import urllib.request

import pytest

from tests.browser.conftest import PHONE, free_port
from tests.conftest import on_sqlite

TIMEOUT = 30  # seconds until a mail is there


@pytest.fixture
def mailed_site(serve, mail_server):
    """A site that sends its mail to that server."""
    port = free_port()
    with serve(
        port=port,
        MAIL_URL=mail_server.url,
        SITE_URL=f"http://127.0.0.1:{port}",
        COMMENT_MIN_SECONDS="0",
    ) as site:
        yield site


def mail_number(server, number):
    """The mail of that number, once it has come."""
    until = time.monotonic() + TIMEOUT
    while len(server.messages) < number:
        assert time.monotonic() < until, [message["Subject"] for message in server.messages]
        time.sleep(0.05)
    return server.messages[number - 1]


def links(message):
    return re.findall(r"http://\S+", message.get_body(("plain",)).get_content())


def comment(page, body, email="", follow=""):
    page.fill("#body", body)
    if email:
        page.click(".form__more summary")
        page.fill("#email", email)
        page.select_option("#follow", follow)
    page.click("#comment-form button[type=submit]")
    page.wait_for_selector(f".comment >> text={body}")


@on_sqlite
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_asked_confirmed_told_and_stopped(mailed_site, mail_server, open_page, axe, script):
    address = mailed_site.article("Rapat desa")
    reader = open_page(address, java_script_enabled=script)
    comment(reader, "Saya tunggu kabarnya.", "siti@contoh.id", "replies")
    if script:
        assert "Surel konfirmasi" in reader.inner_text("#status")
    confirmation = mail_number(mail_server, 1)
    (choice,) = [
        link for link in links(confirmation) if re.search(r"/subscriptions/[^/]+/\d+$", link)
    ]
    reader.goto(choice)
    assert reader.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    if script:
        assert axe(reader) == []
    reader.click("button[value=replies]")
    reader.wait_for_selector("button[value=replies][aria-pressed=true]")

    neighbour = open_page(f"{address}", java_script_enabled=script)
    neighbour.click(".comment__reply")
    neighbour.fill("#body", "Kabarnya baik.")
    neighbour.click("#comment-form button[type=submit]")
    neighbour.wait_for_selector(".comment >> text=Kabarnya baik.")
    news = mail_number(mail_server, 2)
    assert news["To"] == "siti@contoh.id" and "Kabarnya baik." in mail_server.texts()[1]

    if script:  # the button in the page of the mail's link
        reader.goto(next(link for link in links(news) if link.endswith("/unsubscribe")))
        reader.click("main form button")
        reader.wait_for_selector("text=Sudah dihentikan")
    else:  # a mail program's own button, which sends neither cookie nor token
        one_click = news["List-Unsubscribe"].strip("<>")
        name, _equals, value = news["List-Unsubscribe-Post"].partition("=")
        data = urllib.parse.urlencode({name: value}).encode()
        with urllib.request.urlopen(one_click, data, timeout=10) as answer:
            assert (answer.status, answer.read()) == (200, b"")
    reader.goto(choice)
    assert "sudah tidak berlaku" in reader.inner_text("h1")
    neighbour.goto(address)
    neighbour.click(".comment__reply")
    neighbour.fill("#body", "Masih ada lagi.")
    neighbour.click("#comment-form button[type=submit]")
    neighbour.wait_for_selector(".comment >> text=Masih ada lagi.")
    assert len(mail_server.messages) == 2


@on_sqlite
def test_a_draft_keeps_the_choice(mailed_site, open_page):
    page = open_page(mailed_site.article("Ditutup sebelum dikirim"))
    page.fill("#body", "Belum selesai")
    page.click(".form__more summary")
    page.select_option("#follow", "replies")
    page.reload()
    assert page.input_value("#body") == "Belum selesai"
    assert page.input_value("#follow") == "replies"


@on_sqlite
def test_what_is_typed_stays_where_the_address_is_missing(mailed_site, open_page):
    page = open_page(mailed_site.article("Tanpa alamat"))
    page.fill("#body", "Saya tunggu kabarnya.")
    page.click(".form__more summary")
    page.select_option("#follow", "all")
    page.click("#comment-form button[type=submit]")
    page.wait_for_selector("#email-error")
    assert page.input_value("#body") == "Saya tunggu kabarnya."
    assert page.input_value("#follow") == "all"
    page.fill("#email", "siti@contoh.id")
    page.click("#comment-form button[type=submit]")
    page.wait_for_selector("#comment-follow")
