"""A database that another process holds for longer than anybody waits: nothing piles up, and what
is sent again stands once.
"""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from pnpm.db.sqlite import BUSY_SECONDS
from tests.faults.conftest import ARTICLE, FRONT, House, Visitor, is_plain, readable, typed

BUSY = "Situs sedang sibuk"
WAITERS = 4
# seconds for an answer: less than the 30 after which gunicorn ends a process. On a busy machine what a
# process does after an answer may wait first, and a reader behind it.
LONGEST = 3 * BUSY_SECONDS - 1


@pytest.fixture
def locked(instance, request):
    """A site under that journal, four processes, its form, and what holds it: `locked("WAL",
    "IMMEDIATE")`.
    """
    journal, how = request.param
    house = House(instance, {"SQLITE_JOURNAL": journal}).furnish()
    with (
        house.served(workers=WAITERS) as reader,
        closing(sqlite3.connect(house.database, isolation_level=None)) as holder,
    ):
        form = reader.form()
        holder.execute(f"BEGIN {how}")
        yield house, reader, form, holder


def posted(house, form, *bodies):
    """Comments sent at once, each by a browser of its own."""
    with ThreadPoolExecutor(len(bodies)) as hands:
        return list(
            hands.map(lambda body: Visitor(house.url).comment(form, body, nonce=body), bodies)
        )


@pytest.mark.parametrize(
    "locked",
    [("WAL", "IMMEDIATE"), ("WAL", "EXCLUSIVE"), ("DELETE", "IMMEDIATE")],
    indirect=True,
    ids="-".join,
)
def test_readers_read_on_and_writers_are_told(locked):
    house, reader, form, holder = locked
    bodies = [f"menunggu {number}" for number in range(WAITERS)]
    answers = posted(house, form, *bodies)
    assert all(is_plain(answer, BUSY, "Tulisan Anda masih ada di sini") for answer in answers)
    assert [typed(answer)["body"] for answer in answers] == bodies
    assert max(answer.seconds for answer in answers) < LONGEST
    readable(reader, house)
    assert reader.ask(ARTICLE).seconds < 5
    holder.execute("ROLLBACK")
    for _ in range(2):
        assert {answer.status for answer in posted(house, form, *bodies)} == {303}
    assert sorted(house.bodies()[3:]) == bodies


@pytest.mark.parametrize("locked", [("DELETE", "EXCLUSIVE")], indirect=True, ids="-".join)
def test_where_even_readers_have_to_wait_they_get_what_was_kept_or_a_plain_page(locked):
    house, reader, form, holder = locked
    paths = [ARTICLE, FRONT, house.picture]
    with ThreadPoolExecutor(WAITERS) as hands:
        sent = hands.submit(reader.comment, form, "di depan pintu", "1")
        answers = list(hands.map(lambda path: Visitor(house.url).ask(path), paths))
        assert is_plain(sent.result(), BUSY)
    assert all(answer.status == 200 or is_plain(answer, BUSY) for answer in answers)
    assert max(answer.seconds for answer in [*answers, sent.result()]) < LONGEST
    assert typed(sent.result())["body"] == "di depan pintu"
    holder.execute("ROLLBACK")
    readable(reader, house)
    for _ in range(2):
        assert reader.comment(form, "di depan pintu", "1").status == 303
    assert house.bodies()[3:] == ["di depan pintu"]


def test_the_first_comment_of_a_process_does_not_wait_for_what_it_read_itself(instance):
    house = House(instance, {"SQLITE_JOURNAL": "DELETE"}).furnish()
    with house.served() as reader:
        form = reader.form()
    with house.served() as reader:
        answers = [reader.comment(form, f"yang pertama {number}") for number in range(6)]
    assert {answer.status for answer in answers} == {303}
    assert max(answer.seconds for answer in answers) < 5
