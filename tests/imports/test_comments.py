"""What becomes of an archived comment: what is taken of it, and whether readers see it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pnpm.audit.models import ChangeSet
from pnpm.comments.models import Comment, Status
from pnpm.comments.policy import change_policy
from pnpm.comments.rules import change_lists
from pnpm.db import db, now, transaction
from pnpm.imports.records import ArchivedStatus
from pnpm.privacy import registry

from .conftest import MOMENT, article, comment

SPAM = "Daftar SLOT GACOR hari ini, bonus new member 100%, link alternatif situs slot88 maxwin"


def only():
    """The one comment that is here."""
    db.session.rollback()
    return db.session.scalars(select(Comment)).one()


@pytest.fixture
def taken(archive, imported):
    """Import one comment, and return the report of that."""

    def taken(text="Terima kasih infonya", **more):
        return imported(archive(article("a1"), comment("c1", text, **more)))

    return taken


def test_name_address_website_and_moment_are_kept(taken):
    taken(name="H. Nur'aini, S.Pd.", email="nur@desa.example", website="https://desa.example/")
    found = only()
    assert (found.name, found.email, found.website) == (
        "H. Nur'aini, S.Pd.",
        "nur@desa.example",
        "https://desa.example/",
    )
    assert found.created_at == MOMENT
    assert found.status is Status.PUBLISHED


def test_what_no_form_would_take_is_left_out(taken):
    taken(name="N" * 200, email="nobody", website="javascript:alert(1)")
    found = only()
    assert (found.name, found.email, found.website) == ("N" * 80, "", "")


def test_a_long_comment_is_kept_whole(taken):
    taken("panjang " * 2000)
    assert len(only().body) == 8 * 2000 - 1


def test_html_is_cleaned_and_emoticons_are_drawn(taken):
    taken('Halo <b>desa</b> :)<script>alert(1)</script><br>baris <a href="javascript:x">x</a>')
    html = only().html
    assert "<b>desa</b>" in html and 'class="emoticon"' in html and "<br>" in html
    assert "<script" not in html and "javascript:" not in html


def test_a_comment_of_the_future_came_now(taken, archive):
    taken(minutes=60 * 24 * 365 * 50)
    assert now() - only().created_at < timedelta(minutes=1)


def test_spam_is_held_although_it_was_published_there(taken, client):
    report = taken(SPAM)
    assert report.counts["comments"] == {"taken": 0, "merged": 0, "held": 1, "dropped": 0}
    found = only()
    assert found.status in (Status.PENDING, Status.SPAM)
    assert found.reasons and found.verdict and found.marks is None
    assert "SLOT" not in client.page("/2012/12/musrenbang.html").select_one("#comments").text


@pytest.mark.parametrize(
    ("there", "here", "is_seen"),
    [
        (ArchivedStatus.PENDING, Status.PENDING, False),
        (ArchivedStatus.SPAM, Status.SPAM, True),
    ],
)
def test_what_waited_there_waits_here_and_spam_is_spam(taken, there, here, is_seen):
    report = taken(status=there)
    assert report.counts["comments"]["held"] == 1
    found = only()
    assert found.status is here
    assert (found.moved_at is not None) == is_seen


def test_the_lists_of_the_office_hold_old_comments_too(taken):
    with transaction():
        change_lists(ChangeSet("Bu Camat"), {"hold_words": "infonya"})
    taken()
    found = only()
    assert (found.status, found.reasons) == (Status.PENDING, ["words:infonya"])


def test_what_a_list_refuses_is_spam_and_not_lost(taken):
    with transaction():
        change_lists(ChangeSet("Bu Camat"), {"refuse_names": "Besse"})
    taken()
    found = only()
    assert (found.status, found.reasons) == (Status.SPAM, ["names:Besse"])


@pytest.mark.parametrize("settings", [{"MODERATION": "all", "COMMENT_LIMIT": "1/10min"}])
def test_what_stood_for_years_does_not_fill_the_queue(archive, imported):
    with transaction():
        change_policy(ChangeSet("Bu Camat"), moderation="all", emergency=True)
    records = [comment(f"c{number}", f"Komentar {number}") for number in range(5)]
    report = imported(archive(article("a1"), *records))
    assert report.counts["comments"]["taken"] == 5


@pytest.mark.parametrize(("subject", "name"), [("address", None), ("nobody", "")])
def test_whose_comments_were_erased_here_does_not_come_back(taken, config, subject, name):
    with transaction():
        connection = db.session.connection()
        erased = registry.of_texts(config.secret_key, subject, ["nur@desa.example"])
        registry.note(connection, erased)
    report = taken(email="Nur@desa.example")
    if name is None:
        assert report.details["comments"]["dropped"][0]["why"] == (
            "its author had their comments erased here"
        )
    else:
        assert (only().name, only().email) == ("", "")


def test_an_erased_comment_does_not_come_back_nor_say_what_it_was(archive, imported, config):
    from pnpm.imports.models import ImportedItem, Kind
    from pnpm.privacy.erasure import Chosen, erase

    path = archive(article("a1"), comment("c1"))
    imported(path)
    with transaction():
        connection = db.session.connection()
        chosen = Chosen(comments=frozenset({1}))
        erase(connection, chosen, False, config.secret_key, ChangeSet("Bu Camat"))
    item = db.session.scalars(select(ImportedItem).where(ImportedItem.kind == Kind.COMMENT)).one()
    assert (item.source, item.written) == ("", "")
    assert imported(path).counts["comments"]["dropped"] == 1
