"""WordPress's stored text as HTML."""

import pytest

from pnpm.imports.wordpress_text import as_html, comment_as_html, plain


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("", ""),
        ("satu", "<p>satu</p>"),
        ("satu\r\ndua\r\n\r\n\r\ntiga", "<p>satu<br>\ndua</p>\n<p>tiga</p>"),
        ("satu<br />\ndua", "<p>satu<br />\ndua</p>"),
        ("<p>satu</p>\n<p>dua</p>", "<p>satu</p>\n<p>dua</p>"),
        ("satu\n<ul>\n<li>a</li>\n</ul>\ndua", "<p>satu</p>\n<ul>\n<li>a</li>\n</ul>\n<p>dua</p>"),
        ("<pre>a\n\nb</pre>\nc", "<pre>a\n\nb</pre>\n<p>c</p>"),
        ("<pre>a\n\nb", "<pre>a\n\nb"),
        (
            "<blockquote>a\n\nb</blockquote>",
            "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>",
        ),
        ("a\n<!--more-->\nb", "<p>a</p>\n<!--more-->\n<p>b</p>"),
        ("[gallery ids='1,2']", "<p>[gallery ids='1,2']</p>"),
        ("[caption]<img src='a'> b", "<p>[caption]<img src='a'> b</p>"),
        (
            "[caption caption='Kata &amp; <b>']<img src='a'>[/caption]",
            "<figure><img src='a'>\n<figcaption>Kata &amp; &lt;b&gt;</figcaption>\n</figure>",
        ),
        (
            "[caption id='x']<a href='b'><img src='a'></a> Kata <i>x</i>[/caption]",
            "<figure><a href='b'><img src='a'></a>\n"
            "<figcaption>Kata <i>x</i></figcaption>\n</figure>",
        ),
        ("[caption]tanpa gambar[/caption]", "<p>tanpa gambar</p>"),
    ],
)
def test_paragraphs_and_captions(stored, shown):
    assert as_html(stored) == shown


@pytest.mark.parametrize(
    "block",
    [
        "<!-- wp:paragraph -->\n<p>a\nb</p>\n<!-- /wp:paragraph -->",
        '<!-- wp:group {"a":1} -->\n<!-- wp:list -->\n\n<ul></ul>\n<!-- /wp:list -->\n\n<!-- /wp:group -->',
        "<!-- wp:latest-posts /-->",
        "<!-- wp:tidak-ditutup -->\n\nx",
        "<!-- wp:rusak",
    ],
)
def test_what_the_block_editor_made_stays_as_it_is(block):
    assert block in as_html(block)


def test_an_older_text_between_blocks_gets_its_paragraphs():
    block = "<!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph -->"
    assert as_html(f"{block}\n\nlama\n\ndua\n\n{block}") == f"{block}<p>lama</p>\n<p>dua</p>{block}"


def test_a_comment_has_its_lines():
    assert comment_as_html("satu\ndua\n\n<b>tiga</b>") == "<p>satu<br>\ndua</p>\n<p><b>tiga</b></p>"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Jalan &amp; <b>jembatan</b>", "Jalan & jembatan"),
        ("a < b &lt;c&gt;", "a < b <c>"),
        (" dua\n baris ", "dua baris"),
        ("belum <b", "belum <b"),
    ],
)
def test_a_title_is_plain_text(title, text):
    assert plain(title) == text
