"""What a line of each kind of list finds, and what it does not."""

import pytest

from pnpm.comments.spam import blocklists
from pnpm.comments.spam.blocklists import BadLine, Fault, first_match
from pnpm.comments.spam.sample import Sample


def sample(text="", name="", email="", website="", links=(), hashes=(), address=""):
    return Sample(name, email, website, text, tuple(links), tuple(hashes), address)


def finds(kind, line, **given):
    return (
        first_match({f"hold_{kind}": blocklists.parsed(kind, line)}, "hold", sample(**given))
        is not None
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("judi", "Ayo judi!"),
        ("judi", "JUDI"),
        ("JUDI", "judi"),
        ("judi", "(judi)"),
        ("judi", "“Judi”, katanya"),
        ("judi", "_judi_ dan *judi*"),  # as WhatsApp makes words bold
        ("judi", "judi-judi"),
        ("judi", "ini/judi/itu"),
        ("judi", "Judi\u200b itu"),
        ("judi", "j\u200bu\u00add\u2060i"),  # zero width, soft hyphen, word joiner
        ("judi", "ju\ufe0fd\u034fi"),  # variation selector, grapheme joiner
        ("judi", "ju\u3164di"),  # a letter with nothing to see
        ("judi", "j̶u̶d̶i̶"),
        ("judi", "júdì"),
        ("judi", "ｊｕｄｉ"),
        ("judi", "𝐣𝐮𝐝𝐢 dan ⓙⓤⓓⓘ"),
        ("júdi", "judi"),
        ("judi*", "judinya"),
        ("judi*", "judi"),
        ("judi*", "judi" + "x" * 500),
        ("*judi", "perjudi"),
        ("*judi*", "perjudian"),
        ("j*di", "jadi"),
        ("slot gacor", "Slot, gacor!"),
        ("slot gacor", "slot-gacor"),
        ("slot gacor", "slot  gacor"),
        ("slot* gac*", "slot88 gacornya"),
        ("jum'at", "hari Jum’at"),
        ("jum’at", "hari jum'at"),
        ("c++", "bahasa C++."),
        ("+62*", "telepon +62812345"),
        ("wa.me", "https://wa.me/62"),
        ("100%", "untung 100%!"),
        ("👍", "bagus👍👍"),
        ("赌博*", "赌博网站"),
        ("ß", "SS"),
        ("_judi_", "ini _judi_"),
        ("a b c", "a-b_c"),
    ],
)
def test_a_word_is_found(line, text):
    assert finds("words", line, text=text)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("judi", "perjudian"),
        ("judi", "judinya"),
        ("judi", "Yudi"),
        ("judi", "jud i"),
        ("judi", "judі"),  # a Cyrillic i: look-alikes count in names alone
        ("judi", ""),
        ("judi*", "perjudian"),
        ("*judi", "judinya"),
        ("j*di", "j di"),
        ("slot gacor", "slot yang gacor"),
        ("slot gacor", "gacor slot"),
        ("slot gacor", "slotgacor"),
        ("wa.me", "wa me"),
        ("j.di", "judi"),
        ("(a+)+$", "aaaa"),
    ],
)
def test_a_word_is_not_found(line, text):
    assert not finds("words", line, text=text)


def test_a_word_is_looked_for_in_the_addresses_of_links_too():
    assert finds("words", "gacor", text="klik", links=["https://slot-gacor.example/"])


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("contoh.com", {"text": "lihat contoh.com ya"}),
        ("contoh.com", {"text": "lihat CONTOH.COM."}),
        ("contoh.com", {"text": "contoh.com"}),
        ("contoh.com", {"text": "(contoh.com)"}),
        ("contoh.com", {"text": "https://contoh.com/halaman?a=1"}),
        ("contoh.com", {"text": "http://user@contoh.com:8080/"}),
        ("contoh.com", {"text": "a.b.contoh.com"}),
        ("contoh.com", {"text": "www.contoh.com"}),
        ("contoh.com", {"text": "di contoh.com.Terima kasih"}),
        ("contoh.com", {"text": "di contoh.com.terima kasih"}),
        ("contoh.com", {"text": "contoh。com"}),
        ("contoh.com", {"text": "ｃｏｎｔｏｈ．ｃｏｍ"}),
        ("contoh.com", {"text": "con\u200btoh.com"}),
        ("contoh.com", {"text": "a." * 60 + "contoh.com"}),
        ("contoh.com", {"text": "klik di sini", "links": ["https://contoh.com/"]}),
        ("contoh.com", {"links": ["https://c%6Fntoh.com/"]}),
        ("contoh.com", {"website": "http://contoh.com"}),
        ("contoh.com", {"email": "siti@contoh.com"}),
        ("https://www.contoh.com/", {"text": "contoh.com"}),
        ("*.contoh.com", {"text": "contoh.com"}),
        (".contoh.com", {"text": "a.contoh.com"}),
        ("*.xyz", {"text": "judi.xyz"}),
        (".xyz", {"website": "https://a.b.xyz/"}),
        ("slot*.com", {"text": "slot-88.com"}),
        ("slot*.*", {"text": "www.slot88.net"}),
        ("пример.рф", {"text": "http://пример.рф/"}),
        ("пример.рф", {"links": ["http://xn--e1afmkfd.xn--p1ai/"]}),
        ("xn--e1afmkfd.xn--p1ai", {"text": "ПРИМЕР.РФ"}),
        ("contoh.co.id", {"text": "toko.contoh.co.id"}),
        ("under_score.com", {"text": "under_score.com"}),
    ],
)
def test_a_domain_is_found(line, given):
    assert finds("domains", line, **given)


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("contoh.com", {"text": "bukancontoh.com"}),
        ("contoh.com", {"text": "bukan-contoh.com"}),
        ("contoh.com", {"text": "contoh.com.evil.org"}),
        ("contoh.com", {"links": ["https://contoh.com.evil/"]}),
        ("contoh.com", {"text": "contoh.com.my"}),
        ("contoh.com", {"text": "contoh. com"}),
        ("contoh.com", {"text": "contohXcom"}),
        ("*.xyz", {"text": "xyz"}),
        ("slot*.com", {"text": "a.toko.com"}),
        ("co.id", {"text": "co.idaman"}),
    ],
)
def test_a_domain_is_not_found(line, given):
    assert not finds("domains", line, **given)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Bandar Slot", "bandar slot"),
        ("Bandar Slot", "B a n d a r S l o t"),
        ("Bandar Slot", "Bаndаr Slоt"),  # Cyrillic а and о
        ("Bandar*", "Bandar Togel"),
        ("*slot*", "Mbak SL0T 88"),
        ("😀", "😀"),
        ("/^(a|b)nonim$/", "Anonim"),
        ("/^$/", ""),
    ],
)
def test_a_name_is_found(line, name):
    assert finds("names", line, name=name)


