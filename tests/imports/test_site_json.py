"""A site taken in from a JSON document: whole, checked, or not at all."""

import copy
import json
import shutil
import zipfile
from datetime import datetime

import pytest
from sqlalchemy import func, select

from pnpm import create_app
from pnpm.articles.models import Article
from pnpm.audit.models import AuditEntry, break_in_chain, digest
from pnpm.backup.snapshot import opened
from pnpm.comments.models import Comment
from pnpm.comments.subscriptions.tables import subscribers
from pnpm.comments.trust import Trust
from pnpm.db import db, migrations
from pnpm.media.models import Picture
from pnpm.privacy.models import DataRequest
from pnpm.site_settings import Setting
from tests.conftest import SETTINGS, dispose, publish, write

ABOUT = {"format": "pnpm-site", "version": 1, "made": "2026-11-27T00:00:00+00:00"}
MOMENT = "2012-12-20T01:02:03.456789+00:00"
ARTICLE = {
    "id": 7,
    "title": "Rapat",
    "slug": "rapat",
    "body": "<p>Isi</p>",
    "html": "<script>",
    "status": "published",
    "published_at": MOMENT,
    "saved_at": MOMENT,
}
COMMENT = {
    "id": 12,
    "article_id": 7,
    "name": "Siti",
    "website": "",
    "body": "a :) <script>b</script>",
    "html": "<script>",
    "status": "published",
    "created_at": MOMENT,
}
ENTRY = {
    "id": 3,
    "deed": "a" * 16,
    "created_at": MOMENT,
    "who": "Bu Camat",
    "action": "saved",
    "subject": "article",
    "number": 7,
    "before": {},
    "after": {"title": "Rapat"},
}
PICTURE = {
    "id": 4,
    "key": "ab" * 16,
    "name": "a.jpg",
    "width": 400,
    "height": 300,
    "created_at": MOMENT,
}


def document(**more):
    return copy.deepcopy(
        {**ABOUT, "articles": [ARTICLE], "comments": [COMMENT], "log": [ENTRY], **more}
    )


@pytest.fixture
def take(app, tmp_path):
    """Have the site take a document in; what the command says."""

    def take(given, name="site.json"):
        text = given if isinstance(given, str | bytes) else json.dumps(given)
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        result = app.test_cli_runner().invoke(args=["import", "json", str(tmp_path / name)])
        db.session.rollback()
        return result

    return take


def test_what_another_program_wrote_is_taken_in(take, client):
    result = take(document(last_ids={"comment": 40}))
    assert result.exit_code == 0, result.output
    page = client.page("/2012/12/rapat.html")
    (comment,) = page.select("#comment-12")
    assert comment.select_one(".comment__author").text == "Siti"
    assert "<script>b</script>" in comment.text
    assert "<script>" not in {
        *db.session.scalars(select(Article.html)),
        *db.session.scalars(select(Comment.html)),
    }
    assert page.select_one("#comment-count").text == "1"
    assert client.page("/cari?q=rapat").select(".hit")


def test_ids_that_were_given_out_there_are_given_out_no_more(take, app):
    take(document(last_ids={"comment": 40}))
    (comment,) = write(db.session.query(Article).one(), app, "sesudahnya")
    assert comment.id == 41


@pytest.mark.engines
def test_the_log_goes_on_behind_the_entries_of_the_other_site(take, app):
    app.test_cli_runner().invoke(args=["user", "add", "Rudi"])
    result = take(document())
    assert "The chain of the log begins anew" in result.output
    found = db.session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert [(entry.id, entry.action, entry.subject) for entry in found] == [
        (3, "saved", "article"),
        (4, "added", "user"),
        (5, "restored", "export"),
    ]
    assert found[-1].after == {"name": "site.json", "made": ABOUT["made"], "chain": False}
    assert break_in_chain() is None


def test_a_site_that_is_not_empty_takes_none_in(take):
    publish("Ada")
    result = take(document())
    assert (result.exit_code, result.output) == (
        1,
        "Error: The site is not empty: such a file is taken in by a new site alone.\n",
    )
    assert db.session.query(Article).count() == 1


def _changed(**more):
    """A document in which one thing is other than it should be."""
    return document(**more)


