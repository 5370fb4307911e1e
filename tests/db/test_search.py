"""Searches for words: the same found on every engine, whatever its host's language, age or
defaults.
"""

import unicodedata

import pytest

from pnpm.accounts.models import Role, User
from pnpm.admin.query_string import LONGEST_WORDS
from pnpm.articles.queries import ArticleQuery
from pnpm.audit import models as log
from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.comments.models import Comment
from pnpm.comments.queue import QueueQuery
from pnpm.db import db, transaction
from tests.admin.conftest import account
from tests.conftest import publish, write

pytestmark = pytest.mark.engines


# As many different letters as a search takes, of several alphabets, with accents and without.
ALPHABETS = (
    range(0xE0, 0xF7),
    range(0x430, 0x460),
    range(0x3B1, 0x3C2),
    range(0x561, 0x587),
    range(0x1E01, 0x1E94, 2),
)
VARIED = "".join(chr(letter) for alphabet in ALPHABETS for letter in alphabet)
SHORT = VARIED[7:13] + VARIED[30:48]
FOUND = [
    ("Rapat DESA di balai", "desa"),
    ("Rapat desa di balai", "DESA"),
    ("Musyawarah Désa", "désa"),
    ("MUSYAWARAH DÉSA", "désa"),
    ("musyawarah désa", "DÉSA"),
    ("MUSYAWARAH DE\u0301SA", "désa"),  # typed where an accent is a letter of its own
    ("musyawarah désa", "DE\u0301SA"),
    ("ÇA ET LÀ, ÊTRE", "être"),
    ("МОСКВА", "москва"),
    ("ΑΘΗΝΑ", "αθηνα"),
    ("\U00010400", "\U00010428"),  # four bytes a letter, and a case
    ("ǅ", "ǆ"),
    ("straße", "STRAßE"),
    ("Bagus 😊👍🏽", "😊👍🏽"),
    ("diskon 100%", "100%"),
    ("nama_berkas", "a_b"),
    (r"C:\data\foto", r"a\f"),
    ("\\", "\\"),
    ("a/b", "a/b"),
    ('Nur\'aini "S.Pd."', "'aini"),
    ('Nur\'aini "S.Pd."', '"S.'),
    ("?:x", ":x"),
    ("désé.(é|ü)[*]+?{2}^$ 'x'", "É.(É|Ü)[*]+?{2}^$"),
    (SHORT, SHORT.upper()),
    (SHORT.upper(), SHORT),
]
NOT_FOUND = [
    ("Pemilihan kades", "kadés"),
    ("Baläi", "balai"),
    ("Bagus 😀", "😊"),
    ("diskon 100 persen", "100%"),
    ("namaxberkas", "a_b"),
    ("C:data", r":\d"),
    ("a b", "a/b"),
    ("straße", "strasse"),
    ("désaXé", "désa.é"),
    ("İstanbul", "istanbul"),
    ("300 \u212a", "300k"),
    ("300\u212a", "300k"),
    (SHORT.replace(SHORT[-1], "x"), SHORT),
]


def in_comments(app, text, word):
    write(app.article, app, text)
    return db.session.scalars(QueueQuery(words=word, status=None).query()).all()


def in_names(app, text, word):
    write(app.article, app, "isi", name=text)
    return db.session.scalars(QueueQuery(words=word, status=None).query()).all()


def in_titles(app, text, word):
    publish(text)
    return ArticleQuery(words=word).page()[0]


def in_articles(app, text, word):
    publish("Judul", body=text)
    return ArticleQuery(words=word).page()[0]


def in_officers(app, text, word):
    with transaction():
        ChangeSet(text).record(AuditAction.MOVED, "comment", [(1, {}, {})])
    return db.session.scalars(log.found(word)).all()


def in_the_log(app, text, word):
    with transaction():
        ChangeSet("Rudi").record(AuditAction.WORDS, "site", [(None, {"name": ""}, {"name": text})])
    return db.session.scalars(log.found(word)).all()


PLACES = [in_comments, in_names, in_titles, in_articles, in_officers, in_the_log]


@pytest.fixture
def site(app):
    app.article = publish("Judul")
    return app


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_a_word_is_found_whatever_the_case_of_its_letters(site, place):
    missed = [(text, word) for text, word in FOUND if not place(site, text, word)]
    assert missed == []


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_accents_and_signs_are_letters(site, place):
    found = [(text, word) for text, word in NOT_FOUND if place(site, text, word)]
    assert found == []


@pytest.mark.parametrize(
    "place", [in_comments, in_articles, in_the_log], ids=lambda place: place.__name__
)
def test_a_word_may_have_as_many_different_letters_as_a_search_takes(site, place):
    assert len(VARIED) == LONGEST_WORDS
    assert place(site, VARIED, VARIED.upper())
    assert place(site, unicodedata.normalize("NFD", VARIED.upper()), VARIED)
    assert not place(site, VARIED, VARIED.replace(VARIED[99], "x"))


def test_a_reason_is_found_as_it_is_written(site):
    (comment,) = write(site.article, site, "satu")
    with transaction():
        db.session.get(Comment, comment.id).reasons = ["words:désa\\_*"]
    assert db.session.scalars(QueueQuery(status=None, reason="words:").query()).all()
    assert db.session.scalars(QueueQuery(status=None, reason="words:désa\\_").query()).all()
    assert not db.session.scalars(QueueQuery(status=None, reason="words:desa").query()).all()
    assert not db.session.scalars(QueueQuery(status=None, reason="désa").query()).all()


def test_names_stand_in_their_place_of_the_alphabet(app):
    for name in ("zainal", "Éka", "Budi", "eko", "ahmad", "Ibu Eka", "Eka", "Çelik"):
        account(name, Role.MODERATOR)
    assert [user.name for user in User.by_name()] == [
        "admin",
        "ahmad",
        "Budi",
        "Çelik",
        "Eka",
        "Éka",
        "eko",
        "Ibu Eka",
        "zainal",
    ]
