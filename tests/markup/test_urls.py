"""Which addresses a link may lead to, and which mail could reach."""

import pytest

from pnpm.markup.urls import is_mailbox, is_web


@pytest.mark.parametrize(
    "address",
    [
        "siti@contoh.id",
        "siti.aminah+kabar@surat.desa.contoh.id",
        "o'hara_99%x@a-b.co",
        "a..b@docomo.example",  # RFC 5321 forbids it, and Japan has them
        "1@2.3",
        "ñandú@correo.ejemplo.es",
        "用户@例子.中国",
        "संपर्क@डाटामेल.भारत",
        "x" * 64 + "@" + "y" * 63 + ".id",
        "a@" + ".".join(["b" * 61] * 4)[:248] + ".id",
    ],
)
def test_a_mailbox(address):
    assert is_mailbox(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "siti",
        "siti@",
        "@contoh.id",
        "siti@contoh",
        "siti@contoh.",
        "siti@.contoh.id",
        "siti@contoh..id",
        "siti@-contoh.id",
        "siti@contoh-.id",
        "siti@@contoh.id",
        "siti@rumah@contoh.id",
        "siti aminah@contoh.id",
        "siti@con toh.id",
        "siti\n@contoh.id",
        "siti@contoh.id\0",
        "<siti@contoh.id>",
        "siti@contoh.id,budi@contoh.id",
        'siti"@contoh.id',
        "mailto:siti@contoh.id",
        "siti@[127.0.0.1]",
        "siti@contoh.id:25",
        "x" * 65 + "@contoh.id",
        "é" * 33 + "@contoh.id",  # 66 octets
        "x@" + "y" * 64 + ".id",
        "x@" + "y." * 130 + "id",
        "a@" + "." * 65_000 + "@",
        "a@" + "b." * 32_000,
        "\ud800@contoh.id",
    ],
)
def test_no_mailbox(address):
    assert not is_mailbox(address)


@pytest.mark.parametrize(
    "address",
    ["https://contoh.id", "http://contoh.id:8080/a?b=@c#d", "HTTPS://例子.中国/", "http://[::1]/a"],
)
def test_an_address_of_the_web(address):
    assert is_web(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "contoh.id",
        "//contoh.id",
        "https://",
        "https:///a",
        "https://bank.example@contoh.id/",
        "https://siti:rahasia@contoh.id/",
        "https://contoh.id:x/",
        "https://[contoh.id/",
        "https://con toh.id/",
        "https://contoh.id/<b>",
        "ftp://contoh.id/",
        "javascript:alert(1)",
    ],
)
def test_no_address_of_the_web(address):
    assert not is_web(address)
