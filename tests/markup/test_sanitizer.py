"""What becomes of a reader's text: what is kept, what is marked, what is never let through."""

import html
import re
from unittest.mock import patch

import nh3
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from pnpm.markup import editor as manuscript
from pnpm.markup import sanitizer
from pnpm.markup.emoticons import EMOTICONS, find

LINK = 'rel="nofollow ugc noopener"'


def picture(code, name, picture):
    return (
        f'<img class="emoticon" src="emoticons.svg#{picture}" alt="{code}" title="{name}" '
        'width="20" height="20">'
    )


SMILE = picture(":)", "tersenyum", "tersenyum")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("satu\ndua", "satu<br>dua"),
        ("satu\r\n\r\ndua", "satu<br><br>dua"),
        (
            "<b>tebal</b> <i>miring</i> <em>e</em> <strong>s</strong>",
            "<b>tebal</b> <i>miring</i> <em>e</em> <strong>s</strong>",
        ),
        ("<code>x</code><pre>a\nb</pre>", "<code>x</code><pre>a\nb</pre>"),
        ("<blockquote>q</blockquote>\nlanjut", "<blockquote>q</blockquote>lanjut"),
        ("<ul>\n<li>a\n<li>b\n</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("a<br>b", "a<br>b"),
        ("x < y & z", "x &lt; y &amp; z"),
        ("<b>tidak ditutup", "<b>tidak ditutup</b>"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('<b onclick="x" style="y" class="z" id="comments">a</b>', "<b>a</b>"),
        ("<!-- rahasia -->a", "a"),
        ("&lt;b&gt; &amp;lt;", "&lt;b&gt; &amp;lt;"),
        ("", ""),
    ],
)
def test_the_tags_that_readers_know_are_kept_and_everything_else_is_shown_or_dropped(typed, kept):
    assert sanitizer.comment_html(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ('<a href="https://a.id/x">a</a>', f'<a href="https://a.id/x" {LINK}>a</a>'),
        (
            "lihat https://a.id/x?b=1&c=2.",
            f'lihat <a href="https://a.id/x?b=1&amp;c=2" {LINK}>https://a.id/x?b=1&amp;c=2</a>.',
        ),
        ("(www.a.id)", f'(<a href="http://www.a.id" {LINK}>www.a.id</a>)'),
        ('<a href="mailto:a@b.id">a</a>', f'<a href="mailto:a@b.id" {LINK}>a</a>'),
        ("<code>http://a.id</code>", "<code>http://a.id</code>"),
    ],
)
def test_links_are_found_and_marked(typed, kept):
    assert sanitizer.comment_html(typed) == kept


@pytest.mark.parametrize(
    "address",
    [
        "javascript:123",
        "JaVaScRiPt:alert(1)",
        "java\tscript:x",
        "&#106;avascript:x",
        "data:text/html,x",
        "vbscript:x",
        "//a.id",
        "/x",
        "x",
        "",
        " javascript:1",
    ],
)
def test_an_address_that_is_not_plainly_http_or_mail_gets_no_link(address):
    assert sanitizer.comment_html(f'<a href="{address}">kata</a>') == "kata"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("baik :)", f"baik {SMILE}"),
        ("&#58;)", SMILE),
        ("<b>:)</b>", f"<b>{SMILE}</b>"),
        ('"hai")', '"hai")'),
        ("&quot;hai&quot;)", '"hai")'),
        ("Tom &amp;)", "Tom &amp;)"),
        ("<code>:)</code> <pre>:)</pre>", "<code>:)</code> <pre>:)</pre>"),
        ('<a href="http://a.id">:)</a>', f'<a href="http://a.id" {LINK}>:)</a>'),
        (":<b>)</b>", ":<b>)</b>"),
        (":D<b>ari</b>", ":D<b>ari</b>"),
        (":D<br>ari", picture(":D", "girang", "girang") + "<br>ari"),
        ('<b title=":)">x</b>', "<b>x</b>"),
        (
            "www.a.id:))",
            f'<a href="http://www.a.id" {LINK}>www.a.id</a>' + picture(":))", "tertawa", "tertawa"),
        ),
    ],
)
def test_codes_become_pictures_in_what_the_reader_wrote_as_text(typed, kept):
    assert sanitizer.comment_html(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "<ul><li>" + "".join(f"<b {number:x}>" for number in range(250)) + "<li>x" * 300,
        "<ul><li>" + "".join(f'<b t="<{number:x}">' for number in range(200)) + "<li>x" * 300,
        "<ul><li>" + "<b><i><em><strong><code>" * 3 + "<li>x" * 500,
        "<b>" * 1000,
        "<blockquote>" * 250 + "<ul><li>" * 100,
    ],
)
def test_no_text_grows_into_a_flood(typed):
    assert len(sanitizer.comment_html(typed[:3000])) < 120_000


def test_a_picture_gives_its_code_back_as_typed():
    assert 'alt=":P" title="menjulurkan lidah"' in sanitizer.comment_html(":P")
    assert sanitizer.plain(sanitizer.comment_html("a :P b")) == "a :P b"


def test_a_pictures_name_is_in_the_sites_language():
    assert 'title="SMILE"' in sanitizer.comment_html(":)", {"tersenyum": "SMILE"}.get)


def test_shown_puts_the_sheets_address_into_our_pictures_alone():
    shown = sanitizer.shown(
        sanitizer.comment_html(':) <code><img class="emoticon" src="emoticons.svg</code>'),
        lambda: "/static/e.1.svg",
    )
    assert shown.count("/static/e.1.svg") == 1


