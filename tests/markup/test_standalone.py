"""HTML made fit to be shown away from this site."""

import re

import pytest

from pnpm.markup import standalone
from pnpm.markup.sanitizer import article_html, comment_html, with_codes

SITE, PAGE = "https://desa.example/blog", "https://desa.example/blog/2012/12/rapat.html"


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("/2012/12/x.html", "https://desa.example/2012/12/x.html"),
        ("x.html?a=1&amp;b=2", "https://desa.example/blog/2012/12/x.html?a=1&amp;b=2"),
        ("../../", "https://desa.example/blog/"),
        ("?before=7", f"{PAGE}?before=7"),
        ("#bawah", f"{PAGE}#bawah"),
        ("http://[::1]/", "http://[::1]/"),
        ("https://bone.go.id", "https://bone.go.id"),
        ("mailto:kades@desa.example", "mailto:kades@desa.example"),
    ],
)
def test_a_link_leads_where_it_does_on_its_page(typed, whole):
    html = standalone.article(article_html(f'<p><a href="{typed}">satu</a></p>'), SITE, PAGE)
    assert html == f'<p><a href="{whole}">satu</a></p>'


@pytest.mark.parametrize("malformed", ["//[", "http://[x", "http://a:b:c/"])
def test_a_malformed_one_stays(malformed):
    kept = f'<a href="{malformed}">satu</a>'
    assert re.search(r'href="[^"]+"', standalone.article(kept, SITE, PAGE))


def test_what_only_looks_like_an_address_is_text():
    kept = article_html('<p>href="/x" <code>&lt;a href="/x"&gt;</code> a &lt; b src="/y"</p>')
    assert standalone.article(kept, SITE, PAGE) == kept
    titled = article_html('<a href="/x" title=" href=\'/no\' src=/no">a</a>')
    assert standalone.article(titled, SITE, PAGE).count("desa.example") == 1


def test_a_result_is_text_that_a_template_escapes():
    assert type(standalone.article("<p>satu</p>", SITE, PAGE)) is str


def test_codes_stand_for_emoticons_as_they_were_typed():
    typed = "Bagus :)) <b>sekali</b> >:) &lt;"
    assert with_codes(comment_html(typed)) == "Bagus :)) <b>sekali</b> &gt;:) &lt;"


def test_a_document_keeps_all_that_xml_takes():
    good = "\t\n\r ~\x7f\x85\xa0ä\u202e\ud7ff\ue000\ufffd😊\U0010ffff"
    bad = "\0\x01\x08\x0b\x0c\x0e\x1f\ud800\udfff\ufffe\uffff"
    assert standalone.fit_for_xml(bad + good + bad) == good