@pytest.mark.parametrize(
    ("line", "name"),
    [("Bandar", "Bandar Slot"), ("Siti*", "Asiti"), ("😀", ""), ("---", ""), ("---", "...")],
)
def test_a_name_is_not_found(line, name):
    assert not finds("names", line, name=name)


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("siti@contoh.id", {"email": "Siti@Contoh.ID"}),
        ("*@contoh.id", {"email": "siapa@contoh.id"}),
        ("@contoh.id", {"email": "siapa@contoh.id"}),
        ("siti*@*.id", {"email": "siti88@mail.contoh.id"}),
        ("203.0.113.7", {"address": "203.0.113.7"}),
        ("203.0.113.0/24", {"address": "203.0.113.200"}),
        ("203.0.113.99/24", {"address": "203.0.113.200"}),
        ("203.0.113.7", {"address": "::ffff:203.0.113.7"}),
        ("2001:db8::/32", {"address": "2001:db8:1::5"}),
        ("2001:db8::1", {"address": "2001:db8::abcd"}),  # the same subscriber
        ("deadbeef", {"hashes": ["deadbeef" + "0" * 56]}),
        ("DEADBEEF01", {"hashes": ["x", "deadbeef01" + "0" * 54]}),
        (r"/^203\.0\.113\./", {"address": "203.0.113.7"}),
        (r"/\.ru$/", {"email": "x@contoh.ru"}),
    ],
)
def test_an_address_is_found(line, given):
    assert finds("addresses", line, **given)


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("siti@contoh.id", {"email": "asiti@contoh.id"}),
        ("*@contoh.id", {"email": "siti@contoh.id.evil.com"}),
        ("203.0.113.7", {"address": "203.0.113.70"}),
        ("203.0.113.0/24", {"address": "2001:db8::1"}),
        ("203.0.113.0/24", {"address": ""}),
        ("203.0.113.0/24", {"address": "unix:"}),
        ("2001:db8::1", {"address": "2001:db8:0:1::1"}),
        ("deadbeef", {"hashes": ["0deadbeef" + "0" * 55]}),
    ],
)
def test_an_address_is_not_found(line, given):
    assert not finds("addresses", line, **given)


@pytest.mark.parametrize(
    ("kind", "line", "fault"),
    [
        ("words", "*", Fault.WIDE),
        ("words", "* *", Fault.WIDE),
        ("words", "\u200b", Fault.WIDE),
        ("words", "a*b*c*d", Fault.STARS),
        ("words", "x" * 201, Fault.LONG),
        ("words", "/./", Fault.WIDE),
        ("words", "/.*/", Fault.WIDE),
        ("words", "/(judi)?/", Fault.WIDE),
        ("words", "/(/", Fault.BROKEN),
        ("words", r"/\p{Bukan}/", Fault.BROKEN),
        ("words", "/a{1,99999999999999999999}/", Fault.BROKEN),
        ("words", "/(?V1)a/", Fault.BROKEN),
        ("words", r"/\L<x>/", Fault.BROKEN),
        ("words", "/(?R)/", Fault.SLOW),
        ("domains", "contoh", Fault.DOMAIN),
        ("domains", "contoh.com/halaman", Fault.DOMAIN),
        ("domains", "dua kata.com", Fault.DOMAIN),
        ("domains", "*", Fault.DOMAIN),
        ("domains", "*.*", Fault.WIDE),
        ("domains", "*.", Fault.DOMAIN),
        ("names", "*", Fault.WIDE),
        ("names", "*.*", Fault.WIDE),
        ("addresses", "siti", Fault.ADDRESS),
        ("addresses", "203.0.113.300", Fault.ADDRESS),
        ("addresses", "203.0.113.0/33", Fault.ADDRESS),
        ("addresses", "deadbee", Fault.ADDRESS),
        ("addresses", "0.0.0.0/0", Fault.WIDE),
        ("addresses", "::/0", Fault.WIDE),
        ("addresses", "*@*", Fault.WIDE),
        ("addresses", "@", Fault.WIDE),
    ],
)
def test_a_line_that_will_not_do_is_named(kind, line, fault):
    good = "aman@contoh.example" if kind == "addresses" else "aman.example"
    with pytest.raises(BadLine) as bad:
        blocklists.checked(kind, f"{good}\n\n{line}")
    assert (bad.value.number, bad.value.fault) == (3, fault)
    assert bad.value.line == line[:60]
