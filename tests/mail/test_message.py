"""A message as it goes over the wire: whatever names and titles say, its headers are ours."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnpm.mail.message import Unfit, is_address, message

HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
}
HOSTILE = [
    "Halo\r\nBcc: korban@warga.example",
    "Halo\nBcc: korban@warga.example\n\nisi lain",
    "Halo\rX: y",
    "Halo\u2028Bcc: korban@warga.example",
    "=?utf-8?q?=0D=0ABcc:_korban@warga.example?=",
    "a" * 5000,
    "é" * 500,
    '"Bupati" <bupati@desa.example>, ',
    "\x00\x0b\x0c\x85\x1c",
    "\ud800",
    "",
]


def written(name="Desa", subject="Halo", text="isi", html="<p>isi</p>", to="a@b.example", **more):
    made = message(
        "situs@desa.example",
        name,
        to,
        subject,
        text,
        html,
        message_id="<1.x@desa.example>",
        moment=datetime(2026, 11, 1, tzinfo=UTC),
        **more,
    )
    return made.as_bytes()


def check(data):
    """ASCII, short lines, our headers alone, from us to one."""
    parsed = message_from_bytes(data, policy=default)
    assert data.isascii() and max(map(len, data.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert {*parsed.keys()} == HEADERS
    assert [each.addr_spec for each in parsed["From"].addresses] == ["situs@desa.example"]
    assert [each.addr_spec for each in parsed["To"].addresses] == ["a@b.example"]
    return parsed


@pytest.mark.parametrize("words", HOSTILE)
def test_no_name_and_no_subject_adds_a_header(words):
    parsed = check(written(name=words, subject=words))
    assert not {"\r", "\n"} & {*str(parsed["Subject"]), *str(parsed["From"])}


@given(st.text(max_size=200), st.text(max_size=200))
def test_nothing_at_all_does(name, subject):
    check(written(name=name, subject=subject))


def test_texts_of_any_letters_and_lines_arrive_as_they_are():
    text = "Halo é 🙂\n.\nFrom x\n" + "x" * 3000 + "\n"
    parsed = check(written(text=text, html=f"<p>{text}</p>"))
    assert parsed.get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    assert "🙂" in parsed.get_body(("html",)).get_content()


def test_a_header_with_addresses_of_pages_is_not_folded():
    url = f"<https://desa.example/{'x' * 200}>"
    data = written(headers={"List-Unsubscribe": url})
    assert f"\r\nList-Unsubscribe: {url}\r\n".encode() in data


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b.example",
        "a@b.example\r\nRCPT TO:<c@d.example>",
        "a b@c.example",
        "a@b@c.example",
        "a,b@c.example",
        "<a@b.example>",
        "é@b.example",
        "a@é.example",
        "a@-b.example",
        "a@b..example",
        ".a@b.example",
        "a..b@c.example",
        "a@[127.0.0.1]",
        "x" * 65 + "@b.example",
        "a@" + "b" * 64 + ".example",
        "a@" + "b." * 130 + "example",
        '"a"@b.example',
        "a@b.example ",
        "-oQ/tmp@x\x00",
    ],
)
def test_what_is_no_address_is_sent_nothing(address):
    assert not is_address(address)
    with pytest.raises(Unfit):
        written(to=address)


@pytest.mark.parametrize("address", ["a@b", "a.b+c@d-e.example", "o'neill@xn--4ca.example"])
def test_what_is_one(address):
    assert is_address(address)
