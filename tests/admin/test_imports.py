"""An import in the office's log, from which it is taken back."""

import pytest
from sqlalchemy import func, select

from pnpm.articles.models import Article
from pnpm.audit.models import AuditEntry
from pnpm.comments.models import Comment
from pnpm.db import db
from pnpm.imports.models import ImportRun, Stage
from tests.admin.conftest import send
from tests.imports.conftest import archive, article, comment, imported, opened

__all__ = ["archive", "imported", "opened"]  # fixtures


@pytest.fixture
def entry(archive, imported):
    """The entry of an import."""
    imported(archive(article("a1"), comment("c1")))
    return db.session.scalars(select(AuditEntry)).one()


def test_the_log_says_who_imported_what(office, entry):
    page = office.page("/admin/log")
    said = " ".join(page.select_one(f"#entry-{entry.id}").text.split())
    assert said.startswith("Bu Camat mengimpor arsip situs lain 1 ")
    assert "Blog Lama" in said


def test_one_button_takes_it_back_after_the_answer(office, entry):
    answer = send(office, f"/admin/log/{entry.deed}/undo", "/admin/log")
    assert answer.status_code == 303
    db.session.rollback()
    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(Article)) == 0
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0
    assert db.session.scalars(select(ImportRun.stage)).one() is Stage.UNDONE
    again = send(office, f"/admin/log/{entry.deed}/undo", "/admin/log")
    assert again.status_code == 409


def test_what_a_newer_archive_changed_goes_with_it(office, entry, archive, imported):
    imported(archive(article("a1", "Musrenbang 2013"), comment("c1", "Sudah"), comment("c2")))
    newer = db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()
    answer = send(office, f"/admin/log/{newer.change_set}/undo", "/admin/log")
    assert answer.status_code == 303
    db.session.rollback()
    db.session.expire_all()
    assert db.session.scalars(select(Article.title)).all() == ["Musrenbang"]
    assert db.session.scalars(select(Comment.body)).all() == ["Terima kasih infonya"]
    undone = db.session.get_one(ImportRun, newer.id).report["undo"]
    assert (undone["gone"], undone["left"]) == ({"changes": 2, "comments": 1}, [])


def test_a_moderator_may_not(moderator, sign_in, entry):
    browser = sign_in(moderator)
    answer = send(browser, f"/admin/log/{entry.deed}/undo", "/admin/log")
    assert answer.status_code == 403
