"""Blogger's exports: the Atom file of old, and Takeout's feed since 2018."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest

from pnpm.imports import blogger
from pnpm.imports.records import ArchivedSite, ArchivedStatus, ArticleKind, NotAnArchive
from tests.imports.archives import SAMPLES, Archive, real

ATOM = "{http://www.w3.org/2005/Atom}"
KIND = "http://schemas.google.com/g/2005#kind"


@pytest.fixture(scope="module")
def old():
    return Archive(blogger.read(SAMPLES / "blogger_old.xml"))


@pytest.fixture(scope="module")
def takeout():
    return Archive(blogger.read(SAMPLES / "takeout.atom"))


def test_the_site_comes_first_and_has_the_same_key_in_both(old, takeout):
    assert old.records[0] == ArchivedSite(
        key="7001", title="Kabar Desa Sukamaju", address="http://sukamaju.blogspot.com/"
    )
    assert takeout.records[0] == ArchivedSite(key="7001", title="Kabar Desa Sukamaju")


def test_a_post_has_its_address_moment_labels_and_text(old):
    post = old.article("101")
    assert (post.title, post.html) == ("Jalan & jembatan", "<p>Pagi&nbsp;ini &amp; besok.</p>")
    assert post.published_at.isoformat() == "2012-12-20T10:23:00.001000+08:00"
    assert post.changed_at.isoformat() == "2012-12-25T03:13:07.500000+08:00"
    assert post.addresses == ("http://sukamaju.blogspot.com/2012/12/jalan_jembatan.html",)
    assert (post.labels, post.author) == (("PNPM", "Musyawarah Desa"), "Sekretaris Desa")
    assert (post.kind, post.status) == (ArticleKind.ARTICLE, ArchivedStatus.PUBLISHED)


def test_a_page_and_a_draft_without_a_title(old):
    assert old.article("102").kind == ArticleKind.PAGE
    draft = old.article("103")
    assert (draft.title, draft.status, draft.addresses) == ("", ArchivedStatus.DRAFT, ())


def test_a_comment_belongs_to_its_post_and_its_parent(old):
    first, reply = old.comment("201"), old.comment("202")
    assert (first.article, first.parent, reply.article, reply.parent) == ("101", "", "101", "201")
    assert first.article_address == "http://sukamaju.blogspot.com/2012/12/jalan_jembatan.html"
    assert first.text == "Terima kasih :)<br />Salam <b>hormat</b>"
    assert reply.text == "Sama-sama<br>\ndi sini"


def test_who_wrote_a_comment_and_whether_it_is_the_blogs_own(old):
    siti, head = old.comment("201"), old.comment("202")
    assert (siti.name, siti.email, siti.website, siti.is_official) == (
        "Bu Siti",
        "siti@contoh.example",
        "http://siti.example/",
        False,
    )
    assert (head.name, head.email, head.is_official) == ("Kepala Desa", "", True)


def test_a_removed_comment_is_deleted(old):
    assert old.comment("203").status == ArchivedStatus.DELETED


def test_template_and_settings_are_named(old):
    assert [one.what for one in old.unreadable] == ["template", "settings"]
    assert [one.line for one in old.unreadable] == [10, 17]


def test_takeout_has_the_same_keys_and_paths_as_addresses(takeout):
    post = takeout.article("101")
    assert post.addresses == ("/2012/12/jalan_jembatan.html",)
    assert post.published_at == datetime(2012, 12, 20, 2, 23, 0, 1000, UTC)
    assert post.labels == ("PNPM",)
    assert takeout.article("102").kind == ArticleKind.PAGE
    assert takeout.comment("202").parent == "201"


def test_what_takeout_says_of_statuses(takeout):
    assert {one.key: one.status.value for one in takeout.articles} == {
        "101": "published",
        "102": "published",
        "103": "draft",
        "104": "deleted",
        "105": "draft",
    }
    assert {one.key: one.status.value for one in takeout.comments} == {
        "201": "published",
        "202": "pending",
        "203": "spam",
        "204": "deleted",
    }


def written(folder, entries, head=""):
    path = folder / "blog.xml"
    path.write_text(
        f"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:b='http://schemas.google.com/blogger/2018'>"
        f"{head}{entries}</feed>"
    )
    return Archive(blogger.read(path))


def post(number, text, more=""):
    return (
        f"<entry><id>tag:blogger.com,1999:blog-7.post-{number}</id><b:type>POST</b:type>{more}"
        f"<title>J</title><content type='html'>{text}</content></entry>"
    )


def test_the_same_number_twice_with_another_text_is_another_article(tmp_path):
    found = written(tmp_path, post(1, "satu") + post(1, "dua") + post(1, "satu"))
    assert [one.key for one in found.articles] == ["1", "1#2", "1"]


def test_a_post_whose_moment_is_to_come_stays_a_draft(tmp_path):
    later = datetime.now(UTC) + timedelta(days=2)
    found = written(tmp_path, post(1, "x", f"<published>{later.isoformat()}</published>"))
    assert found.articles[0].status == ArchivedStatus.DRAFT


def test_a_status_that_nobody_knows_is_not_published(tmp_path):
    found = written(tmp_path, post(1, "x", "<b:status>BARU</b:status>"))
    assert found.articles[0].status == ArchivedStatus.DRAFT


def test_a_comment_without_a_moment_is_named(tmp_path):
    found = written(tmp_path, "<entry><id>a-1</id><b:type>COMMENT</b:type></entry>")
    assert [(one.what, one.line) for one in found.unreadable] == [("comment", 1)]


def test_an_empty_blog_has_its_site_alone(tmp_path):
    found = written(tmp_path, "", "<title>Kosong</title>")
    assert found.records == [ArchivedSite(key="Kosong", title="Kosong")]


def test_an_atom_feed_of_another_system_is_refused(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text("<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title></feed>")
    with pytest.raises(NotAnArchive, match="an Atom feed, but not Blogger's"):
        list(blogger.read(path))


@pytest.mark.parametrize("name", ["ghost_sample.xml", "hexo_blogger_xml_test.xml"])
def test_a_real_export_has_each_of_its_entries(name):
    path = real(f"blogger/{name}")
    found = Archive(blogger.read(path))
    entries = ET.parse(path).getroot().findall(f"{ATOM}entry")
    kinds = [
        category.get("term").rpartition("#")[2]
        for entry in entries
        for category in entry.findall(f"{ATOM}category")
        if category.get("scheme") == KIND
    ]
    assert len(found.articles) == kinds.count("post") + kinds.count("page")
    assert len(found.comments) == kinds.count("comment")
    assert len(found.unreadable) == len(entries) - len(found.articles) - len(found.comments)
    texts = [entry.findtext(f"{ATOM}content") for entry in entries]
    assert {one.html for one in found.articles} <= {*texts}
    labels = [
        category.get("term")
        for entry in entries
        for category in entry.findall(f"{ATOM}category")
        if category.get("scheme") == "http://www.blogger.com/atom/ns#"
    ]
    assert [label for one in found.articles for label in one.labels] == labels
    assert len({one.key for one in found.articles}) == len(found.articles)
