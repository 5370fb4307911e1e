"""What writers send becomes clean sources, and what the editor does not know comes back from it as
it was.
"""

import json
from collections import Counter
from html import escape
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnpm.markup import editor as manuscript
from pnpm.markup import sanitizer
from pnpm.markup.editor.tree import ATTRIBUTES, BLOCKS, INLINE, SILENCED, parse, spelled
from pnpm.markup.sanitizer import ARTICLE_ATTRIBUTES, ARTICLE_TAGS

KEY = "0123456789abcdef" * 2
ADDRESS = f"/pictures/{KEY}/800.jpg"
FIGURE = (
    f'<figure><img src="{ADDRESS}" alt="Warga" width="800" height="600"><figcaption>Di balai '
    "desa</figcaption></figure>"
)
RICH = """<h2>Judul <b>dua</b></h2>
<p>Ada <a href="https://desa.go.id/x?a=1&amp;b=2">tautan</a>, <i>miring</i>, <s>coret</s>, H<sub>2</sub>O, <code>kode</code>.<br>
Baris kedua.</p>
<h3>Tiga</h3>
<ul>
<li>satu<ul>
<li>satu a</li>
<li>satu b <b>x</b></li>
</ul></li>
<li>dua</li>
</ul>
<ol>
<li>ein</li>
</ol>
<ol start="5"><li>lima</li></ol>
<blockquote>
<p>Kutipan.</p>
<p>Kedua.</p>
</blockquote>
<blockquote>
<p>Kutipan lain.</p>
</blockquote>
<table><caption>T</caption><thead><tr><th scope="col">A</th><th>B</th></tr></thead>
<tbody><tr><td colspan="2">1 &amp; 2</td></tr></tbody></table>
<figure><table><tbody><tr><td>x</td></tr></tbody></table><figcaption>Tabel <b>1</b></figcaption></figure>
<pre>kode
  dua

tiga</pre>
<dl><dt>i</dt><dd>j</dd></dl>
<hr>
<h4>Empat</h4>
<p lang="ar" dir="rtl">بسم</p>
<p>Akhir 🙏 &lt;b&gt; &amp;amp;</p>"""


def rich(sent):
    """The source of what the editor sent."""
    return manuscript.source(sent, "rich")


def plain(sent):
    """The source of what the plain field had."""
    return manuscript.source(sent, "plain")


def box(about=None, **facts):
    """An attachment, as Trix writes it."""
    more = f" data-trix-attributes='{escape(json.dumps(about))}'" if about else ""
    inside = '<img src="blob:http://desa.id/1"><figcaption>IMG_1.jpg 3 MB</figcaption>'
    return (
        f"<figure data-trix-attachment='{escape(json.dumps(facts))}'{more} "
        f'class="attachment">{inside}</figure>'
    )


class TestWhatIsTyped:
    @pytest.mark.parametrize(
        ("sent", "source"),
        [
            ("", ""),
            ("satu", "<p>satu</p>"),
            ("satu\ndua\n \n\ntiga", "<p>satu<br>\ndua</p>\n<p>tiga</p>"),
            ("5 < 6 & 7 > 3", "<p>5 &lt; 6 &amp; 7 &gt; 3</p>"),
            (
                "ada <b>tebal</b> <a href='/x'>tautan</a>",
                '<p>ada <b>tebal</b> <a href="/x">tautan</a></p>',
            ),
            ("<b>dua\n\nparagraf</b>", "<p><b>dua</b></p>\n<p><b>paragraf</b></p>"),
            ("satu<br>\ndua<br><br>tiga", "<p>satu<br>\ndua</p>\n<p>tiga</p>"),
            ("Rp\u00a05.000", "<p>Rp\u00a05.000</p>"),
            (f"satu\n\n{FIGURE}\ndua", f"<p>satu</p>\n{FIGURE}\n<p>dua</p>"),
            (
                "<h2>Judul</h2>\nisi\n\n<pre>a\n\nb</pre>",
                "<h2>Judul</h2>\n<p>isi</p>\n<pre>a\n\nb</pre>",
            ),
            (
                "[12/11 10.15] Bu Ani: siap 🙏\n[12/11 10.16] Pak: ya",
                "<p>[12/11 10.15] Bu Ani: siap 🙏<br>\n[12/11 10.16] Pak: ya</p>",
            ),
        ],
    )
    def test_becomes_paragraphs(self, sent, source):
        assert plain(sent) == source
        assert plain(source) == source

    @pytest.mark.parametrize(
        "source", [RICH, FIGURE, "<p class='x'>a</p>\n\n<!-- b --><pre>c\n\nd</pre>\n", "<p>a<p>b"]
    )
    def test_html_throughout_stays_to_the_letter(self, source):
        assert plain(source) == source

    @given(st.text())
    def test_whatever_it_is_once_is_enough(self, sent):
        once = plain(sent)
        assert plain(once) == once


