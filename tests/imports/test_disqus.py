"""Disqus's export."""

from xml.dom import minidom

from pnpm.imports import disqus
from pnpm.imports.records import ArchivedSite
from tests.imports.archives import SAMPLES, Archive, real


def sample():
    return Archive(disqus.read(SAMPLES / "disqus.xml"))


def test_the_site_is_the_forum():
    assert sample().records[0] == ArchivedSite(
        key="wartadesa", title="wartadesa", address="https://warta.example/"
    )


def test_a_comment_says_on_which_page_it_stood_and_what_it_answers():
    first, reply = sample().comment("20"), sample().comment("21")
    assert first.article_address == "https://warta.example/2012/12/jalan.html"
    assert (first.article, first.article_title) == ("", "Jalan & jembatan")
    assert (first.parent, reply.parent) == ("", "20")
    assert first.text == "<p>Terima kasih<br>pak</p>"
    assert first.created_at.isoformat() == "2012-12-21T01:00:00+00:00"


def test_who_wrote_it():
    first, reply = sample().comment("20"), sample().comment("21")
    assert (first.name, first.email, first.is_official) == ("Bu Siti", "siti@contoh.example", False)
    assert (reply.name, reply.is_official) == ("Sekdes", True)
    assert "192.0.2.7" not in repr(sample().records)


def test_statuses_those_of_a_deleted_thread_included():
    assert {one.key: one.status.value for one in sample().comments} == {
        "20": "published",
        "21": "published",
        "22": "spam",
        "23": "deleted",
        "24": "deleted",
        "25": "published",
        "26": "published",
    }


def test_a_thread_behind_its_comment_a_missing_one_and_an_identifier_with_an_address():
    found = sample()
    assert found.comment("25").article_address == "https://warta.example/belakang.html"
    assert found.comment("26").article_address == ""
    assert found.comment("24").article_address == "https://warta.example/?p=12"


def test_a_comment_without_a_moment_is_named(tmp_path):
    path = tmp_path / "d.xml"
    path.write_text("<disqus>\n<post dsq:id='1'><message>x</message></post></disqus>")
    assert [(one.what, one.line) for one in Archive(disqus.read(path)).unreadable] == [("post", 2)]


def test_the_real_export_has_each_of_its_comments():
    path = real("disqus/isso_disqus.xml")
    found = Archive(disqus.read(path))
    posts = minidom.parse(str(path)).getElementsByTagName("post")
    assert [one.key for one in found.comments if one.article_address] == [
        post.getAttribute("dsq:id") for post in posts if post.getAttribute("dsq:id") != "6"
    ]
    assert len(found.comments) == len(posts)
    assert found.unreadable == []
