"""Articles and comments of other systems become sources of ours: nothing that was to be read is
lost, and what has no place here is counted and linked.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from html import escape, unescape

import pytest
from bleach._vendor import html5lib
from hypothesis import given, settings
from hypothesis import strategies as st

from pnpm.imports.html import article_source, comment_source
from pnpm.markup.characters import lines
from pnpm.markup.editor.tree import BLOCKS, INLINE, VOID
from pnpm.markup.sanitizer import article_html, comment_html, plain
from tests.conftest import SHARED

KEY = "0123456789abcdef" * 2
OURS = f"/pictures/{KEY}/800.jpg"
BIG = f"/pictures/{KEY}/1600.jpg"
THEIRS = "http://1.bp.blogspot.com/-a/T/AAAA/x/s320/foto+desa.jpg"
LARGER = THEIRS.replace("s320", "s1600")
FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"

LINKED = re.compile(r"^(?:Gambar|Video|Suara|Peta|Tampilan)\b")
GONE = {"script", "iframe", "video", "audio", "object", "embed", "img"}
REAL = sorted(
    path
    for path in SHARED.glob("*/*.xml")
    if "malformed" not in path.stem and path.parent.name != "xss"
)

words = st.sampled_from(
    [
        "Desa",
        " rapat ",
        "\n",
        "&lt;b&gt;",
        "&amp;amp;",
        "&nbsp;",
        "&copy;",
        "5 < 6",
        "Q&A",
        "a&b=c",
        "&#60;i>",
        "ya;",
        ":)",
        "http://desa.id/?a=1&amp;copy=2",
        "ä",
        "<!--x-->",
        '"hai")',
    ]
)
names = st.sampled_from(
    [*sorted((INLINE | BLOCKS) - VOID), "big", "center", "font", "kbd", "o:p", "section", "span"]
)
styles = st.sampled_from(
    [
        "",
        ' style="font-weight: bold"',
        ' style="font-weight:normal"',
        ' href="http://desa.id/"',
        ' href="javascript:1"',
        ' class="wp-caption"',
        ' dir="rtl"',
        " colspan=2",
    ]
)
starts = st.builds("<{}{}>".format, names, styles)
ends = st.builds("</{}>".format, names)
empty = st.sampled_from(["<br>", "<br/><br />", "<hr>", f"<img src='{OURS}'>"])
archived = st.lists(st.one_of(words, starts, ends, empty), max_size=30).map("".join)


def letters(text):
    """The visible characters of a text."""
    return re.sub(r"[\s\u200b\ufeff]+", "", text)


def words_in(html):
    """The visible characters of an HTML text that has no scripts: what is no tag."""
    return letters(unescape(re.sub(r"<(?:!--.*?--|[a-z/][^<>]*)>", "", html)))


def tree(html):
    """The tree that another parser makes of an HTML text."""
    without_comments = re.sub("<!--.*?-->", "", html, flags=re.DOTALL)
    return html5lib.parseFragment(without_comments, namespaceHTMLElements=False)


def source(html):
    return article_source(html)[0]


def typed(html):
    return comment_source(html, is_html=True)[0]


@pytest.mark.parametrize(
    ("archived", "expected"),
    [
        ("satu<br /><br />dua<br/>tiga", "<p>satu</p>\n<p>dua<br>\ntiga</p>"),
        ('<div dir="ltr" trbidi="on"><br />\nsatu&nbsp;<br /></div>', "<p>satu</p>"),
        ('<div dir="rtl">بسم<br /><br />الله</div>', '<p dir="rtl">بسم</p>\n<p dir="rtl">الله</p>'),
        ("<div><b></b></div><p> </p><span><i>&nbsp;</i></span>x", "<p>x</p>"),
        ("<h1>Judul <span style='color:red'>merah</span></h1>", "<h2>Judul merah</h2>"),
        ('<font color="red">merah</font> <o:p>word</o:p>', "<p>merah word</p>"),
        ('a <span style="font-weight: bold;">b</span> c', "<p>a <b>b</b> c</p>"),
        ('<span style="font-style:italic">a<span>b</span>c</span>d', "<p><i>abc</i>d</p>"),
        ('<b style="font-weight:normal" id="docs-x"><p>a</p><p>b</p></b>', "<p>a</p>\n<p>b</p>"),
        ("<strike>a</strike> <tt>b</tt> <acronym>c</acronym>", "<p><s>a</s> <code>b</code> <abbr>c</abbr></p>"),
        ("<center>a</center><section>b</section>c", "<p>a</p>\n<p>b</p>\n<p>c</p>"),
        ("<p>a<!--more--></p><!-- wp:paragraph --><p>b</p><!-- /wp:paragraph -->", "<p>a</p>\n<p>b</p>"),
        ('<a name="more"></a><a href=" //desa.id/a b ">x</a>', '<p><a href="https://desa.id/a%20b">x</a></p>'),
        ('<a href="#a">x</a><a href="/2012/12/y.html">y</a>', '<p><a href="#a">x</a><a href="/2012/12/y.html">y</a></p>'),
        ("\nhttps://youtu.be/x?a=1&amp;b\n", '<p><a href="https://youtu.be/x?a=1&amp;b">https://youtu.be/x?a=1&amp;b</a></p>'),
        ("<table><tr><td>a<br><br>b</td></tr></table>", "<p>a</p>\n<p>b</p>"),
        ("<table>x<tr><td width=5>a</td><td>b<p>c</td></tr></table>", "<p>x</p>\n<table><tr><td>a</td><td><p>b</p><p>c</p></td></tr>\n</table>"),
        ("<figure><table><tr><th>a<th>b</table><figcaption>c</figcaption></figure>", "<table><tr><th>a</th><th>b</th></tr>\n</table>\n<p>c</p>"),
        ("<ul><li>a<ol><li>b</ol></li>c</ul>", "<ul>\n<li>a<ol>\n<li>b</li>\n</ol></li>\n<li>c</li>\n</ul>"),
        ("<dl><div><dt>a<dd>b</div></dl>", "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>"),
        ("<blockquote>a<br><br>b</blockquote>", "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>"),
        ("<pre>a\n  b<div>c</div></pre>", "<pre>a\n  b\nc</pre>"),
    ],
)  # fmt: skip
def test_an_article_becomes_what_the_editor_keeps(archived, expected):
    assert source(archived) == expected


@pytest.mark.parametrize(
    ("archived", "expected"),
    [
        (
            f'a<div class="separator"><a href="{BIG}" imageanchor="1"><img border="0" src="{OURS}" alt="x" /></a></div>b',
            f'<p>a</p>\n<figure><a href="{BIG}"><img src="{OURS}" alt="x"></a></figure>\n<p>b</p>',
        ),
        (f"<p>a <img src={OURS}> b</p>", f'<p>a</p>\n<figure><img src="{OURS}"></figure>\n<p>b</p>'),
        (
            f'<table class="tr-caption-container"><tbody><tr><td><img src="{OURS}" /></td></tr><tr><td class="tr-caption">Di <b>balai</b></td></tr></tbody></table>',
            f'<figure><img src="{OURS}"><figcaption>Di <b>balai</b></figcaption></figure>',
        ),
        (
            f'<div class="wp-caption alignleft"><a href="/x"><img src="{OURS}"/></a><p class="wp-caption-text">Balai</p></div>',
            f'<figure><a href="/x"><img src="{OURS}"></a><figcaption>Balai</figcaption></figure>',
        ),
        (
            f'<figure class="wp-block-gallery"><ul class="blocks-gallery-grid"><li><figure><img src="{OURS}"/></figure></li><li><figure><img src="{OURS}"/></figure></li></ul><figcaption>Dua</figcaption></figure>',
            f'<figure><img src="{OURS}"></figure>\n<figure><img src="{OURS}"></figure>\n<p>Dua</p>',
        ),
        (f"<h2><img src={OURS}>Judul</h2>", f'<figure><img src="{OURS}"></figure>\n<h2>Judul</h2>'),
    ],
)  # fmt: skip
def test_a_picture_of_ours_stands_in_a_figure_with_its_caption(archived, expected):
    assert source(archived) == expected


@pytest.mark.parametrize(
    ("archived", "expected"),
    [
        (f'<img src="{THEIRS}">', f'<a href="{THEIRS}">Gambar: foto desa.jpg</a>'),
        (f'<img src="{THEIRS}" alt="Rapat">', f'<a href="{THEIRS}">Gambar: Rapat</a>'),
        (f'<a href="{LARGER}"><img src="{THEIRS}"></a>', f'<a href="{LARGER}">Gambar: foto desa.jpg</a>'),
        (f'<a href="http://desa.id/x"><img src="{THEIRS}" alt="R"></a>', f'<a href="http://desa.id/x">Gambar: R</a> (<a href="{THEIRS}">gambarnya</a>)'),
        ('<img src="data:image/gif;base64,R0" data-src="//desa.id/a.png">', '<a href="https://desa.id/a.png">Gambar: a.png</a>'),
        ('x<img src="data:image/gif;base64,R0" alt="y">', "xGambar: y"),
        ('x<img src="http://hitung.example/p.gif" width="1" height="1">', "x"),
    ],
)  # fmt: skip
def test_of_another_picture_a_link_is_left_and_it_is_counted(archived, expected):
    assert article_source(archived) == (f"<p>{expected}</p>", Counter(img=1))


@pytest.mark.parametrize(
    ("archived", "expected", "dropped"),
    [
        ('<iframe src="//www.youtube.com/embed/dQw4w9WgXcQ?rel=0"></iframe>', f"Video: {FILM}", {"iframe": 1}),
        ('<iframe width="4" src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ" />', f"Video: {FILM}", {"iframe": 1}),
        ('<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ">', f"Video: {FILM}", {"iframe": 1}),
        ('<object data="x"><param name="movie" value="http://www.youtube.com/v/dQw4w9WgXcQ&hl=en"><embed src="y"></embed></object>', f"Video: {FILM}", {"object": 1, "embed": 1}),
        ('<embed src="http://a.example/f.swf" type="x">', "Video: http://a.example/f.swf", {"embed": 1}),
        ('<video controls><source src="http://a.example/f.mp4">Peramban lama</video>', "Video: http://a.example/f.mp4", {"video": 1}),
        ('<audio src="http://a.example/f.mp3"></audio>', "Suara: http://a.example/f.mp3", {"audio": 1}),
        ('<iframe src="https://www.google.com/maps/embed?pb=' + "1" * 90 + '"></iframe>', "Peta: www.google.com", {"iframe": 1}),
        ('<iframe src="https://docs.google.com/forms/x"></iframe>', "Tampilan: https://docs.google.com/forms/x", {"iframe": 1}),
        ('<iframe src="javascript:alert(1)"></iframe>', "", {"iframe": 1}),
        ("<script>document.write('<p>x')</script><style>p{}</style>", "", {"script": 1, "style": 1}),
        ('<form action="/x">Nama: <input><select><option>a</select><button>Kirim</button></form>', "Nama:", {"form": 1, "input": 1, "select": 1, "button": 1}),
        ("<noscript><iframe src='http://a.example/'></iframe></noscript>", "Tampilan: http://a.example/", {"noscript": 1, "iframe": 1}),
        ('<a href="javascript:alert(1)">x</a>', "x", {"a": 1}),
        ("<svg><title>t</title><text>y</text></svg>", "", {"svg": 1, "title": 1}),
    ],
)  # fmt: skip
def test_what_is_dropped_is_counted_and_linked(archived, expected, dropped):
    found, counted = article_source(f"satu {archived} dua")
    assert plain(article_html(found)) == f"satu {expected} dua".replace("  ", " ")
    assert counted == dropped
    link = re.search(r'href="([^"]+)"', found)
    assert bool(link) == (": http" in expected or expected.startswith("Peta"))


@given(archived)
def test_no_word_of_an_article_is_lost_or_added(html):
    # what stands in a table and in none of its cells is moved in front of it
    assert Counter(letters(plain(article_html(source(html))))) == Counter(words_in(html))


@given(archived)
def test_a_source_stays_as_it_is_when_it_is_taken_in_or_rendered_again(html):
    once, _dropped = article_source(html)
    again, dropped = article_source(once)
    assert (again, dropped) == (once, Counter())
    rendered = article_html(once)
    assert article_html(rendered) == rendered


@pytest.mark.parametrize(
    "unit",
    [
        "<b>",
        "<div>",
        "<div><b>",
        "<a href='http://desa.id'>",
        "<span style='font-weight:bold'>",
        "</b></p>",
        "<table><tr><td>",
        "<ul><li>",
        "<object>",
        "<object></video>",
        "<iframe>",
        "<!--",
        "<script",
        "<a <",
        "&#",
        "<img src='http://desa.id/a.png'>",
        "<figure><img src=x>",
        "<br>",
        "<select><option>",
    ],
)
@pytest.mark.parametrize("make", [article_source, lambda html: comment_source(html, True)])
def test_hostile_html_is_read_to_its_end(unit, make):
    text, _dropped = make(f"awal {unit * 4_000} akhir")
    assert "awal" in text


@pytest.mark.parametrize(
    ("archived", "expected"),
    [
        ("Halo<br />apa<BR>kabar?", "Halo\napa\nkabar?"),
        ("<p>satu</p>\n<p>dua<br>\ntiga</p>", "satu\n\ndua\ntiga"),
        ("satu\ndua\n\ntiga", "satu\ndua\n\ntiga"),
        ("&lt;b&gt; &amp;lt; 5 < 6 Q&A &quot;hai&quot;", '&lt;b> &amp;lt; 5 < 6 Q&A "hai"'),
        ("http://x.id/?a=1&amp;b=2&amp;copy=3", "http://x.id/?a=1&b=2&amp;copy=3"),
        ('<a href="http://x.id/?a&amp;b" rel="nofollow">x</a>', '<a href="http://x.id/?a&amp;b">x</a>'),
        ("<span>a</span> <b> b </b> <i></i><em>c</em>", "a <b>b</b> <em>c</em>"),
        ("<blockquote><p>a</p><p>b</p></blockquote>c", "<blockquote>a\n\nb</blockquote>\nc"),
        ("a<ul><li>b</li><li>c</li></ul>", "a\n<ul><li>b</li>\n<li>c</li></ul>"),
        ("<pre>a\n  b</pre>", "<pre>a\n  b</pre>"),
        ('ya <img src="s.gif" alt=":)" class="wp-smiley"/>', "ya :)"),
        ('lucu<img alt=":D">sekali<img alt=":)">)', "lucu :D sekali :) )"),
        ('<img alt="😀" class="emoji" src="x">', "😀"),
    ],
)  # fmt: skip
def test_a_comment_becomes_what_somebody_would_type(archived, expected):
    assert comment_source(archived, is_html=True) == (expected, Counter())


@pytest.mark.parametrize(
    ("archived", "expected", "dropped"),
    [
        ("<h3>a</h3><u>b</u> <s>c</s>", "a\n\nb c", {"h3": 1, "u": 1, "s": 1}),
        ('a<img src="x.png" alt="foto">', "a", {"img": 1}),
        ('<a href="/x">a</a><a href="javascript:1">b</a>', "ab", {"a": 2}),
        ("a<script>x</script>", "a", {"script": 1}),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc", {"table": 1}),
    ],
)
def test_what_a_comment_cannot_have_is_counted(archived, expected, dropped):
    assert comment_source(archived, is_html=True) == (expected, dropped)


def test_a_comment_that_is_no_html_stays_as_it_was_typed():
    assert comment_source(" <b>x</b> &amp; **y**\r\nz ", False) == ("<b>x</b> &amp; **y**\nz", {})


@given(archived)
def test_no_word_of_a_comment_is_lost_or_added(html):
    assert letters(plain(comment_html(typed(html)))) == words_in(html)


@settings(max_examples=50)
@given(st.text(max_size=60).filter(lambda text: not re.search("[\ufff9-\ufffb]", text)))
def test_whatever_was_visible_in_a_comment_is_visible_here(text):
    visible = lines(text)
    assert letters(plain(comment_html(typed(escape(visible))))) == letters(visible)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_a_real_archive_keeps_its_words_and_counts_what_it_loses(path):
    for html in texts_of(path):
        found, dropped = article_source(html)
        here, there = tree(article_html(found)), tree(html)
        gone = [each for each in there.iter() if each.tag in GONE]
        assert dropped - Counter(a=99) == Counter(each.tag for each in gone)
        links = [each for each in here.iter("a") if LINKED.match("".join(each.itertext()))]
        assert words_beside(here, links) == words_beside(there, gone)
        assert article_source(found) == (found, Counter())


def words_beside(root, elements):
    """The visible characters of a tree without those in these elements."""
    for each in elements:
        tail = each.tail
        each.clear()
        each.tail = tail
    return letters("".join(root.itertext())).replace("(gambarnya)", "")


def texts_of(path):
    """Every text of articles and comments in an archive; not Blogger's template."""
    names = {"content", "encoded", "comment_content", "message"}
    for element in ElementTree.parse(path).iter():
        if element.tag.rpartition("}")[2] in names and element.text and "<b:" not in element.text:
            yield element.text
