"""What this site's decisions change, and how they are taken back."""

import pytest
from sqlalchemy import func, select

from pnpm.comments.spam import assessment, learning, tables
from pnpm.comments.spam.model import for_language
from pnpm.db import db, transaction
from tests.conftest import write

pytestmark = pytest.mark.engines

AD = "Main di 𝐊𝐄𝐑𝐁𝐀𝐔𝟕𝟕 auto maxwin"
LOCAL = [
    "Kelompok Kerbau77 mengadakan kerja bakti hari minggu",
    "Kerbau77 juara lomba kicau tingkat kecamatan, selamat",
    "Anggota Kerbau77 mohon bayar iuran bulan ini",
    "Terima kasih Kerbau77 sudah bantu korban banjir",
    "Jadwal latihan Kerbau77 pindah ke hari sabtu ya pak",
]


@pytest.fixture
def numbers(article, app):
    """Comments that exist, as lessons belong to one."""
    return [comment.id for comment in write(article, app, *"abcdefgh")]


def read(text):
    return assessment.read(assessment.Words(text))


def teach(number, text, is_spam, is_decided=True):
    seen = read(text)
    sums = assessment.shifted(for_language("id"), seen.hashed)
    with transaction():
        learning.teach(
            db.session.connection(), number, seen.hashed, seen.marks, sums, is_spam, is_decided
        )


def packed():
    return db.session.connection().scalar(select(tables.weights.c.packed))


def total(text):
    """What a text says by itself, with what was learnt."""
    sums = assessment.shifted(for_language("id"), read(text).hashed)
    change = assessment.learned(read(text), sums, learning.Weights(packed()))
    return assessment.of_text(read(text), "id").of_text + (change.weight if change else 0)


def lessons():
    return db.session.scalar(select(func.count()).select_from(tables.lessons))


def test_five_corrections_of_a_local_word_let_the_next_in(numbers):
    for number, text in zip(numbers, LOCAL, strict=False):
        teach(number, text, is_spam=False)
    assert total("Saya mau mendaftar anggota Kerbau77, di mana tempatnya?") < 0


def test_and_let_no_other_name_in(numbers):
    before = total("Main di 𝐒𝐀𝐏𝐈𝟖𝟖 auto maxwin terus kawan")
    for number, text in zip(numbers, LOCAL, strict=False):
        teach(number, text, is_spam=False)
    assert total("Main di 𝐒𝐀𝐏𝐈𝟖𝟖 auto maxwin terus kawan") > before - 1.0


def test_a_decision_that_is_undone_leaves_the_weights_as_they_were(numbers):
    teach(numbers[0], LOCAL[0], is_spam=False)
    before = learning.Weights(packed()).table.tobytes()
    teach(numbers[1], "promo kelontong murah hubungi kami", is_spam=True)
    assert learning.Weights(packed()).table.tobytes() != before
    with transaction():
        learning.forget(db.session.connection(), [numbers[1]])
    assert learning.Weights(packed()).table.tobytes() == before
    assert lessons() == 1


def test_what_is_sure_already_teaches_nothing(numbers):
    teach(numbers[0], "Selamat pagi Pak Lurah, terima kasih atas bantuannya", is_spam=False)
    teach(numbers[1], AD, is_spam=True)
    assert (packed(), lessons()) == ("", 0)


def test_spam_that_was_missed_says_more_of_the_next(numbers):
    text = "promo kelontong murah hubungi kami segera"
    before = total(text)
    teach(numbers[0], text, is_spam=True)
    assert before < total(text) <= before + learning.MOST


def test_learning_spam_alone_calls_nobody_spam(numbers):
    text = "Warga dusun bergotong royong di pasar"
    for number in numbers:
        teach(number, text, is_spam=True)
    assert total(text) <= total("") + learning.MOST + 5
    assert total("Selamat pagi, terima kasih atas tulisannya") < 0


def test_what_was_only_published_is_learnt_less_and_no_name_of_it(numbers):
    text = "asyik main lagi di Zentarium kawan"
    before = total(text)
    teach(numbers[0], text, is_spam=False, is_decided=False)
    published = before - total(text)
    with transaction():
        learning.reset(db.session.connection())
    teach(numbers[0], text, is_spam=False)
    assert 0 <= published < (before - total(text)) / 2


def test_only_the_newest_lessons_can_be_taken_back(numbers, monkeypatch):
    monkeypatch.setattr(learning, "LONGEST_LESSONS", 2)
    for number in numbers[:4]:
        teach(number, f"promo kelontong{number} murah hubungi kami {number}", is_spam=True)
    kept = db.session.scalars(select(tables.lessons.c.comment_id)).all()
    assert sorted(kept) == numbers[2:4]


@pytest.mark.parametrize("kept", ["", "AAAA", "x" * 99, "eJwLAAAA", "ÿ"])
def test_weights_that_are_none_are_taken_for_none(kept):
    own = learning.Weights(kept)
    seen = read(LOCAL[0])
    assert own.totals(seen.hashed, seen.marks) == [0.0] * len(seen.hashed.windows)


def test_they_are_packed_into_a_text_and_out_of_it(numbers):
    teach(numbers[0], LOCAL[0], is_spam=False)
    own = learning.Weights(packed())
    assert own.packed == packed()
    assert len(packed()) < 70_000


def test_all_of_it_can_be_forgotten(numbers):
    teach(numbers[0], LOCAL[0], is_spam=False)
    with transaction():
        learning.reset(db.session.connection())
    assert (packed(), lessons()) == ("", 0)
