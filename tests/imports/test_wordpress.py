"""WordPress's exports, WXR 1.0 to 1.2."""

from datetime import UTC, datetime
from xml.dom import minidom

import pytest
from lxml import etree

from pnpm.imports import wordpress
from pnpm.imports.records import (
    ArchivedPicture,
    ArchivedSite,
    ArchivedStatus,
    ArticleKind,
    NotAnArchive,
)
from tests.imports.archives import SAMPLES, Archive, real

SAMPLE = SAMPLES / "wordpress.xml"


@pytest.fixture(scope="module")
def site():
    return Archive(wordpress.read(SAMPLE))


def test_the_site_comes_first(site):
    assert site.records[0] == ArchivedSite(
        key="warta.example", title="Warta Desa", address="https://warta.example/"
    )


def test_an_article_has_paragraphs_a_figure_and_what_looks_like_the_end_of_cdata(site):
    assert site.article("11").html == (
        "<p>Alinea satu<br>\nbaris dua</p>\n<p>Alinea <b>dua</b> ]]>.</p>\n"
        '<figure><img src="https://warta.example/a.jpg" />\n'
        "<figcaption>Gotong royong</figcaption>\n</figure>"
    )


def test_an_article_has_its_moments_with_offset_and_its_authors_name(site):
    article = site.article("11")
    assert article.title == "Jalan & jembatan"
    assert article.published_at.isoformat() == "2012-12-20T10:23:00+08:00"
    assert article.changed_at.isoformat() == "2012-12-21T08:00:00+08:00"
    assert (article.author, article.comments_open) == ("Sekretaris Desa", False)


def test_categories_and_tags_are_labels_without_doubles(site):
    assert site.article("11").labels == ("Kabar", "Tips & Trik")


def test_its_own_address_comes_first_then_former_and_short_ones(site):
    assert site.article("11").addresses == (
        "https://warta.example/2012/12/20/jalan/",
        "https://warta.example/2012/12/20/jalan-baru/",
        "https://warta.example/?p=11",
    )
    assert site.article("12").addresses[-1] == "https://warta.example/?page_id=12"


def test_what_the_block_editor_made_stays(site):
    page = site.article("12")
    assert page.kind == ArticleKind.PAGE
    assert page.html == "<!-- wp:paragraph -->\n<p>Blok</p>\n<!-- /wp:paragraph -->"


def test_only_what_everybody_could_read_is_published(site):
    assert {one.key: one.status.value for one in site.articles} == {
        "11": "published",
        "12": "published",
        "13": "draft",
        "14": "draft",
        "18": "deleted",
        "19": "draft",
        "20": "draft",
    }


def test_a_draft_has_the_moment_of_its_own_clock(site):
    assert site.article("13").published_at == datetime(2013, 1, 2, 8, tzinfo=UTC)


def test_comments_have_parents_statuses_and_no_address_of_a_computer(site):
    assert {one.key: (one.parent, one.status.value) for one in site.comments} == {
        "11/21": ("", "published"),
        "11/22": ("11/21", "published"),
        "11/23": ("", "pending"),
        "11/24": ("", "spam"),
        "11/25": ("", "deleted"),
    }
    assert "192.0.2.7" not in repr(site.records)


def test_a_comment_says_who_wrote_it(site):
    siti, office = site.comment("11/21"), site.comment("11/22")
    assert (siti.name, siti.email, siti.website) == ("Bu Siti", "siti@contoh.example", "")
    assert siti.text == "<p>Terima kasih<br>\npak</p>"
    assert siti.created_at.isoformat() == "2012-12-21T09:00:00+08:00"
    assert (siti.is_official, office.is_official) == (False, True)
    assert (siti.article, siti.article_title) == ("11", "Jalan & jembatan")


def test_an_attachment_is_a_picture_if_it_is_one(site):
    assert site.pictures == [
        ArchivedPicture(
            address="https://warta.example/wp-content/uploads/2012/12/a.jpg",
            name="Foto jalan",
            alt="Warga di jalan",
        )
    ]


def test_what_has_no_place_here_is_named_by_its_kind_and_line(site):
    named = [(one.what, one.line) for one in site.unreadable]
    assert named == [("pingback", 79), ("attachment", 89), ("nav_menu_item", 90)]


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_each_version_and_prefix_is_read_alike(version, tmp_path, site):
    text = SAMPLE.read_text().replace("export/1.2/", f"export/{version}/")
    text = text.replace("<wp:", "<w:").replace("</wp:", "</w:").replace("xmlns:wp=", "xmlns:w=")
    path = tmp_path / "w.xml"
    path.write_text(text)
    found = Archive(wordpress.read(path))
    assert (found.articles, found.comments) == (site.articles, site.comments)


def item(more):
    return (
        "<rss xmlns:wp='http://wordpress.org/export/1.2/'><channel><item><title>T</title>"
        "<link>https://a.example/x/</link><content:encoded>x</content:encoded>"
        f"<wp:post_id>1</wp:post_id>{more}"
    )


def read(tmp_path, text):
    path = tmp_path / "w.xml"
    path.write_text(text)
    return Archive(wordpress.read(path))


def test_an_item_without_status_is_a_draft_and_without_head_its_address_names_the_site(tmp_path):
    found = read(tmp_path, item("</item></channel></rss>"))
    assert found.sites == [ArchivedSite(key="a.example", address="https://a.example/")]
    assert found.articles[0].status == ArchivedStatus.DRAFT


