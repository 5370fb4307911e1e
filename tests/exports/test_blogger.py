"""The site as Blogger's archive: read by feedparser and the standard library's parser."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import feedparser
import pytest

from pnpm.articles.models import Article, Status
from pnpm.comments.models import Comment
from pnpm.comments.models import Status as CommentStatus
from pnpm.db import db
from pnpm.exports.blogger import COMMENTS, KIND, LABEL, POSTS
from tests.exports import rich
from tests.exports.conftest import run

ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "{http://purl.org/syndication/thread/1.0}"


@pytest.fixture
def settings():
    return {"SITE_URL": "https://desa.example"}


@pytest.fixture
def taken(app, tmp_path):
    """The archive."""
    run(app, "export", tmp_path / "blog.xml", "--format", "blogger")
    return tmp_path / "blog.xml"


def kind_of(entry):
    (term,) = (tag.term for tag in entry.tags if tag.scheme == KIND)
    return term.partition("#")[2]


def number_of(tag):
    return int(tag.rpartition("-")[2])


def test_another_reader_finds_what_is_there(taken):
    feed = feedparser.parse(taken.read_bytes())
    assert not feed.bozo
    found = {}
    for entry in feed.entries:
        found.setdefault(kind_of(entry), []).append(entry)
    articles = db.session.query(Article).filter(Article.status != Status.DELETED).all()
    assert {
        number_of(entry.id) - POSTS: entry.title for entry in found["post"] + found["page"]
    } == {article.id: article.title for article in articles}
    comments = db.session.query(Comment).filter_by(status=CommentStatus.PUBLISHED).all()
    assert {
        number_of(entry.id) - COMMENTS: (
            entry.author_detail.name,
            datetime(*entry.published_parsed[:6], tzinfo=UTC),
        )
        for entry in found["comment"]
    } == {
        comment.id: (comment.name or "Anonim", comment.created_at.replace(microsecond=0))
        for comment in comments
    }
    assert rich.SECRET not in taken.read_text()


def test_threads_labels_addresses_and_drafts_are_as_blogger_writes_them(taken):
    entries = {
        number_of(entry.findtext(f"{ATOM}id")): entry
        for entry in ElementTree.parse(taken).iter(f"{ATOM}entry")
    }
    first = entries[POSTS + 1]
    labels = [
        each.get("term") for each in first.iter(f"{ATOM}category") if each.get("scheme") == LABEL
    ]
    assert labels == ["Berita", "Kabar Désa"]
    (address,) = [
        each.get("href") for each in first.iter(f"{ATOM}link") if each.get("rel") == "alternate"
    ]
    assert address == "https://desa.example/2012/12/rapat-desa.html"
    for comment in db.session.query(Comment).filter_by(status=CommentStatus.PUBLISHED):
        entry = entries[COMMENTS + comment.id]
        assert (
            number_of(entry.find(f"{THREAD}in-reply-to").get("ref")) == POSTS + comment.article_id
        )
        related = [
            int(each.get("href").rpartition("/")[2]) - COMMENTS
            for each in entry.iter(f"{ATOM}link")
            if each.get("rel") == "related"
        ]
        answered = comment.reply_to_id or comment.parent_id
        assert related == ([answered] if answered else [])
    drafts = [
        number - POSTS
        for number, entry in entries.items()
        if entry.findtext("{http://purl.org/atom/app#}control/{http://purl.org/atom/app#}draft")
        == "yes"
    ]
    assert drafts == [
        article.id for article in db.session.query(Article).filter_by(status=Status.DRAFT)
    ]
