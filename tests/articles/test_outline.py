"""Headings get ids when a page is rendered, and long articles a table of contents."""

import re

import pytest

from pnpm.articles.outline import outline_of
from pnpm.markup.sanitizer import article_html


def outline(*headings):
    """The outline of an article with these headings: each its level and its HTML."""
    parts = [f"<h{level}>{inner}</h{level}><p>Isi.</p>" for level, inner in headings]
    return outline_of(article_html("".join(parts)))


def ids(found):
    """The ids in an outline's HTML."""
    return re.findall(r' id="([^"]*)"', found.html)


def listed(contents):
    """The words of a table of contents, with those below each."""
    return [(heading.words, listed(heading.below)) for heading in contents]


class TestIds:
    def test_they_are_made_of_the_words(self):
        found = outline((2, "Latar Belakang"), (3, "Apa &amp; <b>siapa</b>?"))
        assert ids(found) == ["bagian-latar-belakang", "bagian-apa-siapa"]

    def test_of_equal_ones_each_has_its_own(self):
        found = outline((2, "Isi"), (2, "Isi 2"), (3, "isi!"), (2, "ISI"))
        assert ids(found) == ["bagian-isi", "bagian-isi-2", "bagian-isi-3", "bagian-isi-4"]

    def test_words_without_a_latin_letter_get_one_too(self):
        assert ids(outline((2, "ꦲꦤꦕꦫꦏ"), (2, "العربية"))) == ["bagian", "bagian-2"]

    @pytest.mark.parametrize("empty", ["", " ", "<br>", "&nbsp;"])
    def test_a_heading_without_words_gets_none(self, empty):
        found = outline((2, empty), (2, "Isi"))
        assert ids(found) == ["bagian-isi"]

    def test_a_writers_own_never_reach_a_page(self):
        source = '<h2 id="content" lang="id">Isi</h2><p id="comments">a</p><a name="x">b</a>'
        found = outline_of(article_html(source))
        assert found.html.startswith('<h2 id="bagian-isi" lang="id">Isi</h2>')
        assert ids(found) == ["bagian-isi"]

    def test_nothing_else_is_changed(self):
        source = (
            "<p>a</p><h3 dir='rtl'>b <i>c</i></h3><pre>&lt;h2&gt;d&lt;/h2&gt;</pre><hr>"
            "<img alt='&lt;h2&gt;e' src='/f.jpg'><p>&lt;h2&gt;</p><h1>h</h1><h2></h2>"
        )
        kept = article_html(source)
        found = outline_of(kept)
        assert ids(found) == ["bagian-b-c", "bagian-h"]
        assert re.sub(r' id="[^"]*"', "", found.html) == kept

    def test_an_article_without_headings_is_as_it_is_kept(self):
        assert outline_of("<p>Isi &amp; <br></p>") == ("<p>Isi &amp; <br></p>", [])


class TestContents:
    def test_three_headings_make_one(self):
        assert outline((2, "Satu"), (2, "Dua")).contents == []
        found = outline((2, "Satu"), (2, "Dua"), (2, "Tiga &amp; empat"))
        assert listed(found.contents) == [("Satu", []), ("Dua", []), ("Tiga & empat", [])]
        assert [heading.id for heading in found.contents] == ids(found)

    def test_the_next_level_stands_below_and_the_third_is_left_out(self):
        found = outline((2, "A"), (3, "a"), (4, "i"), (3, "b"), (2, "B"))
        assert listed(found.contents) == [("A", [("a", []), ("b", [])]), ("B", [])]

    def test_which_levels_an_article_has_is_its_own_matter(self):
        found = outline((5, "awal"), (4, "A"), (5, "a"), (4, "B"))
        assert listed(found.contents) == [("awal", []), ("A", [("a", [])]), ("B", [])]