class TestWhatTheEditorSends:
    @pytest.mark.parametrize(
        ("sent", "source"),
        [
            ("<div>a<br><br>b<br>c</div>", "<p>a</p>\n<p>b<br>\nc</p>"),
            (
                (
                    "<div><!--block-->a</div><div><br></div><div>&nbsp; "
                    "\u200b</div><div>b&nbsp; c </div>"
                ),
                "<p>a</p>\n<p>b c</p>",
            ),
            (
                "<div><strong>a<br><br>b </strong></div>",
                "<p><strong>a</strong></p>\n<p><strong>b</strong></p>",
            ),
            ("<h2>J</h2><div>a</div><h2><br></h2>", "<h2>J</h2>\n<p>a</p>"),
            (
                "<ul><li>a<ul><li>b</li></ul></li><li><br></li></ul><ol></ol>",
                "<ul>\n<li>a<ul>\n<li>b</li>\n</ul></li>\n</ul>",
            ),
            (
                "<blockquote>a<br><br>b</blockquote>",
                "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>",
            ),
            ("<pre>a\n  b</pre><pre><br></pre>", "<pre>a\n  b</pre>"),
            ('<div dir="rtl">بسم</div>', '<p dir="rtl">بسم</p>'),
            (
                '<div>a <a href="/x"><em>b</em> c</a></div>',
                '<p>a <a href="/x"><em>b</em> c</a></p>',
            ),
            ('<div><span style="background-color: highlight">a</span></div>', "<p>a</p>"),
            ("teks", "<p>teks</p>"),
        ],
    )
    def test_becomes_a_clean_source(self, sent, source):
        assert rich(sent) == source

    def test_word_leaves_nothing_behind(self):
        sent = """<p class=MsoNormal style='margin:0'><b><span lang=IN>Judul<o:p></o:p></span></b></p><p><o:p>&nbsp;</o:p></p>
        <!--[if gte mso 9]><xml><w:WordDocument>x</w:WordDocument></xml><![endif]--><style>p.MsoNormal {margin:0}</style>
        <p><![if !supportLists]>·<![endif]>Isi  <font color=red>merah</font><st1:place>Bone</st1:place></p>"""
        assert rich(sent) == "<p><b>Judul</b></p>\n<p>·Isi merahBone</p>"

    def test_a_picture_has_its_words_and_its_place_on_this_site(self):
        sent = box(
            {"caption": "Di balai desa"},
            url=f"https://desa.id/blog{ADDRESS}",
            width=800,
            height=600,
            alt='"Warga" & lain',
        )
        picture = (
            f'<img src="{ADDRESS}" alt="&quot;Warga&quot; &amp; lain" width="800" height="600">'
        )
        assert rich(f"<div>a{sent}b</div>") == (
            f"<p>a</p>\n<figure>{picture}<figcaption>Di balai desa</figcaption></figure>\n<p>b</p>"
        )

    def test_decoration_stays_decoration(self):
        source = f'<figure><img src="{ADDRESS}" alt="" role="presentation"></figure>'
        assert rich(manuscript.for_editor(source)) == source
        assert "role" not in rich("<div>a</div>" + box(url=ADDRESS, role="button"))

    def test_in_a_list_or_under_a_link_it_stays_there(self):
        picture = f'<img src="{ADDRESS}" alt="">'
        assert (
            rich(f"<ul><li>a{box(url=ADDRESS)}</li></ul>")
            == f"<ul>\n<li>a<figure>{picture}</figure></li>\n</ul>"
        )
        assert (
            rich(box(url=ADDRESS, href="https://x.id/"))
            == f'<figure><a href="https://x.id/">{picture}</a></figure>'
        )

    @pytest.mark.parametrize(
        "facts",
        [
            {},
            {"url": "blob:https://desa.id/1"},
            {"url": "https://lain.id/x.jpg"},
            {"url": None},
            {"url": ["x"]},
            {"content": 5},
        ],
    )
    def test_a_box_without_a_picture_of_ours_is_none(self, facts):
        assert rich(f"<div>a{box(**facts)}</div>") == "<p>a</p>"

    @pytest.mark.parametrize(
        "spoken", ["", "[1", "[]", "null", "7", "[" * 3000, '{"url": ' + "9" * 5000 + "}"]
    )
    def test_a_box_that_cannot_be_read_is_none(self, spoken):
        assert (
            rich(
                f"<figure data-trix-attachment='{spoken}' "
                f"data-trix-attributes='{spoken}'></figure>a"
            )
            == "<p>a</p>"
        )

    def test_what_is_in_a_box_is_no_way_past_the_cleaning(self):
        content = (
            "<table onclick=x()><tr><td><script>x()</script>a<img src=http://lain.id/x "
            "onerror=x()></table>"
        )
        assert rich(box(content=content)) == "<table><tr><td>a</td></tr></table>"
        assert "javascript" not in sanitizer.article_html(
            rich(box(content="<p><a href='javascript:x()'>b</a></p>"))
        )

    @given(st.text())
    def test_whatever_it_is_it_is_well_formed(self, sent):
        source = rich(sent)
        assert spelled(parse(source)) == source