MALFORMED = {
    "no JSON": "kosong",
    "no UTF-8": b'{"format": "\xff"}',
    "cut off": json.dumps(document())[:-40],
    "a list": "[]",
    "another's": document(format="wordpress"),
    "of no version": document(version="1"),
    "of a version that is a switch": document(version=True),
    "newer": document(version=2),
    "nested without end": json.dumps(document(log=[ENTRY | {"before": {"a": 7}}])).replace(
        "7}", "[" * 400 + "]" * 400 + "}"
    ),
    "no list": document(comments={}),
    "no objects": document(comments=[7]),
    "something missing": document(articles=[{"id": 1}]),
    "an id twice": document(articles=[ARTICLE, ARTICLE]),
    "a slug twice": document(articles=[ARTICLE, ARTICLE | {"id": 8}]),
    "an id that is none": document(articles=[ARTICLE | {"id": "7"}]),
    "an id that is a switch": document(articles=[ARTICLE | {"id": True}]),
    "an id before the first": document(comments=[COMMENT | {"id": 0}]),
    "an id without room behind it": document(articles=[ARTICLE | {"id": 2**31 - 1}]),
    "an article of no kind": document(articles=[ARTICLE | {"status": "live"}]),
    "no moment": document(articles=[ARTICLE | {"published_at": None}]),
    "a moment without offset": document(articles=[ARTICLE | {"published_at": "2012-12-20"}]),
    "a moment of no calendar": document(
        articles=[ARTICLE | {"published_at": "0001-01-01T00:00:00+14:00"}]
    ),
    "a slug that leads out": document(articles=[ARTICLE | {"slug": "../../admin"}]),
    "a slug of no month": document(articles=[ARTICLE | {"slug": "2012/13/rapat"}]),
    "a page among articles": document(articles=[ARTICLE | {"slug": "p/rapat"}]),
    "days without end": document(articles=[ARTICLE | {"close_after": 10**8}]),
    "a title without end": document(articles=[ARTICLE | {"title": "x" * 201}]),
    "a NUL": document(articles=[ARTICLE | {"title": "a\0b"}]),
    "half a character": document(articles=[ARTICLE | {"title": "\ud800"}]),
    "a label with two names": document(
        articles=[
            ARTICLE
            | {"labels": [{"id": 1, "name": "a", "slug": "a"}, {"id": 1, "name": "b", "slug": "b"}]}
        ]
    ),
    "related to nothing": document(articles=[ARTICLE | {"related": [99]}]),
    "under no article": document(comments=[COMMENT | {"article_id": 99}]),
    "under no comment": document(comments=[COMMENT | {"parent_id": 1}]),
    "under itself": document(comments=[COMMENT | {"parent_id": 12}]),
    "under a reply": document(
        comments=[
            COMMENT,
            COMMENT | {"id": 13, "parent_id": 12},
            COMMENT | {"id": 14, "parent_id": 13},
        ]
    ),
    "an answer to itself": document(comments=[COMMENT, COMMENT | {"id": 13, "reply_to_id": 13}]),
    "an answer under another article": document(
        articles=[ARTICLE, ARTICLE | {"id": 8, "slug": "lain"}],
        comments=[COMMENT, COMMENT | {"id": 13, "article_id": 8, "reply_to_id": 12}],
    ),
    "an address with a header": document(comments=[COMMENT | {"email": "a@b.example\r\nBcc: c"}]),
    "a website that runs": document(comments=[COMMENT | {"website": "javascript:alert(1)"}]),
    "reasons that are none": document(comments=[COMMENT | {"reasons": "x"}]),
    "signals that are none": document(
        comments=[COMMENT | {"verdict": "hold", "signals": {"signals": [[1]]}}]
    ),
    "an entry without sides": document(log=[ENTRY | {"before": []}]),
    "a status that is a list": document(log=[ENTRY | {"after": {"status": ["draft"]}}]),
    "a number that no program reads": json.dumps(document()).replace('"Rapat"}', "1e999}"),
    "words that could be put back": document(
        log=[
            ENTRY
            | {
                "action": "words",
                "subject": "site",
                "before": {"links": [["a", "javascript:alert(1)"]]},
            }
        ]
    ),
    "a slug that could be put back": document(log=[ENTRY | {"before": {"slug": "../../x"}}]),
    "an account that is none": document(accounts=[{"name": ["x"]}]),
    "an e-mail address that is none": document(settings={"words": {"email": '"><script>'}}),
    "links without end": document(
        settings={"words": {"links": [["a", "https://a.example/"]] * 101}}
    ),
    "words that are none": document(settings={"words": {"links": [["a", "javascript:alert(1)"]]}}),
    "an accent that is no colour": document(settings={"words": {"accent": "red;}"}}),
    "a layout that is none": document(settings={"words": {"layout": ["list"]}}),
    "a picture at the head that leads out": document(
        settings={"words": {"header_picture": "../x"}}
    ),
    "words of no language": document(settings={"words": {"language": "../xx"}}),
    "a policy that is none": document(settings={"policy": {"emergency": "yes"}}),
    "lists that are none": document(settings={"lists": {"hold_words": 7}}),
    "a picture that leads out": document(pictures=[PICTURE | {"key": "../" * 10}]),
    "a picture without size": document(pictures=[PICTURE | {"width": 0}]),
    "a preview that is none": document(pictures=[PICTURE | {"preview": '"><script>'}]),
    "a file that leads out": document(
        pictures=[PICTURE | {"files": [{"name": "../x", "data": ""}]}]
    ),
    "a file that is no picture": document(
        pictures=[PICTURE | {"files": [{"name": "400.jpg", "data": "PHNjcmlwdD4="}]}]
    ),
    "a file that is in no zip": document(
        pictures=[PICTURE | {"files": [{"name": "400.jpg", "file": "/etc/passwd"}]}]
    ),
    "an identity that is none": document(site={"identity": "<x>"}),
}


