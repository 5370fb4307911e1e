"""The whole site as JSON: out, and in again into an empty one."""

import json
import shutil

import pytest

from pnpm import create_app
from pnpm.accounts.models import User
from pnpm.articles.models import Article
from pnpm.articles.revisions import Revision
from pnpm.audit.models import AuditAction, AuditEntry, break_in_chain
from pnpm.comments.models import Comment, Status
from pnpm.db import db
from pnpm.exports import site_json
from pnpm.exports.site_format import IMPERSONAL
from pnpm.media.models import Picture
from tests.conftest import SETTINGS, dispose
from tests.exports import rich
from tests.exports.conftest import run


@pytest.fixture(scope="module")
def before(rich_folder, tmp_path_factory):
    """What every public address of the site answers."""
    folder = shutil.copytree(rich_folder, tmp_path_factory.mktemp("pages") / "x", symlinks=True)
    app = create_app({"INSTANCE": folder, **SETTINGS})
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("pnpm.comments.thread.WINDOW", 4)
        yield rich.pages(app)
    dispose(app)


@pytest.mark.parametrize(("name", "personal"), [("site.json", []), ("site.zip", ["--personal"])])
def test_it_gives_the_same_site_in_another_place(
    app, before, other, tmp_path, name, personal, monkeypatch
):
    monkeypatch.setattr("pnpm.comments.thread.WINDOW", 4)
    assert len(before) > 30
    run(app, "export", tmp_path / name, "--format", "json", *personal)
    db.session.remove()
    with other.app_context():
        run(other, "import", "json", tmp_path / name)
        # what is behind a query is made of the same rows: it is asked for once
        after = rich.pages(other, with_queries=bool(personal))
        assert {at for at in before if personal or "?" not in at} == after.keys()
        for at, page in after.items():
            assert page == before[at], at
        assert break_in_chain() is None
        db.session.remove()


@pytest.fixture
def document(app, tmp_path):
    """The document, as a function of what to export with."""

    def document(*more):
        run(app, "export", tmp_path / "site.json", "--format", "json", *more)
        return json.loads((tmp_path / "site.json").read_text())

    return document


def test_it_is_complete(document):
    found = document("--personal")
    tables = {"articles": Article, "comments": Comment, "pictures": Picture, "log": AuditEntry}
    for name, model in tables.items():
        assert [one["id"] for one in found[name]] == [
            number for (number,) in db.session.query(model.id).order_by(model.id)
        ]
    versions = [one["id"] for article in found["articles"] for one in article["versions"]]
    assert sorted(versions) == sorted(number for (number,) in db.session.query(Revision.id))
    assert {one["status"] for one in found["comments"]} == {status.value for status in Status}
    assert [one["earlier"] for one in found["comments"] if one["earlier"]] == [
        ["x]]>y <u>bukan</u> & :( 😊"]
    ]
    assert found["settings"]["words"]["headlines"] == [1, 2]
    assert found["settings"]["lists"]["hold_names"] == "Rahasia Budi"
    assert [len(one["files"]) for one in found["pictures"]] == [6, 6]
    assert [
        len(found[name]) for name in ("trusted", "subscribers", "data_requests", "erasures")
    ] == [1] * 4


def test_nothing_that_opens_anything_is_in_it(document):
    text = json.dumps(document("--personal"))
    secrets = [user.password for user in db.session.query(User)]
    secrets += [token for (token,) in db.session.query(Comment.token)]
    secrets += ["s" * 43, SETTINGS["SECRET_KEY"]]
    assert [secret for secret in secrets if secret in text] == []


def test_personal_data_are_in_it_only_when_asked_for(document):
    hashes = [each for (each,) in db.session.query(Comment.address_hash).distinct() if each]
    personal = [rich.SECRET, "camat-rahasia@desa.example", "Rahasia", *hashes]
    plain, whole = json.dumps(document()), json.dumps(document("--personal"))
    assert [each for each in personal if each in plain] == []
    assert [each for each in personal if each not in whole] == []


def test_of_each_action_it_is_said_what_of_its_entries_is_personal():
    assert {action.value for action in AuditAction} == {*IMPERSONAL}


def test_what_breaks_off_leaves_the_file_of_before(app, tmp_path, monkeypatch):
    (tmp_path / "site.json").write_text("dahulu")

    def breaks(*_more):
        yield "{"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site_json, "_document", breaks)
    result = app.test_cli_runner().invoke(
        args=["export", str(tmp_path / "site.json"), "--format", "json"]
    )
    assert (result.exit_code, result.output) == (
        1,
        "Error: Nothing was exported: No space left on device.\n",
    )
    assert [path.name for path in tmp_path.iterdir() if path.name != "instance"] == ["site.json"]
    assert (tmp_path / "site.json").read_text() == "dahulu"


@pytest.mark.parametrize("settings", [{"SECRET_KEY": ""}])
def test_without_the_secret_key_it_says_so_in_one_line(app, tmp_path):
    result = app.test_cli_runner().invoke(
        args=["export", str(tmp_path / "site.json"), "--format", "json"]
    )
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "The secret key is missing" in result.output