class TestTheEditorIsGiven:
    def test_what_it_knows_as_it_writes_it_itself(self):
        sent = "<h1>J</h1>\n<p>a<br>\n<b>b</b></p><ul>\n<li>c</li></ul><blockquote><p>d</p><p>e</p></blockquote><div><p>f</p></div>"
        assert manuscript.for_editor(sent) == (
            "<h2>J</h2><div>a<br><strong>b</strong></div><ul><li>c</li></ul><blockquote>d<br><br>e</blockquote><div>f</div>"
        )

    def test_a_picture_where_it_lies_with_its_words(self):
        found = manuscript.for_editor(FIGURE, "/desa")
        assert json.loads(parse(found)[0].children[0].attributes["data-trix-attachment"]) == {
            "contentType": "image/jpeg",
            "url": f"/desa{ADDRESS}",
            "alt": "Warga",
            "width": 800,
            "height": 600,
        }
        assert rich(found) == FIGURE

    @pytest.mark.parametrize(
        "source",
        [
            "<table><caption>T</caption><tr><td>a</td></tr></table>",
            "<dl><dt>a</dt><dd>b</dd></dl>",
            "<hr>",
            '<ol start="3"><li>a</li></ol>',
            "<ul><li><p>a</p><p>b</p></li></ul>",
            (
                f'<figure><img src="{ADDRESS}" alt=""><figcaption>ada <a '
                'href="/x">tautan</a></figcaption></figure>'
            ),
            '<p>ada <i lang="la">asing</i></p>',
            "<blockquote><ul><li>a</li></ul></blockquote>",
            "<pre><code>a\n\nb</code></pre>",
            f'<table><tr><td><img src="{ADDRESS}" alt="b"></td></tr></table>',
        ],
    )
    def test_anything_else_comes_back_to_the_letter(self, source):
        given_out = manuscript.for_editor(f"<p>sebelum</p>{source}", "/desa")
        assert "data-trix-attachment" in given_out
        assert rich(given_out) == f"<p>sebelum</p>\n{source}"

    def test_pictures_of_others_are_words_since_no_reader_sees_them(self):
        assert (
            rich(manuscript.for_editor('<p>a <img src="http://lain.id/x.jpg" alt="peta"> b</p>'))
            == "<p>a peta b</p>"
        )
        assert "lain.id" not in manuscript.for_editor(
            '<table><tr><td><img src="//lain.id/x.jpg"></td></tr></table>'
        )

    def test_a_rich_article_comes_back_as_its_readers_know_it(self):
        back = rich(manuscript.for_editor(RICH))
        assert sanitizer.article_html(back).replace("strong>", "b>").replace(
            "em>", "i>"
        ) == sanitizer.article_html(RICH)
        assert rich(manuscript.for_editor(back)) == back


