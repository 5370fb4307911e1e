"""Whatever a comment's status needs to be shown is there for each."""

import pytest

from pnpm.admin.labels import (
    BUTTONS,
    MAIL_KINDS,
    OUTCOMES,
    REASON_KINDS,
    REASONS,
    SIGNALS,
    STATUSES,
    STRENGTHS,
    reason,
)
from pnpm.comments.models import Status
from pnpm.comments.spam import HoldReason
from pnpm.comments.spam.verdict import Evidence, Outcome, Signal, Strength
from pnpm.web import mail
from tests.conftest import TOP


def test_each_status_has_its_words_and_its_button():
    assert set(STATUSES) == set(BUTTONS) == set(Status)


def test_each_status_has_its_pattern_in_the_charts():
    columns = (TOP / "templates/admin/charts/_columns.html").read_text()
    assert [status for status in Status if f"'{status.value}': 'M" not in columns] == []


def test_each_kind_of_mail_has_its_words():
    mail._load_writers()
    assert set(MAIL_KINDS) == set(mail.WRITERS)


def test_each_reason_and_each_outcome_and_strength_has_its_words():
    assert set(REASONS) == {reason.value for reason in HoldReason}
    assert set(SIGNALS) == {kind.value for kind in Evidence}
    assert set(REASON_KINDS) == {*REASONS, *SIGNALS}
    assert (set(OUTCOMES), set(STRENGTHS)) == (set(Outcome), set(Strength))


@pytest.mark.parametrize("kind", Evidence)
@pytest.mark.parametrize("detail", ["", "zeus77", "50% \u202eaman"])
def test_a_reason_of_the_filter_is_said_in_words(app, kind, detail):
    said = reason(Signal(kind, 1.0, detail).reason)
    assert said.startswith(str(SIGNALS[kind.value].name))
    if SIGNALS[kind.value].found:
        assert (detail in said, "%" in said) == (True, "%" in detail)


def test_a_reason_that_only_another_version_knows_stands_as_it_was_stored(app):
    assert reason("moon:full") == "moon:full"
