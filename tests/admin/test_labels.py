"""Whatever a comment's status needs to be shown is there for each."""

from pnpm.admin.labels import BUTTONS, STATUSES
from pnpm.comments.models import Status
from tests.conftest import TOP


def test_each_status_has_its_words_and_its_button():
    assert set(STATUSES) == set(BUTTONS) == set(Status)


def test_each_status_has_its_pattern_in_the_charts():
    columns = (TOP / "templates/admin/charts/_columns.html").read_text()
    assert [status for status in Status if f"'{status.value}': 'M" not in columns] == []
