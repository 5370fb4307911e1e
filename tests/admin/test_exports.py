"""The site taken along from the office, as a file of another system."""

import io
import json
import zipfile
from xml.etree import ElementTree

import pytest

from pnpm.audit.models import AuditEntry
from pnpm.db import db
from pnpm.web import exports
from tests.admin.conftest import send
from tests.conftest import write

PAGE, ACTION = "/admin/backups", "/admin/exports"


@pytest.fixture
def commented(app, article):
    """An article with a comment whose author gave an address."""
    (comment,) = write(article, app, "Setuju", name="Siti")
    comment.email = "siti@rahasia.example"
    db.session.commit()


def taken(office, **values):
    return send(office, ACTION, PAGE, **values)


def logged():
    """The last entry."""
    db.session.rollback()
    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    return entry.who, entry.action, entry.subject, entry.after


def test_the_page_offers_each_form(office):
    form = office.page(PAGE).select_one(f"form[action='{ACTION}']")
    assert [option["value"] for option in form.select("option")] == [
        "json",
        "wxr",
        "blogger",
        "static",
    ]
    assert not form.select_one("[name=personal]").has_attr("checked")


@pytest.mark.parametrize("personal", [{}, {"personal": "y"}], ids=["plain", "personal"])
def test_the_whole_site_comes_as_a_zip_and_the_log_says_who_took_it(
    office, config, commented, personal
):
    answer = taken(office, format="json", **personal)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    name = answer.headers["Content-Disposition"].rpartition("=")[2]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        document = archive.read("site.json").decode()
    assert [comment["name"] for comment in json.loads(document)["comments"]] == ["Siti"]
    assert ("siti@rahasia.example" in document) == bool(personal)
    assert logged() == (
        "Bu Camat",
        "taken",
        "export",
        {"name": name, "format": "json", "personal": bool(personal)},
    )
    assert "mengunduh ekspor" in " ".join(office.page("/admin/log").text.split())
    assert not [*config.instance.glob(".work-*")]


@pytest.mark.parametrize(
    ("form", "root"), [("wxr", "rss"), ("blogger", "{http://www.w3.org/2005/Atom}feed")]
)
def test_it_comes_as_other_systems_take_it(office, commented, form, root):
    answer = taken(office, format=form)
    assert ElementTree.fromstring(answer.data).tag == root
    assert answer.headers["Content-Disposition"].endswith(
        f"-{'wordpress' if form == 'wxr' else form}.xml"
    )


def test_it_comes_as_plain_pages(office, commented):
    answer = taken(office, format="static")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert "Setuju" in archive.read("2012/12/latar-belakang.html").decode()


def test_without_the_token_or_with_another_form_nothing_is_taken(office):
    before = logged() if db.session.query(AuditEntry).count() else None
    assert office.post(ACTION, data={"format": "json"}).status_code == 400
    answer = taken(office, format="exe")
    assert (answer.status_code, "Pilih salah satu dari daftar." in answer.text) == (422, True)
    assert (logged() if before else db.session.query(AuditEntry).count()) == (before or 0)


@pytest.mark.parametrize(
    "error", [OSError(28, "It is full"), exports.Refused("It is full")], ids=["disk", "database"]
)
def test_where_it_cannot_be_written_it_says_why(office, config, monkeypatch, error):
    def full(*_values):
        raise error

    monkeypatch.setattr(exports, "write", full)
    answer = taken(office, format="json")
    assert (answer.status_code, "It is full" in answer.text) == (503, True)
    assert not [*config.instance.glob(".work-*")]


def test_a_moderator_takes_nothing(moderator, sign_in):
    answer = send(sign_in(moderator), ACTION, "/admin/comments", format="json")
    assert answer.status_code == 403
