"""A database that goes away, is another, empty or broken, and comes back: nothing acknowledged is
lost, nothing made anew.
"""

import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from time import sleep

import pytest

from tests.faults.conftest import ARTICLE, FRONT, is_plain, readable, typed

AWAY = "Isi situs sedang tidak dapat dibuka"


@contextmanager
def renamed(path):
    """Under another name for a while."""
    aside = path.with_name(f"{path.name}.aside")
    path.rename(aside)
    yield
    aside.rename(path)


@pytest.fixture
def served(house):
    """A furnished site with one process, which a comment was sent to that stands in the log alone;
    a reader, and a fresh form.
    """
    with house.served(workers=1) as reader:
        form = reader.form()
        assert reader.comment(form, "diakui").status == 303
        yield reader, form


def copied(path, name):
    """A copy as a host has one from before, made while nobody writes."""
    copy = path.with_name(name)
    with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(copy)) as other:
        one.backup(other)
        other.execute("PRAGMA journal_mode=DELETE")
    return copy


def test_one_that_is_renamed_gets_nothing_and_is_itself_again_when_it_is_back(house, served):
    reader, form = served
    with renamed(house.database):
        answer = reader.comment(form, "di luar rumah", nonce="1")
        assert is_plain(answer, AWAY)
        assert typed(answer)["body"] == "di luar rumah"
        assert is_plain(reader.ask("/?before=9"), AWAY)
        assert reader.ask(ARTICLE).status == 200, "what this process has kept is read on"
        assert reader.ask("/healthz").status == 503
        assert not house.database.exists()
    readable(reader, house)
    assert reader.comment(form, "di luar rumah", nonce="1").status == 303
    assert house.bodies()[3:] == ["diakui", "di luar rumah"]
    assert house.is_whole()


def test_one_that_is_removed_is_never_made_anew_and_a_copy_serves_at_once(house, served):
    reader, form = served
    copy = copied(house.database, "copy.db")
    assert reader.comment(form, "sesudah salinan").status == 303
    house.database.unlink()
    for _ in range(3):
        assert is_plain(reader.comment(form, "hilang"), AWAY)
    assert not house.database.exists()
    shutil.copy(copy, house.database)
    readable(reader, house)
    assert reader.comment(form, "hilang").status == 303
    assert house.bodies()[3:] == ["diakui", "hilang"], (
        "what came after the copy went with the file, and nothing of it is left over"
    )
    assert house.is_whole()


def test_one_that_another_takes_the_place_of_keeps_what_was_acknowledged(house, served):
    reader, form = served
    copy, old = copied(house.database, "copy.db"), house.database.with_name("old.db")
    assert reader.comment(form, "ke yang lama").status == 303
    os.link(house.database, old)
    copy.rename(house.database)  # as an upload that is whole before it is put in place
    assert reader.comment(form, "ke yang baru").status == 303
    assert house.bodies()[3:] == ["diakui", "ke yang baru"]
    with closing(sqlite3.connect(old)) as connection:
        kept = [body for (body,) in connection.execute("SELECT body FROM comment")]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert kept[3:] == ["diakui", "ke yang lama"]


def test_two_processes_let_go_of_the_old_one_without_harm_to_the_new(house):
    with house.served() as reader:
        form = reader.form()
        acknowledged = [f"sebelum {number}" for number in range(20)]
        assert {reader.comment(form, body).status for body in acknowledged} == {303}
        for round_ in range(4):
            copied(house.database, "copy.db").rename(house.database)
            for number in range(10):
                acknowledged.append(f"putaran {round_} nomor {number}")
                answer = reader.comment(form, acknowledged[-1])
                assert answer.status == 303, (round_, number, answer.seconds, answer.words)
    assert house.bodies()[3:] == acknowledged
    assert house.is_whole()


