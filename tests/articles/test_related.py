"""Related articles: by labels, then by words, at most three, and only what readers can see."""

from datetime import timedelta

import pytest

from pnpm.articles import related
from pnpm.articles.actions import held, save, write
from pnpm.articles.models import Status
from pnpm.audit.models import ChangeSet
from pnpm.db import now, transaction


def add(title, *labels, days=0):
    with transaction():
        return write(
            ChangeSet("Bu Camat"),
            None,
            title,
            "<p>Isi.</p>",
            Status.PUBLISHED,
            labels=labels,
            published_at=now() - timedelta(days=days),
        )


def change(article, **changes):
    with transaction():
        save(ChangeSet("Bu Camat"), held(article.id), **changes)


def titles(article):
    return [row.title for row in related.of(article.id)]


def test_labels_come_before_words_and_more_of_them_before_fewer(app):
    add("Panen padi di sawah", days=1)
    add("Rapat", "tani", days=3)
    add("Pupuk", "tani", "desa", days=4)
    add("Olahraga", "pemuda")
    found = add("Panen padi", "desa", "tani")
    assert titles(found) == ["Pupuk", "Rapat", "Panen padi di sawah"]


def test_there_are_three_at_most_and_others_take_the_place_of_a_hidden_one(app, client):
    others = [add(f"Kabar {number}", "tani", days=9 - number) for number in range(5)]
    found = add("Panen", "tani")
    assert titles(found) == ["Kabar 4", "Kabar 3", "Kabar 2"]
    address = found.address(app.config["PNPM"].timezone)
    page = "/{year}/{month:02}/{slug}.html".format(**address)
    assert "Kabar 3" in client.page(page).select_one(".related").text
    change(others[3], status=Status.DELETED)
    change(others[4], title="Kabar baru")
    assert titles(found) == ["Kabar baru", "Kabar 2", "Kabar 1"]
    assert "Kabar 3" not in client.page(page).select_one(".related").text


def test_an_older_article_leads_to_a_newer_one_that_was_found_related(app):
    older = add("Panen padi", days=5)
    add("Panen padi lagi")
    assert titles(older) == ["Panen padi lagi"]


@pytest.mark.engines
def test_chance_is_no_relation(app):
    add("Rapat desa tahunan", days=1)
    add("Kabar warga", days=2)
    assert titles(add("Turnamen sepak bola antar dusun")) == []
    assert titles(add("Warga desa bertemu di balai", days=-3)) == []


def test_a_title_that_is_numbered_in_signs_can_be_saved(app):
    add("⒈ Susunan panitia", days=1)
    assert titles(add("⑴ Susunan panitia")) == ["⒈ Susunan panitia"]
