"""The checkup in the office: what `flask doctor` says, what must be mended first, and when it was
looked.
"""

import time

import pytest

from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.db import db, transaction
from pnpm.diagnostics.checks import GROUPS
from tests.conftest import SETTINGS
from tests.engines import WITHOUT_GUARDS

HERE = "http://localhost/admin/checkup"


def lines(page, selector):
    """The lines found there: mark and words."""
    return [
        (line.select_one("b").text, line.select_one("span").text)
        for line in page.select(f"{selector} li")
    ]


def test_where_all_is_well_it_says_so_in_groups(office):
    page = office.page(HERE)
    assert page.select(".checkup--ill") == []
    assert "Tidak ada yang perlu diperbaiki." in page.select_one(".checkup__well").text
    assert [heading.text for heading in page.select(".checkup h2")] == [
        str(group) for group in GROUPS
    ]
    assert {mark for mark, _words in lines(page, ".checkup")} == {"baik"}
    assert ("baik", "Basis data menjawab.") in lines(page, ".checkup")


def test_what_must_be_mended_stands_first(office, admin):
    with transaction():
        ChangeSet("Bu Camat").record(AuditAction.ADDED, "user", [(admin.id, {}, {})])
    with db.engine.begin() as connection:
        for query in (*WITHOUT_GUARDS, "UPDATE log_entry SET who = 'x'"):
            connection.exec_driver_sql(query)
    page = office.page(HERE)
    [(mark, words)] = lines(page, ".checkup--ill")
    assert mark == "PERBAIKI"
    assert words.startswith("Catatan tidak utuh: entri 1")
    assert page.select(".checkup")[0]["class"] == ["checkup", "checkup--ill"]
    assert page.select_one(".checkup--ill h2").text == "1 hal perlu diperbaiki"
    assert words not in [each for _mark, each in lines(page, ".checkup:not(.checkup--ill)")]


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"X-Forwarded-Proto": "https"}, "Setel PNPM_SITE_URL=https://localhost."),
        ({"X-Forwarded-For": "192.0.2.77"}, "Setel PNPM_TRUSTED_PROXIES=1."),
    ],
)
def test_what_the_request_itself_shows_is_told(office, headers, said):
    page = office.page("/admin/checkup", headers=headers)
    assert any(words.endswith(said) for _mark, words in lines(page, ".checkup--ill"))
    assert "192.0.2.77" not in page.text


def test_it_says_when_it_was_looked_and_takes_no_longer_than_somebody_waits(office):
    start = time.monotonic()
    page = office.page(HERE)
    assert time.monotonic() - start < 5
    assert page.select_one(".checkup__made time")["datetime"]


def test_no_secret_is_shown(office):
    answer = office.get(HERE)
    assert SETTINGS["SECRET_KEY"] not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("settings", [{"LANGUAGE": "en"}])
def test_in_english_it_says_the_same(office):
    page = office.page(HERE)
    assert ("fine", "The database answers.") in lines(page, ".checkup")


def test_it_is_in_the_admins_bar_alone(office, moderator, sign_in):
    assert office.page(HERE).select_one(".office__groups [aria-current]").text == "Pemeriksaan"
    assert "Pemeriksaan" not in sign_in(moderator).page("/admin/").select_one(".office__nav").text
