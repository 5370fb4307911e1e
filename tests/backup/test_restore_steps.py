"""A restore in steps: it goes on where it was, whatever happens between two of them, and the site
is the old one or the restored one.
"""

import errno

import pytest

from pnpm.articles.models import Article
from pnpm.audit.models import AuditAction, AuditEntry, break_in_chain
from pnpm.backup import daily, export, restore_job, restore_steps, tables
from pnpm.backup.job import LOCK
from pnpm.backup.restore_job import Phase
from pnpm.comments.models import Comment
from pnpm.db import db, transaction
from pnpm.files import locked
from tests.conftest import publish
from tests.keeping import contents

KEPT = "Rapat désa 😊"


class Killed(BaseException):
    """What no step catches."""


@pytest.fixture
def kept(site, config):
    """A backup, and how everything was then; the site goes on."""
    path = daily.make(config, config.timezone)
    before = contents(config.instance)
    with transaction():
        db.session.get(Article, site.id).title = "Lain"
    return path, before


def advance(config, seconds=restore_steps.SECONDS):
    restore_steps.advance(config, config.timezone, str, seconds)
    db.session.rollback()
    return restore_job.current(config.instance)


def until(config, *phases, seconds=restore_steps.SECONDS):
    """Go on until it is there."""
    for number in range(100):
        job = restore_job.current(config.instance)
        if job.phase in phases:
            return number
        advance(config, seconds)
    raise AssertionError(job)


def confirmed(config, path):
    """One that was looked at and confirmed."""
    restore_job.begin(config.instance, path.name, "uji")
    until(config, Phase.READY)
    job = restore_job.current(config.instance)
    return restore_job.confirm(config.instance, job.key, "uji")


def restored():
    """How often the log says that the site was restored."""
    db.session.rollback()
    action = AuditAction.RESTORED.value
    return db.session.query(AuditEntry).filter_by(action=action).count()


def title():
    db.session.rollback()
    return db.session.query(Article.title).scalar()


def test_a_little_at_a_time_comes_to_the_same(config, kept, monkeypatch):
    path, before = kept
    monkeypatch.setattr(tables, "BATCH", 1)
    confirmed(config, path)
    seen = []
    for _ in range(100):
        job = restore_job.current(config.instance)
        if not job.is_at_work:
            break
        seen.append((job.phase, title()))
        advance(config, -1)
    assert job.phase is Phase.DONE, job
    assert len(seen) > 10
    assert [name for phase, name in seen if phase is not Phase.ENDING] == ["Lain"] * (len(seen) - 1)
    assert seen[-1] == (Phase.ENDING, KEPT)
    assert contents(config.instance) == before
    assert restored() == 1


@pytest.mark.engines
def test_one_that_is_killed_after_the_transaction_does_not_do_it_again(config, kept, monkeypatch):
    path, before = kept
    confirmed(config, path)
    until(config, Phase.REPLACING)
    turn = restore_job.STORED.turn

    def killed(_instance, _job, phase):
        raise Killed if phase is Phase.ENDING else AssertionError

    monkeypatch.setattr(restore_job.STORED, "turn", killed)
    with pytest.raises(Killed):
        advance(config)
    monkeypatch.setattr(restore_job.STORED, "turn", turn)
    assert restore_job.current(config.instance).phase is Phase.REPLACING
    assert title() == KEPT
    with transaction():
        db.session.query(Article).one().title = "Sesudahnya"
    until(config, Phase.DONE)
    assert title() == "Sesudahnya"
    job = restore_job.current(config.instance)
    assert (config.instance / "backups" / job.before).is_file()
    assert restored() == 1
    assert break_in_chain() is None
    assert publish("Sesudahnya lagi").id > 1
    assert before


def test_one_that_is_killed_each_time_ends_and_the_site_is_as_it_was(config, kept, monkeypatch):
    path, _before = kept
    confirmed(config, path)
    until(config, Phase.REPLACING)
    here = contents(config.instance)

    def killed(*_values):
        raise Killed

    monkeypatch.setattr("pnpm.backup.export.tables.renew", killed)
    for _ in range(restore_steps.MOST_TRIES):
        with pytest.raises(Killed):
            advance(config)
    job = advance(config)
    assert (job.phase, job.fault) == (Phase.FAILED, "slow")
    assert contents(config.instance) == here
    restore_job.retry(config.instance)
    assert restore_job.current(config.instance).phase is Phase.READY


def test_without_room_for_the_backup_of_what_is_there_nothing_is_replaced(
    config, kept, monkeypatch
):
    path, _before = kept
    confirmed(config, path)
    here = contents(config.instance)

    def full(_target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(daily, "copy_database", full)
    until(config, Phase.FAILED)
    assert restore_job.current(config.instance).fault == "full"
    assert contents(config.instance) == here


def test_while_a_backup_is_made_it_waits(config, kept):
    path, before = kept
    confirmed(config, path)
    until(config, Phase.KEEPING, seconds=-1)
    with daily.at_work(config):
        for _ in range(restore_steps.MOST_TRIES + 2):
            job = advance(config)
    assert job.phase is Phase.KEEPING
    until(config, Phase.DONE)
    assert contents(config.instance) == before


def test_one_process_works_at_a_time(config, kept):
    path, _before = kept
    restore_job.begin(config.instance, path.name, "uji")
    with locked(config.instance / restore_job.FOLDER / LOCK, 0):
        assert advance(config).phase is Phase.CHECKING


def test_what_replaces_cannot_be_given_up_and_what_does_not_can(config, kept):
    path, _before = kept
    confirmed(config, path)
    until(config, Phase.REPLACING)
    with pytest.raises(restore_job.Busy):
        restore_job.give_up(config.instance)
    assert title() == "Lain"


def test_a_backup_that_is_gone_meanwhile_is_said(config, kept):
    path, _before = kept
    restore_job.begin(config.instance, path.name, "uji")
    path.unlink()
    until(config, Phase.FAILED)
    assert restore_job.current(config.instance).fault == "archive"


def test_the_html_of_an_archive_is_made_anew(config, site, tmp_path):
    with transaction():
        for made in (*db.session.query(Comment), *db.session.query(Article)):
            made.html = "<script>alert(1)</script>"
    export.keep(path := tmp_path / "forged.zip", config)
    restore_job.begin(config.instance, "forged.zip", "uji", path)
    until(config, Phase.READY)
    restore_job.confirm(config.instance, restore_job.current(config.instance).key, "uji")
    until(config, Phase.DONE)
    found = [made.html for made in (*db.session.query(Comment), *db.session.query(Article))]
    assert len(found) == 3
    assert not any("<script" in html for html in found)
