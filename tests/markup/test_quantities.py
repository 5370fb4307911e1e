"""Numbers and sizes as people read them: alike wherever a sentence has one, in both languages."""

import re

import pytest
from flask_babel import gettext, lazy_gettext, ngettext

from pnpm.db import begin_writing, db
from pnpm.markup import quantities
from pnpm.site_settings import Setting
from tests.conftest import TOP, publish

MB = 1024 * 1024


@pytest.fixture(params=["id", "en"])
def language(request, app):
    """The site in each language, and its thousands' sign."""
    begin_writing()
    Setting.change(language=request.param)
    db.session.commit()
    return request.param


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (0, "0 kB", "0 kB"),
        (820 * 1024, "820 kB", "820 kB"),
        (MB - 1, "1 MB", "1 MB"),
        (1_572_864, "1,5 MB", "1.5 MB"),
        (50 * MB, "50 MB", "50 MB"),
        (74785 * MB, "73 GB", "73 GB"),
        (1023.9 * MB, "1 GB", "1 GB"),
        (5000 * 1024**4, "5.000 TB", "5,000 TB"),
    ],
)
def test_a_size_is_short(amount, indonesian, english):
    assert [quantities.size(amount, language) for language in ("id", "en")] == [indonesian, english]


def test_a_number_has_its_thousands_parted():
    assert [quantities.grouped(number, "id") for number in (999, 1000, -1234567)] == [
        "999",
        "1.000",
        "-1.234.567",
    ]
    assert quantities.grouped(1000, "en") == "1,000"


def test_every_sentence_has_its_numbers_so(app, client, language):
    with app.test_request_context():
        sign = {"id": ".", "en": ","}[language]
        assert f"3{sign}000" in gettext(
            "Terlalu panjang: paling banyak %(length)s huruf.", length=3000
        )
        assert f"3{sign}000" in str(
            lazy_gettext("Terlalu panjang: paling banyak %(length)s huruf.", length=3000)
        )
        assert f"1{sign}234" in ngettext("%(num)s komentar", "%(num)s komentar", 1234)
        # a name, not a quantity
        assert "4311" in gettext("Gambar %(number)s dikembalikan.", number=4311)
        render = app.jinja_env.from_string
        shown = render(
            '{{ ngettext("%(num)s komentar", "%(num)s komentar", 1234) }} {{ _("%(n)s", '
            "n=5678) }} {{ 9012|grouped }}"
        )
        assert re.findall(r"[0-9.,]+", shown.render()) == [
            f"1{sign}234",
            f"5{sign}678",
            f"9{sign}012",
        ]


def test_a_comment_that_is_too_long_is_told_how_long_it_may_be(client, app):
    url = "/{year}/{month:02}/{slug}.html".format(
        **publish("Latar").address(app.config["PNPM"].timezone)
    )
    words = client.comment(url, body="x" * 4500).text
    assert "paling banyak 3.000 huruf. Pendekkan 1.500 huruf" in words


def test_no_sentence_works_out_a_size_of_its_own():
    sources = [*(TOP / "templates").rglob("*.html"), *(TOP / "pnpm").rglob("*.py")]
    own = re.compile(r"%\(\w+\)s (?:kB|MB|GB)\b|\b1048576\b")
    assert [path.name for path in sources if own.search(path.read_text())] == []