TAGS = sorted(
    (BLOCKS | INLINE)
    - {"img", "hr"}
    - {"table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th"}
)
WORDS = st.text("abc &<\u00a0", max_size=6)


def nested(inside):
    """A few nodes in an element."""
    return st.builds(
        lambda tag, nodes: f"<{tag}>{''.join(nodes)}" + f"</{tag}>" * (tag != "br"),
        st.sampled_from(TAGS),
        st.lists(inside, max_size=4),
    )


HTML = st.lists(
    st.recursive(WORDS.map(escape), nested, max_leaves=12)
    | st.just("<table><tr><td>sel</td></tr></table>"),
    max_size=5,
).map("".join)


@pytest.mark.parametrize("between", ["", " "])
def test_a_picture_that_stands_twice_in_a_paragraph_is_there_twice(between):
    picture = f'<img src="{ADDRESS[1:]}" alt="Warga" width="800" height="600">'
    shown = manuscript.for_editor(f"<p>{picture}{between}{picture}</p>")
    assert shown.count("data-trix-attachment") == 2


@given(HTML)
def test_no_letter_of_an_article_is_lost_on_its_way_through_the_editor(source):
    def letters(kept):
        return Counter("".join(sanitizer.plain(kept).split()))

    back = rich(manuscript.for_editor(source))
    assert letters(sanitizer.article_html(back)) == letters(sanitizer.article_html(source))
    assert back.count("<table") == source.count("<table")


def test_the_tree_knows_what_an_article_may_have():
    assert BLOCKS | INLINE == ARTICLE_TAGS
    # and of a picture that is decoration its role, which means something else elsewhere
    assert set().union(*ARTICLE_ATTRIBUTES.values()) == ATTRIBUTES | {"role"}
    assert not SILENCED & ARTICLE_TAGS


@pytest.mark.system
@pytest.mark.parametrize(
    ("piece", "end"),
    [
        *product(["<", "<!--", "<![", "<?", "<p ", "<a href="], ["", ">"]),
        *product(["<p>", "</b>", "<li>", "&", "<br>"], [""]),
    ],
)
# html.parser alone takes minutes for some of these
@pytest.mark.system
def test_no_text_keeps_the_site_busy(piece, end):
    sent = piece * (200_000 // len(piece)) + end
    assert plain(plain(sent)) == plain(sent)
    assert spelled(parse(rich(sent))) == rich(sent)
    assert "a" in rich(manuscript.for_editor(f"a{sent}"))


@pytest.mark.parametrize("tag", ["b", "ul", "div", "blockquote", "table"])
def test_what_is_nested_too_deep_for_a_text_loses_its_depth_and_no_letter(tag):
    for done in (plain, rich, lambda sent: rich(manuscript.for_editor(sent))):
        source = done(f"x<{tag}>" * 5_000 + "akhir")
        assert source.count("x") == 5_000
        assert "akhir" in source


def test_what_follows_an_embedded_film_stays_though_that_has_no_end_tag():
    assert rich('<div>satu</div><embed src="x"><div>dua</div>') == "<p>satu</p>\n<p>dua</p>"


def test_an_element_with_nothing_but_the_last_space_of_a_line_is_left_out():
    assert rich("<div>satu<b> </b><br>dua</div>") == "<p>satu<br>\ndua</p>"
