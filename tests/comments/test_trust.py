"""Whom the office trusts: a name from one address, of the month in which it was earned."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pnpm.audit.models import AuditEntry, ChangeSet, entries
from pnpm.comments.models import Comment, Submission
from pnpm.comments.rules import Rules
from pnpm.comments.trust import Trust, trust
from pnpm.db import db, now, transaction
from pnpm.site_settings import Setting
from tests.conftest import write

pytestmark = pytest.mark.engines

ADDRESS = "192.0.2.1"  # what `write` writes from
LAST_YEAR = datetime(2025, 3, 31, 23, 0, tzinfo=UTC)


@pytest.fixture
def siti(app, article):
    """A comment of hers, of another month."""
    return write(article, app, "halo", name="Siti", moment=LAST_YEAR)[0]


def is_trusted(app, name="Siti", address=ADDRESS, moment=None):
    draft = Submission(name, "", "", "x", "x")
    return Rules.now().judge(draft, address, app.config["PNPM"], "all", moment).is_trusted


def test_trust_holds_over_months_for_the_name_and_the_address(app, siti):
    with transaction():
        trust("Siti", siti.address_hash, None, True, ChangeSet("Bu Camat"))
    assert is_trusted(app)
    assert is_trusted(app, moment=now() + timedelta(days=300))
    assert not is_trusted(app, address="192.0.2.2")
    assert not is_trusted(app, "Rudi")


def test_trust_ends_on_its_day(app, siti):
    end = datetime(2030, 1, 31, 23, 59, 59, tzinfo=ZoneInfo("Asia/Makassar"))
    with transaction():
        trust("Siti", siti.address_hash, end, True, ChangeSet("Bu Camat"))
    assert is_trusted(app, moment=end - timedelta(seconds=1))
    assert not is_trusted(app, moment=end)


def test_trust_is_renewed_and_taken_back_and_each_is_written_down(app, siti):
    change_sets = [ChangeSet("Bu Camat") for _ in range(4)]
    end = now() + timedelta(days=30)
    for change_set, until, wanted in zip(
        change_sets, (end, None, None, None), (True, True, True, False), strict=True
    ):
        with transaction():
            trust("Siti", siti.address_hash, until, wanted, change_set)
    written = [
        [(entry.before["trusted"], entry.after["trusted"]) for entry in entries(change_set.key)]
        for change_set in change_sets
    ]
    assert written == [[(False, True)], [(True, True)], [], [(True, False)]]
    assert entries(change_sets[0].key)[0].after["until"] == end.isoformat()
    assert not is_trusted(app)
    assert db.session.query(Trust).count() == 0


def test_who_never_commented_is_not_trusted(app, siti):
    for name, code in (("Rudi", siti.address_hash), ("Siti", "0" * 64)):
        with pytest.raises(LookupError), transaction():
            trust(name, code, None, True, ChangeSet("Bu Camat"))
    assert (db.session.query(Trust).count(), db.session.query(AuditEntry).count()) == (0, 0)


def test_taking_back_what_nobody_has_is_nothing(app, siti):
    revision, change_set = Setting.revision(), ChangeSet("Bu Camat")
    with transaction():
        trust("Siti", siti.address_hash, None, False, change_set)
    assert (change_set.count, Setting.revision()) == (0, revision)


def test_it_outlives_the_comment_that_earned_it(app, siti):
    with transaction():
        trust("Siti", siti.address_hash, None, True, ChangeSet("Bu Camat"))
        db.session.delete(db.session.get(Comment, siti.id))
    assert is_trusted(app)
