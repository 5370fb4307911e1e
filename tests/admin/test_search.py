"""Whatever is searched for, as much of it as the field takes: the office answers."""

import pytest

from tests.db.test_search import VARIED

MANY = " ".join(VARIED[start : start + 24] for start in range(0, 200, 25))


@pytest.mark.parametrize("page, tab", [("comments", "all"), ("articles", "published"), ("log", "")])
@pytest.mark.parametrize(
    "words", [VARIED, MANY, " ".join(VARIED[:100])], ids=["one", "eight", "letters"]
)
def test_as_many_different_letters_as_a_search_takes(office, page, tab, words):
    assert office.get(f"/admin/{page}", query_string={"status": tab, "q": words}).status_code == 200


@pytest.mark.parametrize("page", ["comments", "articles", "log"])
def test_more_words_than_a_search_takes_are_left_out(office, page):
    found = office.page(f"/admin/{page}", query_string={"q": "é " * 100})
    assert found.select_one("[name=q]")["value"].split() == ["é"] * 8
