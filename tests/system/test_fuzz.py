"""Whatever is sent to any route, signed in or out, is answered, and not by an error of ours."""

import pytest

from tests.conftest import SETTINGS, on_sqlite
from tests.system import fuzz

SEED, REQUESTS = 11, 3000


@on_sqlite
def test_every_route_answers_whatever_is_sent(app, site, instance, tmp_path):
    found = fuzz.fuzz(instance, tmp_path, SEED, REQUESTS, SECRET_KEY=SETTINGS["SECRET_KEY"])
    assert found.faults == []
    assert found.change_sets > REQUESTS / 150  # that an officer made, and that the log has
    # It is a fuzz of what lies behind the doors, not of the doors alone.
    assert found.share(2) + found.share(3) > 0.3, found.statuses
    assert {200, 303, 400, 403, 404, 405, 422} <= set(found.statuses)


@pytest.mark.engines
def test_so_it_does_on_every_engine(app, site, instance, tmp_path):
    found = fuzz.fuzz(instance, tmp_path, SEED + 1, fuzz.ROUND, SECRET_KEY=SETTINGS["SECRET_KEY"])
    assert found.faults == []
    # So few requests have no share that could be promised: that both kinds got behind the doors is
    # enough.
    assert {200, 303} <= set(found.statuses), found.statuses
