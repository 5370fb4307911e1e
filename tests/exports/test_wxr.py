"""The site for WordPress: read by a parser of another project (wpparser), and by the standard
library's.
"""

import html
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
import wpparser

from pnpm.articles.models import Article
from pnpm.articles.models import Status as ArticleStatus
from pnpm.articles.tags import labels_of
from pnpm.comments.models import Comment, Status
from pnpm.db import db, transaction
from pnpm.exports import wxr
from pnpm.exports.xml import cdata, text
from tests.conftest import publish
from tests.exports import rich
from tests.exports.conftest import run

WP = "{http://wordpress.org/export/1.2/}"


@pytest.fixture
def settings():
    return {"SITE_URL": "https://desa.example"}


@pytest.fixture
def taken(app, tmp_path):
    """The site's file, as a function of what to export with."""

    def taken(*more):
        run(app, "export", tmp_path / "site.xml", "--format", "wxr", *more)
        return tmp_path / "site.xml"

    return taken


def posts(path):
    return {int(post["post_id"]): post for post in wpparser.parse(path)["posts"]}


def test_another_reader_finds_every_article_and_comment(taken):
    found = posts(taken())
    articles = db.session.query(Article).all()
    assert {article.id for article in articles} == {n for n in found if n < wxr.PICTURES}
    statuses = {"published": "publish", "page": "publish", "draft": "draft", "deleted": "trash"}
    for article in articles:
        post = found[article.id]
        assert html.unescape(post["title"]) == article.title
        assert post["post_name"] == article.slug.rpartition("/")[2]
        assert post["status"] == statuses[article.status.value]
        assert post["post_type"] == ("page" if article.slug.startswith("p/") else "post")
        if article.published_at:
            moment = datetime.fromisoformat(post["post_date_gmt"]).replace(tzinfo=UTC)
            assert moment == article.published_at.replace(microsecond=0)
        comments = db.session.query(Comment).filter_by(article_id=article.id).order_by(Comment.id)
        assert [*map(_told, post.get("comments", []))] == [*map(_kept, comments)]


def _told(found):
    return (
        int(found["id"]),
        html.unescape(found["author"] or ""),
        found["author_url"] or "",
        datetime.fromisoformat(found["date_gmt"]).replace(tzinfo=UTC),
        found["approved"],
        int(found["parent"]),
        found["user_id"] != "0",
    )


def _kept(comment):
    return (
        comment.id,
        comment.name,
        comment.website,
        comment.created_at.replace(microsecond=0),
        wxr.APPROVED[comment.status],
        comment.reply_to_id or comment.parent_id or 0,
        comment.official,
    )


def test_texts_are_whole_and_fit_for_elsewhere(taken):
    found = posts(taken())
    first = next(post for post in found.values() if post["post_name"] == "rapat-desa")
    assert '<a href="https://desa.example/p/tentang.html">' in first["content"]
    picture = next(post for post in found.values() if post["post_type"] == "attachment")
    assert f'<img src="{picture["guid"] and picture["link"]}"' in first["content"]
    assert "srcset" not in first["content"]
    said = [comment["content"] for comment in first["comments"]]
    assert said[0] == "Komentar 0 :)) http://desa.example/0 <b>tebal</b><br>baris<br><br>kedua"
    second = next(post for post in found.values() if post["post_name"] == "kerja-bakti")
    assert [each["content"] for each in second["comments"]][:4] == [
        "menunggu &lt;script&gt;alert(1)&lt;/script&gt;",
        "judi slot gacor",
        "dibuang",
        "x]]&gt;y disunting :)",
    ]
    assert second["is_sticky"] == "1"
    assert first["tags"] == ["berita", "kabar-desa"]


def test_pictures_are_attachments_at_their_address_here(taken):
    items = ElementTree.parse(taken()).iter("item")
    found = {item.findtext(f"{WP}attachment_url"): item for item in items}
    assert len(found) == 3  # two, and those that have none
    (address,) = [
        address
        for address, item in found.items()
        if address and item.findtext(f"{WP}post_parent") == "1"
    ]
    assert address.startswith("https://desa.example/pictures/")
    assert address.endswith("/900.jpg")


def test_addresses_of_people_go_along_only_when_asked(taken):
    assert rich.SECRET not in taken().read_text()
    whole = taken("--personal").read_text()
    assert f"<wp:comment_author_email><![CDATA[{rich.SECRET}]]>" in whole
    assert "<wp:comment_author_IP></wp:comment_author_IP>" in whole


def test_one_that_is_scheduled_waits_and_no_character_breaks_the_file(app, taken):
    number = publish("Nanti", datetime(2100, 1, 1, tzinfo=UTC)).id
    with transaction():
        db.session.get(Article, number).title = "a\x0bb\ud7ff]]>"
    post = posts(taken())[number]
    assert (post["status"], post["title"]) == ("future", "ab\ud7ff]]&gt;")


@pytest.mark.parametrize("given", ["]]>", "]]", "]]]]>>", "a\0b\x1f\ufffe", "<&\"'>", "]]]>", ""])
def test_any_text_makes_whole_xml(given):
    document = f'<a b="{text(given)}"><c>{cdata(given)}</c>{text(given)}</a>'
    found = ElementTree.fromstring(document)
    kept = given.replace("\0", "").replace("\x1f", "").replace("\ufffe", "")
    assert (found.get("b"), found.findtext("c"), found[0].tail or "") == (kept, kept, kept)


def told(comments):
    """What is to be the same of comments, but for their numbers: those that each answers are named
    by what they say.
    """
    found = {comment.id: comment for comment in comments}
    return sorted(
        (
            comment.name,
            comment.website,
            comment.html,
            comment.created_at.replace(microsecond=0),
            comment.status.value,
            *(
                number and number in found and found[number].html
                for number in (comment.parent_id, comment.reply_to_id)
            ),
        )
        for comment in comments
    )


def headings():
    """What is to be the same of articles and pages."""
    kept = db.session.query(Article).filter(Article.status != ArticleStatus.DELETED)
    return sorted(
        (
            article.slug,
            article.title,
            article.status.value,
            str(article.status is ArticleStatus.PUBLISHED and article.published_at)[:19],
            [label.name for label in labels_of([article.id])[article.id]],
        )
        for article in kept
    )


def test_out_and_in_again_it_keeps_every_text_author_moment_thread_and_status(app, taken, other):
    path = taken()
    articles = headings()
    comments = told(db.session.query(Comment).filter(Comment.status != Status.DELETED))
    db.session.remove()
    with other.app_context():
        run(other, "import", "wordpress", path, "--no-media")
        assert told(db.session.query(Comment)) == comments
        assert headings() == articles
        db.session.remove()
