"""Many at once on a real server with threads: nobody's text or rendering gets into another's, and
nobody waits for ever.
"""

import re
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from pnpm.markup import sanitizer
from tests.browser.conftest import served
from tests.db.test_concurrency import form_of, post

HANDS = 16
EACH = 6  # comments of a hand
MANY = 64  # more than the connections that a process has to its database


@pytest.fixture
def site(instance):
    with served(instance, config="deploy/gunicorn.py", MODERATION="off") as site:
        yield site


def body_of(hand, number):
    """A text that no other is like, of every kind that is rendered in a way of its own."""
    own = f"{hand} dan {number}"
    return (
        f"halo {own}",
        f"<b>tebal {own}</b> <i>miring</i> & <x{hand}> :)) www.desa{hand}.example/{number}",
        (
            f'<ul><li>{own}<li>dua</ul><a href="https://desa{hand}.example/{number}" '
            'onclick="x()">tautan</a>'
        ),
        f"<code>:)) {own}</code>\n\n<blockquote>{own} =((</blockquote>",
        f"{'<b>' * 40}{own}{'<li>' * 40}",
        f":)) {own} http://desa.example/?a={hand}&b={number}",
    )[number % 6]


def test_each_comment_of_many_hands_is_stored_once_with_its_own_text_and_rendering(site, instance):
    address = site.article("Bersama-sama")
    form, at_once = form_of(address), Barrier(HANDS)

    def write(hand):
        at_once.wait()  # the first ones load what only writers need, all at the same moment
        for number in range(EACH):
            answer = post(
                address, {**form, "body": body_of(hand, number), "nonce": f"{hand} {number}"}
            )
            assert answer.status == 201
            assert form_of(address)

    with ThreadPoolExecutor(HANDS) as hands:
        assert list(hands.map(write, range(HANDS))) == [None] * HANDS
    expected = {body_of(hand, number) for hand in range(HANDS) for number in range(EACH)}
    with closing(sqlite3.connect(instance / "site.db")) as database:
        stored = database.execute("SELECT body, html FROM comment").fetchall()
    assert len(stored) == len(expected)
    assert {body for body, _html in stored} == expected
    assert [body for body, html in stored if html != sanitizer.comment_html(body)] == []
    assert site.comments(address) == len(expected)
    assert faults(instance) == []


def test_many_refusals_at_once_wait_for_no_connection_that_another_of_them_holds(site, instance):
    """To a browser without JavaScript: the whole page takes a connection of its own."""
    address = site.article("Ditolak")
    form, at_once = urllib.parse.urlencode({**form_of(address), "body": ""}).encode(), Barrier(MANY)

    def refused(_hand):
        at_once.wait()
        try:
            return urllib.request.urlopen(address, form, timeout=60).status
        except urllib.error.HTTPError as error:
            return error.code

    with ThreadPoolExecutor(MANY) as hands:
        assert set(hands.map(refused, range(MANY))) == {422}
    assert faults(instance) == []


def faults(instance):
    """What the server's log has of errors."""
    return re.findall(
        r"(?m)^.*(?:Traceback|ERROR|Error|CRITICAL).*$", (Path(instance) / "server.log").read_text()
    )