ALPHABET = st.sampled_from(
    [emoticon.code for emoticon in EMOTICONS]
    + [
        "<b>",
        "</b>",
        "<i>",
        "<a href='http://a.id'>",
        "<a href=javascript:1>",
        "</a>",
        "<ul>",
        "<li>",
        "</ul>",
        "<pre>",
        "</pre>",
    ]
    + [
        "<code>",
        "</code>",
        "<blockquote>",
        "</blockquote>",
        "<br>",
        "<script>",
        "</script>",
        "<img src=x onerror=1>",
        "<svg>",
        "<!--",
        "-->",
    ]
    + [
        "\n",
        "\n\n",
        " ",
        "a",
        "Z",
        "9",
        "_",
        "é",
        "&",
        "&amp;",
        "&lt;",
        "&quot;",
        "&#58;",
        "&#x202e;",
        ";",
        "(",
        ")",
        "http://a.id",
        "www.b.id/x?y=1&z",
        '"',
        "'",
        "<",
        ">",
    ]
    + [
        "</textarea>",
        "<style>",
        "<math>",
        "<p>",
        "<table>",
        "<td>",
        "\u202e",
        "\x00",
        "😀",
        "ᨔ",
        "<![CDATA[",
        "<?x",
        "&notin;",
        "&#0;",
        "</",
    ]
)
TEXTS = st.lists(ALPHABET | st.text(max_size=4), max_size=25).map("".join)
ALLOWED = {"a": {"href", "rel"}, "img": {"class", "src", "alt", "title", "width", "height"}}


@settings(max_examples=400)
@given(TEXTS)
def test_any_text_gives_allowed_elements_only_and_stays_what_it_is(typed):
    kept = sanitizer.comment_html(typed)
    for element in BeautifulSoup(kept, "html.parser").find_all():
        assert element.name in sanitizer.COMMENT_TAGS | {"img"}
        assert set(element.attrs) <= ALLOWED.get(element.name, set())
        if element.name == "a":
            assert re.match(r"(https?|mailto):", html.unescape(element["href"]), re.IGNORECASE)
        if element.name == "img":
            assert element["src"].startswith("emoticons.svg#")
    assert sanitizer.comment_html(kept) == kept


@settings(max_examples=1000)
@given(TEXTS.map(lambda typed: re.sub("[<&]", "", typed)))
def test_a_text_without_markup_gives_the_same_with_the_parser_and_without(typed):
    unparsed = sanitizer.comment_html(typed)
    with patch.object(sanitizer, "_MARKUP", re.compile("")):
        assert sanitizer.comment_html(typed) == unparsed


@settings(max_examples=300)
@given(TEXTS)
def test_nh3_has_nothing_to_remove(typed):
    kept = sanitizer.comment_html(typed)
    tags, schemes = sanitizer.COMMENT_TAGS | {"img"}, sanitizer.SCHEMES
    cleaned = nh3.clean(
        kept,
        tags=tags,
        attributes=ALLOWED,
        link_rel=None,
        url_schemes=schemes,
        url_relative="pass_through",
    )
    ours, theirs = (BeautifulSoup(each, "html.parser") for each in (kept, cleaned))
    assert ours.text == theirs.text
    for our, their in zip(ours.find_all(), theirs.find_all(), strict=True):
        # Its notion of a host is stricter than ours; a link to a host that cannot be leads nowhere.
        assert (our.name, our.attrs | {"href": ""}) == (their.name, their.attrs | {"href": ""})


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from([emoticon.code for emoticon in EMOTICONS] + list("ab1 ().;:-xXdDpP=~")),
        max_size=15,
    ).map("".join)
)
def test_pictures_stand_where_the_rules_say_and_nowhere_else(typed):
    kept = BeautifulSoup(sanitizer.comment_html(typed), "html.parser")
    stripped = typed.strip()
    assert [image["alt"] for image in kept.find_all("img")] == [
        stripped[place.start : place.end] for place in find(stripped)
    ]


class TestArticles:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("<h1>a</h1><h2>b</h2>", "<h2>a</h2><h2>b</h2>"),
            ("<p>a</p><script>alert(1)</script><style>p{}</style>", "<p>a</p>"),
            ("<iframe src=http://a.id>x</iframe><p>b</p>", "<p>b</p>"),
            ('<figure><img src="/m/a.jpg" alt="b"><figcaption>c</figcaption></figure>',) * 2,
            ('<img src="https://a.id/x.png" alt="sawah">', "sawah"),
            ('<img src="data:image/png;base64,x" alt="sawah">', "sawah"),
            (
                '<a href="/x">a</a> <a href="#b">b</a> <a href="//c.id">c</a>',
                '<a href="/x">a</a> <a href="#b">b</a> c',
            ),
            (
                '<table><tbody><tr><td colspan="2" onclick="x">c</td></tr></tbody></table>',
                '<table><tbody><tr><td colspan="2">c</td></tr></tbody></table>',
            ),
            ("<font color=red>a</font>", "a"),
            (":) <p>tetap teks :)</p>", ":) <p>tetap teks :)</p>"),
        ],
    )
    def test_a_wider_list_is_kept_and_nothing_that_runs_or_frames(self, written, kept):
        assert sanitizer.article_html(written) == kept

    @settings(max_examples=200)
    @given(TEXTS)
    def test_any_text_gives_allowed_elements_only(self, written):
        for element in BeautifulSoup(sanitizer.article_html(written), "html.parser").find_all():
            assert element.name in sanitizer.ARTICLE_TAGS
            assert not any(name.startswith("on") or name == "style" for name in element.attrs)

    def test_blank_lines_part_paragraphs_and_line_ends_are_kept(self):
        assert (
            manuscript.paragraphs("satu\r\ndua\n \n\ntiga <b>")
            == "<p>satu<br>\ndua</p>\n<p>tiga &lt;b&gt;</p>"
        )