def test_a_note_on_an_order_of_a_shop_is_no_comment(tmp_path):
    note = (
        "<wp:comment><wp:comment_id>5</wp:comment_id><wp:comment_date_gmt>2020-01-01 00:00:00"
        "</wp:comment_date_gmt><wp:comment_type>order_note</wp:comment_type></wp:comment>"
    )
    found = read(tmp_path, item(f"{note}</item></channel></rss>"))
    assert (found.comments, found.unreadable[0].what) == ([], "order_note")


DECIDED = (
    "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>"
    "<wp:post_password></wp:post_password>"
)
COMMENT = (
    "<wp:comment><wp:comment_id>{}</wp:comment_id>"
    "<wp:comment_date_gmt>2020-01-01 00:00:00</wp:comment_date_gmt>"
    "<wp:comment_content>k</wp:comment_content></wp:comment>"
)


def test_an_article_cut_off_within_its_comments_is_taken_with_those_that_are_whole(tmp_path):
    whole = COMMENT.format(5)
    found = read(tmp_path, item(DECIDED + whole + COMMENT.format(6)[:-30]))
    assert [one.key for one in found.articles] == ["1"]
    assert [one.key for one in found.comments] == ["1/5"]
    assert [one.what for one in found.unreadable] == ["comment"]


def test_an_article_cut_off_before_its_password_is_not_taken(tmp_path):
    found = read(tmp_path, item("<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>"))
    assert (found.articles, [one.what for one in found.unreadable]) == ([], ["item"])


def test_a_damaged_comment_leaves_its_article_and_the_next_comment(tmp_path):
    bad = "<wp:comment><wp:comment_id>6</b></wp:comment>"
    comments = COMMENT.format(5) + bad + COMMENT.format(7)
    found = read(tmp_path, item(f"{DECIDED}{comments}</item></channel></rss>"))
    assert [one.key for one in found.comments] == ["1/5", "1/7"]
    assert [one.key for one in found.articles] == ["1"]


def test_a_feed_is_not_an_export(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text("<rss version='2.0'><channel><title>x</title></channel></rss>")
    with pytest.raises(NotAnArchive, match="an RSS feed"):
        list(wordpress.read(path))


def texts(items, name):
    return [
        "".join(node.data for node in element.childNodes if node.nodeType != node.COMMENT_NODE)
        for one in items
        for element in one.getElementsByTagName(name)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "isso_wordpress.xml",
        "phpunit_data_valid-wxr-1.0.xml",
        "phpunit_data_valid-wxr-1.1.xml",
        "phpunit_data_wxr-simple.xml",
        "wptt_themeunittestdata.xml",
    ],
)
def test_a_real_export_has_each_of_its_items_and_comments(name):
    path = real(f"wordpress/{name}")
    found = Archive(wordpress.read(path))
    items = minidom.parse(str(path)).getElementsByTagName("item")
    types = texts(items, "wp:post_type")
    others = {"attachment", "nav_menu_item"}
    assert {*types} <= {"post", "page", *others}
    without = len(items) - len(types)
    assert len(found.articles) == types.count("post") + types.count("page") + without
    kinds = texts(items, "wp:comment_type")
    comments = [one for item in items for one in item.getElementsByTagName("wp:comment")]
    pings = kinds.count("pingback") + kinds.count("trackback")
    assert len(found.comments) == len(comments) - pings
    assert len(found.unreadable) + len(found.pictures) == pings + sum(map(types.count, others))
    assert len({one.key for one in found.comments}) == len(found.comments)
    assert len({one.key for one in found.articles}) == len(found.articles)
    replies = [one for one in texts(items, "wp:comment_parent") if one.strip() not in ("", "0")]
    assert len([one for one in found.comments if one.parent]) == len(replies)


def test_the_theme_unit_test_keeps_every_word():
    path = real("wordpress/wptt_themeunittestdata.xml")
    found = Archive(wordpress.read(path))
    spaces = {"content": "http://purl.org/rss/1.0/modules/content/"}
    spaces["wp"] = "http://wordpress.org/export/1.2/"
    tree = etree.parse(path)
    for item in tree.iterfind(".//item"):
        if item.findtext("wp:post_type", namespaces=spaces) not in ("post", "page"):
            continue
        article = found.article(item.findtext("wp:post_id", namespaces=spaces))
        text = item.findtext("content:encoded", namespaces=spaces)
        if "[caption" not in text:
            assert words(article.html) == words(text)


def words(text):
    """The letters of a text, without the tags that make paragraphs."""
    for tag in ("<p>", "</p>", "<br>"):
        text = text.replace(tag, "")
    return "".join(text.split())


def test_real_malformed_exports_say_where():
    simple = Archive(wordpress.read(real("wordpress/phpunit_data_malformed-simple.xml")))
    assert [(one.what, one.line) for one in simple.unreadable] == [("item", 14)]
    other = Archive(wordpress.read(real("wordpress/phpunit_data_malformed.xml")))
    assert [(one.what, one.why, one.line) for one in other.unreadable] == [
        ("file", "mismatched tag", 90)
    ]
    assert (simple.sites[0].title, other.sites[0].title) == ("Malformed", "WXR Test Data")