def test_one_that_is_emptied_stays_empty_until_it_is_brought_back(house, served):
    reader, form = served
    copy = copied(house.database, "copy.db")
    os.truncate(house.database, 0)
    assert is_plain(reader.comment(form, "kosong"), AWAY)
    assert is_plain(reader.ask("/?before=9"), AWAY)
    assert "empty" in reader.ask("/healthz").text
    assert house.database.stat().st_size == 0
    shutil.copyfile(copy, house.database)  # over it, as FTP does
    readable(reader, house)
    assert reader.comment(form, "kosong").status == 303
    assert house.bodies()[3:] == ["diakui", "kosong"]
    assert house.is_whole()


def test_one_that_is_broken_is_said_to_be_and_mended_by_a_copy(house):
    with house.served() as reader:
        form = reader.form()
    copy = copied(house.database, "copy.db")
    with house.database.open("r+b") as file:
        file.write(b"\xff" * house.database.stat().st_size)
    with house.served() as reader:
        answer = reader.comment(form, "belum rusak")
        assert is_plain(answer, AWAY)
        assert typed(answer)["body"] == "belum rusak"
        assert reader.ask("/healthz").status == 503
        copy.rename(house.database)
        readable(reader, house)
        assert reader.comment(form, "belum rusak").status == 303
    assert house.bodies()[3:] == ["belum rusak"]


def test_one_that_is_broken_in_the_middle_shows_no_insides(house):
    with house.served() as reader:
        form = reader.form()
    size = house.database.stat().st_size
    with house.database.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(size - 3 * 8192))
    with house.served() as reader:
        for path in (FRONT, ARTICLE, "/sitemap.xml", "/admin/", house.picture):
            answer = reader.ask(path)
            assert answer.status in (200, 303, 404) or is_plain(answer)
        assert is_plain(reader.comment(form, "rusak di tengah"))
    assert "rusak di tengah" not in house.said


def test_the_whole_folder_may_be_away_for_a_while(house, served):
    reader, form = served
    with renamed(house.instance):
        answer = reader.comment(form, "rumah pindah", nonce="2")
        assert is_plain(answer, AWAY)
        assert typed(answer)["body"] == "rumah pindah"
        assert is_plain(reader.ask("/?before=9"), AWAY)
        assert not house.instance.exists()
    readable(reader, house)
    assert reader.comment(form, "rumah pindah", nonce="2").status == 303
    assert house.bodies()[3:] == ["diakui", "rumah pindah"]
    assert house.is_whole()


@pytest.mark.parametrize("is_empty", [False, True])
def test_a_process_that_starts_without_it_makes_no_other_in_its_place(house, is_empty):
    with house.served() as reader:
        form = reader.form()
        readable(reader, house)
    with renamed(house.database):
        if is_empty:
            house.database.touch()
        with house.served() as reader:
            assert is_plain(reader.ask(FRONT), "Basis data hilang")
            answer = reader.comment(form, "awal yang buruk")
            assert is_plain(answer, AWAY)
            assert typed(answer)["body"] == "awal yang buruk"
            assert house.database.exists() == is_empty
            if is_empty:
                house.database.unlink()
            house.database.with_name("site.db.aside").rename(house.database)
            readable(reader, house)
            assert reader.comment(form, "awal yang buruk").status == 303
            house.database.rename(house.database.with_name("site.db.aside"))
    assert house.bodies()[3:] == ["awal yang buruk"]


def test_what_is_committed_into_a_file_that_just_went_is_not_acknowledged(house):
    """Between the look at the file and the commit: the database is taken away while a writer waits
    for its lock.
    """
    with (
        house.served(workers=1) as reader,
        closing(sqlite3.connect(house.database, isolation_level=None)) as holder,
    ):
        form = reader.form()
        holder.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as hand:
            waiting = hand.submit(reader.comment, form, "di antaranya", "3")
            sleep(0.5)
            with renamed(house.database):
                holder.execute("ROLLBACK")
                assert waiting.result().status == 503
        assert reader.comment(form, "di antaranya", "3").status == 303
    assert house.bodies()[3:] == ["di antaranya"]
