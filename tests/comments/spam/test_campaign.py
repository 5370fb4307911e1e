"""What many write in common, in the database."""

from datetime import timedelta

import pytest

from pnpm.audit.models import ChangeSet
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move
from pnpm.comments.spam import assessment, campaign, knowledge
from pnpm.comments.spam.verdict import Evidence
from pnpm.db import db, now, transaction
from tests.conftest import write

LONG = (
    "Dengan ini kami mengundang seluruh warga untuk hadir di pameran perumahan murah akhir pekan ini"
    " di gedung serbaguna kota, banyak hadiah menarik menanti Anda sekeluarga"
)
AD_LIKE, PERSON_LIKE = -1.0, -5.0


@pytest.fixture
def wrote(article, app):
    """Stores a comment from an address with the marks of its text, and returns its number."""

    def wrote(text, address, total=AD_LIKE):
        (comment,) = write(article, app, f"{text} {address}"[:60] + f" {wrote.count}")
        wrote.count += 1
        with transaction():
            comment.address_hash = address
            comment.marks = knowledge.written(read(text).marks, total)
        return comment.id

    wrote.count = 0
    return wrote


def read(text):
    return assessment.read(assessment.Words(text))


def found(text, address="mine", moment=None, usual="", ignored=0):
    """The signals of a text, by their kind."""
    comment, connection = read(text), db.session.connection()
    known = knowledge.of(connection)
    known.refresh(connection)
    shared = known.sharing(comment.marks, (moment or now()) - campaign.WITHIN, ignored)
    words = len(comment.folded.words)
    signals = campaign.signals(shared, comment.marks, words, address, lambda: usual)
    return {signal.kind: signal for signal in signals}


def kept():
    """How many comments have marks."""
    return db.session.query(Comment).where(Comment.marks.is_not(None)).count()


@pytest.mark.engines
def test_a_long_text_that_five_others_sent_is_a_campaign_whatever_it_says(wrote):
    weights = []
    for number in range(6):
        signal = found(LONG).get(Evidence.COPY)
        weights.append(signal.weight if signal else 0)
        wrote(LONG, f"address {number}", PERSON_LIKE)
    assert weights == [0, 0.5, 2.0, 4.0, 6.0, 8.0]


def test_one_address_that_sends_a_text_again_and_again_is_one_too(wrote):
    for _number in range(3):
        wrote(LONG, "mine")
    assert found(LONG)[Evidence.COPY].weight == 4.0


def test_a_condolence_that_many_write_alike_weighs_little(wrote):
    text = "Turut berduka cita semoga husnul khotimah dan diterima di sisi Allah"
    for number in range(6):
        wrote(text, f"address {number}", PERSON_LIKE)
    assert found(text)[Evidence.COPY].weight == campaign.DOUBTFUL


def test_an_unusual_word_of_five_others_weighs_where_they_write_like_advertisers(wrote):
    for number in range(5):
        wrote(f"asyik main {number} kali di Zentarium", f"address {number}")
    signal = found("bonus harian Zentarium keren")[Evidence.SHARED]
    assert (signal.weight, signal.detail) == (6.5, "zentarium")


def test_the_name_of_a_village_weighs_nothing(wrote):
    for number in range(5):
        wrote(f"warga Zentarium berkumpul {number}", f"address {number}", PERSON_LIKE)
    assert found("jalan di Zentarium rusak") == {}


def test_what_the_article_says_is_nothing_unusual(wrote):
    for number in range(5):
        wrote(f"asyik main {number} kali di Zentarium", f"address {number}")
    assert found("bonus Zentarium", usual="rapat di desa zentarium kemarin") == {}


def test_what_a_moderator_published_is_no_sign_of_spam(wrote):
    numbers = [wrote(LONG, f"address {number}") for number in range(5)]
    with transaction():
        move(numbers[:1], Status.PENDING, ChangeSet("Bu Camat"))
        move(numbers[:1], Status.PUBLISHED, ChangeSet("Bu Camat"))
    assert found(LONG) == {}


def test_more_so_if_one_of_the_others_is_spam(wrote):
    number = wrote(LONG, "another")
    with transaction():
        move([number], Status.SPAM, ChangeSet("Bu Camat"))
    assert found(LONG)[Evidence.COPY].weight == 0.5 + campaign.AMONG_SPAM


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("lihat http://zentarium.example/a", Evidence.HOST),
        ("pinjam dana hubungi 0812-3456-7890", Evidence.PHONE),
        ("ayo ke kerbau77", Evidence.SHARED),
    ],
)
def test_hosts_telephone_numbers_and_names_of_others_weigh(wrote, text, kind):
    for number in range(5):
        wrote(text, f"address {number}")
    assert found(text)[kind].weight >= 5


def test_neighbours_who_write_once_are_no_campaign(wrote):
    wrote(LONG, "mine", PERSON_LIKE)
    assert found("Terima kasih atas penjelasannya, sangat membantu kami di desa ini") == {}


@pytest.mark.engines
def test_a_week_later_it_is_forgotten_and_a_month_later_removed(wrote):
    for number in range(5):
        wrote(LONG, f"address {number}")
    assert found(LONG, moment=now() + campaign.WITHIN + timedelta(minutes=1)) == {}
    with transaction():
        campaign.forget_old(db.session.connection(), now() + campaign.WITHIN)
    assert kept() == 5
    with transaction():
        campaign.forget_old(db.session.connection(), now() + campaign.KEPT + timedelta(minutes=1))
    assert kept() == 0


def test_a_comment_is_no_copy_of_itself(wrote):
    number = wrote(LONG, "another")
    assert found(LONG, ignored=number) == {}


@pytest.mark.engines
def test_an_unknown_name_is_one_that_nobody_published_has(article, app):
    write(article, app, "halo", name="Siti")
    connection = db.session.connection()
    assert campaign.is_unknown(connection, "Budi")
    assert not campaign.is_unknown(connection, "Siti")


@pytest.mark.parametrize(("spam", "weighs"), [(1, False), (2, True)])
def test_an_unusual_word_that_one_advertisement_has_says_nothing(wrote, spam, weighs):
    numbers = [wrote(f"main di Zentarium {n}", f"address {n}") for n in range(spam)]
    with transaction():
        move(numbers, Status.SPAM, ChangeSet("Bu Camat"))
    assert (Evidence.SHARED in found("jalan di Zentarium rusak")) is weighs
