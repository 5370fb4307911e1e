"""The address that a request came from: read as `ipaddress` does, whatever a proxy writes or a
client makes up.
"""

import re

import pytest

from pnpm.accounts.models import Role
from pnpm.accounts.throttling import FREE, Attempt
from pnpm.client_address import parse, resolved
from pnpm.comments.models import Comment
from pnpm.db import db
from tests.admin.conftest import account
from tests.admin.test_login import WRONG, attempt
from tests.conftest import TOP

PROXY = "10.0.0.9"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7\t", "203.0.113.7"),
        ("203.0.113.7:51234", "203.0.113.7"),
        ('"203.0.113.7:51234"', "203.0.113.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ('"[2001:db8::1]:443"', "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:80", "203.0.113.7"),
    ],
)
def test_an_address_is_read_however_it_is_written(written, read):
    assert str(parse(written)) == read


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "unknown",
            "_hidden",
            "203.0.113",
            "203.0.113.7:x",
            "203.0.113.7:",
            "203.0.113.7 evil",
            "203.0.113.7:123456",
        ),
        *(
            "[2001:db8::1",
            "[203.0.113.7",
            "2001:db8::1]:80",
            "[]",
            "[]:80",
            "203.0.113.٧",
            "\x00",
            "é",
            '"',
        ),
        *("1" * 60_000, "[" * 60_000),
    ],
)
def test_what_is_none_is_none(written):
    assert parse(written) is None


def asked_from(forwarded, proxies, peer=PROXY):
    """The address that the site sees."""
    environ = {"REMOTE_ADDR": peer} | (
        {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    )
    return resolved(lambda environ, _start: environ["REMOTE_ADDR"], proxies)(environ, None)


@pytest.mark.parametrize(
    ("forwarded", "proxies", "seen"),
    [
        ("203.0.113.7", 0, PROXY),
        (None, 1, PROXY),
        ("203.0.113.7:1", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7:1", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7:1, 10.0.0.2:9", 2, "203.0.113.7"),
        ("203.0.113.7", 2, PROXY),
        ("unknown", 1, PROXY),
        ("6.6.6.6, unknown", 1, PROXY),
        ("6.6.6.6,", 1, PROXY),
        # a quote that a client sends shifts nothing
        ('6.6.6.6, ", 203.0.113.7, 10.0.0.2', 2, "203.0.113.7"),
        ('"6.6.6.6, 203.0.113.7', 1, "203.0.113.7"),
    ],
)
def test_it_is_what_the_last_trusted_proxy_wrote_else_the_proxys_own(forwarded, proxies, seen):
    assert asked_from(forwarded, proxies) == seen


@pytest.mark.parametrize(
    ("peer", "seen"),
    [("127.0.0.1", "127.0.0.1"), ("::ffff:8.8.8.8", "8.8.8.8"), ("", ""), ("unix:", "")],
)
def test_the_peer_is_read_alike(peer, seen):
    assert asked_from(None, 0, peer) == seen


@pytest.mark.parametrize(
    "settings", [{"COMMENT_LIMIT": "5/10min", "TRUSTED_PROXIES": "1", "MODERATION": "off"}]
)
@pytest.mark.parametrize(
    "spelling",
    [
        "203.0.113.7:{}",
        '"203.0.113.7:{}"',
        "[2001:db8::{}]:{}",
        "2001:db8::{}",
        "unknown{}",
        "::ffff:203.0.113.7",
    ],
)
def test_comments_through_any_port_are_one_addresss(client, url, spelling):
    form = client.form(url)
    for number in range(8):
        headers = {
            "X-Forwarded-For": f"6.6.6.{number}, {spelling.format(*[1000 + number] * spelling.count('{}'))}"
        }
        client.post(url, data={**form, "body": f"komentar {number}"}, headers=headers)
    found = [comment.is_visible for comment in db.session.query(Comment).order_by(Comment.id)]
    assert found == [True] * 5 + [False] * 3
    assert len({comment.address_hash for comment in db.session.query(Comment)}) == 1


@pytest.mark.parametrize("settings", [{"TRUSTED_PROXIES": "1"}])
def test_guesses_through_any_port_are_one_addresss(app):
    account("Bu Camat", Role.ADMIN)
    statuses = []
    for port in range(1000, 1000 + FREE["address"] + 3):
        headers = {"X-Forwarded-For": f"203.0.113.7:{port}"}
        statuses.append(
            attempt(app.test_client(), f"nama {port}", WRONG, headers=headers).status_code
        )
    assert statuses == [422] * FREE["address"] + [429] * 3
    subjects = [one.subject for one in db.session.query(Attempt)]
    assert FREE["address"] in {subjects.count(subject) for subject in subjects}


def test_nobody_else_reads_what_proxies_say():
    """But for the check of the installation, which tells whether they are trusted rightly."""
    readers = [
        path
        for path in (TOP / "pnpm").rglob("*.py")
        if re.search("X.Forwarded.For|access_route|REMOTE_ADDR", path.read_text())
    ]
    assert {path.name for path in readers} <= {"client_address.py", "environment.py", "config.py"}