@pytest.fixture
def upgraded_once(tmp_path, monkeypatch):
    """The schema that each document is read into is made once: that takes longer than reading."""
    with opened(f"sqlite:///{tmp_path / 'schema.db'}") as engine:
        migrations.upgrade(engine)

    def copied(engine):
        shutil.copy(tmp_path / "schema.db", engine.url.database)

    monkeypatch.setattr(migrations, "upgrade", copied)


def test_what_is_malformed_changes_nothing_and_is_named(take, config, upgraded_once):
    def state():
        return [
            db.session.scalar(select(func.count()).select_from(table))
            for table in (Article, Comment, Picture, AuditEntry, Setting)
        ]

    before = state()
    for name, given in MALFORMED.items():
        result = take(given)
        assert result.exit_code == 1, name
        assert result.output.startswith("Error: Nothing was taken in: site.json: "), name
        assert result.output.count("\n") == 1, name
        assert state() == before, name
        assert not [*config.instance.glob(".work-*")], name


def test_what_cannot_be_stored_or_would_move_a_terminal_is_left_out(take):
    result = take(
        document(
            made="\0\ud800",
            accounts=[{"name": "\x1b[31mBudi\nRudi", "role": "admin"}],
            log=[ENTRY | {"after": {"title": "a\0\ud800"}}],
            kemudian={"a": [1]},
        )
    )
    assert result.exit_code == 0, result.output
    assert result.output.endswith("flask user add: [31mBudi Rudi (admin).\n")
    entries = db.session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert entries[0].after == {"title": "a\ufffd\ufffd"}
    assert entries[-1].after["made"] == ""


def test_what_is_wrong_is_told_with_its_place(take):
    assert (
        "articles 2: title: it is longer than 200 characters."
        in take(document(articles=[ARTICLE, ARTICLE | {"id": 8, "title": "x" * 201}])).output
    )


def test_a_zip_with_other_things_is_refused(take, tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "x")
    result = take((tmp_path / "other.zip").read_bytes(), "site.zip")
    assert "it has no site.json" in result.output
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("site.json", b" " * (65 << 20))
    assert (
        "packed as this program packs none"
        in take((tmp_path / "bomb.zip").read_bytes(), "site.zip").output
    )


@pytest.fixture(scope="module")
def whole(rich_folder, tmp_path_factory):
    """The document of a site with something of everything, as text."""
    path = tmp_path_factory.mktemp("there") / "there.json"
    folder = shutil.copytree(rich_folder, path.with_name("instance"), symlinks=True)
    site = create_app({"INSTANCE": folder, **SETTINGS})
    with site.app_context():
        done = site.test_cli_runner().invoke(
            args=["export", str(path), "--format", "json", "--personal"]
        )
        assert done.exit_code == 0, done.output
        db.session.remove()
    dispose(site)
    return path.read_text()


class TestFromAnotherSite:
    """What a whole document with personal data brings."""

    @pytest.fixture
    def there(self, whole):
        """Its document."""
        return json.loads(whole)

    @pytest.mark.engines
    def test_the_chain_of_its_log_goes_on(self, take, there):
        result = take(there)
        assert "chain" not in result.output, result.output
        found = db.session.query(AuditEntry).order_by(AuditEntry.id).all()
        assert [(each.id, each.link) for each in found[:-1]] == [
            (each["id"], each["link"]) for each in there["log"]
        ]
        assert found[-1].after["chain"] is True
        assert break_in_chain() is None

    def test_a_log_that_was_changed_is_not_taken_for_the_one_that_was_written(self, take, there):
        there["log"][3]["who"] = "Lain"
        assert "The chain of the log begins anew" in take(there).output
        assert break_in_chain() is None

    def test_a_log_whose_last_entries_are_gone_is_not_either(self, take, there):
        there["log"].pop()
        assert "The chain of the log begins anew" in take(there).output

    def test_who_follows_what_and_who_asked_goes_on_and_accounts_are_named(self, take, there):
        assert "Bu Camat (admin)" in take(there).output
        (subscriber,) = db.session.execute(select(subscribers)).all()
        assert subscriber.secret != "s" * 43
        assert db.session.query(Trust).count() == 1
        assert db.session.query(DataRequest).one().email == there["data_requests"][0]["email"]

    def test_what_was_erased_there_is_not_brought_back(self, take, there):
        number = there["comments"][0]["id"]
        moment = db_moment(there["comments"][0]["created_at"])
        there["erasures"].append(
            {
                "subject": "comment",
                "number": number,
                "proof": digest(f"comment {number} {moment}"),
                "created_at": MOMENT,
            }
        )
        result = take(there)
        assert result.exit_code == 0, result.output
        assert db.session.get(Comment, number) is None


def db_moment(text):
    """A moment as the list of erasures spells it."""
    return datetime.fromisoformat(text).isoformat()
