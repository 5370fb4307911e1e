"""The lists in the office's pages: tried, saved, undone; a line that will not do is named, and
nothing typed is lost.
"""

import pytest

from pnpm.admin.comments.rules_forms import FAULTS
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.comments import dry_run
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move, reply
from pnpm.comments.rules import list_texts
from pnpm.comments.spam import blocklists
from pnpm.comments.spam.matching import Fault
from pnpm.db import db, now, transaction
from pnpm.site_settings import Setting
from tests.admin.conftest import send, token
from tests.conftest import soup, write

LISTS = "/admin/lists"


def typed(page):
    """What stands in the eight lists of a page."""
    return {
        name: page.select_one(f"textarea[name={name}]").text.removeprefix("\n")
        for name in blocklists.NAMES
    }


def texts(**given):
    return dict.fromkeys(blocklists.NAMES, "") | given


def save(client, do="save", **given):
    return send(client, LISTS, LISTS, **texts(**given), do=do)


def hits(page):
    """What a trial says: of which comment, by which line."""
    return [
        (
            hit.a["href"].rpartition("/")[2],
            " ".join(hit.p.text.split()),
            hit.select_one(".label").text,
        )
        for hit in page.select("#trial .trial__hit")
    ]


def test_the_page_has_eight_lists_with_a_label_and_a_hint_each(office):
    page = office.page(LISTS)
    assert typed(page) == texts()
    for name in blocklists.NAMES:
        field = page.select_one(f"textarea[name={name}]")
        assert page.select_one(f"label[for={field['id']}]").text
        assert page.select_one(f"#{field['aria-describedby']}").text


@pytest.mark.engines
def test_what_is_saved_is_in_force_said_and_undone_there(office):
    answer = save(office, hold_words="judi*\r\n  slot gacor", refuse_domains="contoh.com\n")
    page = soup(office.get(answer.location))
    kept = texts(hold_words="judi*\n  slot gacor", refuse_domains="contoh.com")
    assert (answer.status_code, typed(page), list_texts()) == (303, kept, kept)
    assert page.select_one("#done p").text == "Sudah: mengubah daftar situs."
    form = page.select_one("#done form")
    back = office.post(
        form["action"], data={field["name"]: field["value"] for field in form.select("input")}
    )
    assert back.location.partition("?")[0] == LISTS
    assert typed(soup(office.get(back.location))) == texts()


def test_saving_what_stands_there_is_no_deed(office):
    save(office, hold_words="judi")
    answer = save(office, hold_words="judi\r\n")
    assert (answer.location, db.session.query(AuditEntry).count()) == (LISTS, 1)


def test_a_trial_shows_what_would_have_been_hit_and_saves_nothing(office, app, article):
    write(article, app, "judinya ramai", "apa kabar", name="Siti")
    write(article, app, 'lihat <a href="https://a.contoh.com/">ini</a>', name="Rudi")
    write(article, app, "judi di contoh.com", name="Bandar")
    with transaction():
        move([1], Status.SPAM, ChangeSet("x"))
    answer = save(
        office, "try", hold_words="judi*", refuse_domains="contoh.com", hold_names="/^rud/"
    )
    page = soup(answer)
    assert answer.status_code == 200
    assert hits(page) == [
        ("4", "Tolak: domain dalam daftar: contoh.com", "Terbit"),
        ("3", "Tolak: domain dalam daftar: contoh.com", "Terbit"),
        ("1", "Tahan: kata dalam daftar: judi*", "Spam"),
    ]
    said = page.select_one("#trial p").text
    assert "Dari 4 komentar terakhir: 1 akan ditahan, 2 akan ditolak." in said
    assert typed(page)["hold_names"] == "/^rud/"
    assert (list_texts(), page.select_one("#done")) == (texts(), None)


def test_a_trial_that_hits_nothing_says_so(office, app, article):
    write(article, app, "apa kabar")
    page = soup(save(office, "try", hold_words="judi"))
    assert (
        "Dari 1 komentar terakhir: 0 akan ditahan, 0 akan ditolak."
        in page.select_one("#trial p").text
    )
    assert hits(page) == []


def test_a_trial_of_empty_lists_looks_at_nothing(office, app, article):
    write(article, app, "apa kabar")
    assert "Dari 0 komentar" in soup(save(office, "try")).select_one("#trial p").text


def test_a_trial_finds_an_address_by_its_code_and_e_mail(office, app, article):
    write(article, app, "halo")
    code = db.session.get(Comment, 1).address_hash
    assert len(hits(soup(save(office, "try", hold_addresses=code[:8])))) == 1
    assert hits(soup(save(office, "try", hold_addresses="192.0.2.1"))) == []


def test_a_trial_leaves_the_offices_own_answers_out(office, app, article):
    first = write(article, app, "halo")[0]
    with transaction():
        reply(
            db.session.get(Comment, first.id),
            "Kantor",
            "judi dilarang",
            "judi dilarang",
            ChangeSet("x"),
        )
    assert hits(soup(save(office, "try", hold_words="judi"))) == []


def test_a_trial_shows_a_comment_as_text(office, app, article):
    write(article, app, "judi <script>alert(1)</script> <b>tebal</b>", name="<i>Siti</i>")
    page = soup(save(office, "try", hold_words="judi"))
    assert page.select_one(".trial__text").text == "judi <script>alert(1)</script> tebal"
    assert not page.select("#trial script, #trial i")


def test_many_hits_are_counted_and_some_shown(office, app, article):
    write(article, app, *[f"judi {number}" for number in range(230)])
    page = soup(save(office, "try", hold_words="judi"))
    assert len(hits(page)) == 200
    assert "230 akan ditahan" in page.select_one("#trial p").text
    assert "… dan 30 lagi." in page.text


@pytest.mark.parametrize("do", ["try", "save", "", None, "destroy"])
@pytest.mark.parametrize(
    ("name", "line", "words"),
    [
        (
            "hold_words",
            "/(a+)+$/",
            "Baris 2, “/(a+)+$/”: terlalu lambat untuk beberapa teks. Hindari pengulangan",
        ),
        (
            "refuse_words",
            "/(judi/",
            "Baris 2, “/(judi/”: ini bukan ekspresi reguler yang benar; periksa huruf ke-",
        ),
        ("hold_words", "*", "Baris 2, “*”: ini cocok dengan semua komentar."),
        ("hold_words", "a*b*c*d", "Baris 2, “a*b*c*d”: paling banyak 2 bintang dalam satu baris."),
        (
            "hold_words",
            "100%x%s%(line)s*" + "y" * 200,
            "Terlalu panjang: paling banyak 200 huruf. Pendekkan 16 huruf.",
        ),
        ("refuse_domains", "bukan domain", "Baris 2, “bukan domain”: ini bukan domain."),
        ("refuse_addresses", "siti", "Baris 2, “siti”: tulis alamat surel, alamat IP, jaringan"),
    ],
)
def test_a_line_that_will_not_do_is_named_and_nothing_typed_is_lost(office, do, name, line, words):
    good = {
        "hold_words": "judi",
        "refuse_words": "slot",
        "refuse_domains": "a.example",
        "refuse_addresses": "a@b.example",
    }
    given = texts(**good | {name: f"{good[name]}\n{line}"})
    answer = save(office, do, **given)
    page = soup(answer)
    assert (answer.status_code, typed(page)) == (422, given)
    assert words in page.select_one(f"#{name}-error").text
    assert words in page.select_one("#form-errors").text
    assert (list_texts(), page.select_one("#trial")) == (texts(), None)


def test_there_are_words_for_every_fault():
    assert set(FAULTS) == set(Fault)


def test_each_list_with_a_bad_line_is_told(office):
    page = soup(save(office, hold_words="*", refuse_domains="x", hold_names="Siti"))
    assert [error["id"] for error in page.select(".field__error")] == [
        "hold_words-error",
        "refuse_domains-error",
    ]


@pytest.mark.parametrize("do", ["try", "save"])
def test_an_expression_that_a_comment_of_readers_makes_slow_is_named(office, app, article, do):
    write(article, app, "é" * 2900 + "!")
    line = r"/^(\w|\w\w|é)+$/"
    answer = save(office, do, refuse_words=f"judi\n{line}")
    assert answer.status_code == 422
    assert (
        f"Baris 2, “{line}”: terlalu lambat" in soup(answer).select_one("#refuse_words-error").text
    )


def test_a_stale_page_keeps_what_was_typed(office):
    given = texts(hold_words="judi\n*", refuse_domains="contoh.com")
    answer = office.post(LISTS, data={**given, "csrf_token": "old", "do": "save"})
    assert (answer.status_code, typed(soup(answer)), list_texts()) == (400, given, texts())


def test_control_characters_are_dropped_and_nothing_breaks(office):
    assert (
        save(office, hold_words="ju\0di\x1b\x07\r\nslot\u2028x", hold_names="\0").status_code == 303
    )
    assert list_texts()["hold_words"] == "judi\nslot\u2028x"


def test_full_lists_are_taken(office):
    full = "\n".join(f"kata{number}{'x' * 20}" for number in range(500))
    domains = "\n".join(f"domain{number}.example" for number in range(500))
    given = texts(
        hold_words=full, refuse_words=full, hold_names=full, refuse_names=full, hold_domains=domains
    )
    assert save(office, **given).status_code == 303
    assert list_texts() == given
    assert office.get(LISTS).status_code == 200


def test_what_is_larger_than_any_list_is_refused(office):
    assert save(office, hold_words="x\n" * 600_000).status_code == 413


def test_a_moderator_may_not(moderator, sign_in):
    rudi = sign_in(moderator)
    assert rudi.get(LISTS).status_code == 403
    assert (
        rudi.post(
            LISTS, data={**token(rudi, "/admin/comments"), **texts(hold_words="judi")}
        ).status_code
        == 403
    )


def test_two_admins_at_once_the_last_one_wins_and_both_are_in_the_log(office, admin, sign_in):
    other, revision = sign_in(admin), Setting.revision()
    forms = [token(client, LISTS) for client in (office, other)]
    for client, form, words in zip((office, other), forms, ("judi", "slot"), strict=True):
        assert (
            client.post(LISTS, data={**form, **texts(hold_words=words), "do": "save"}).status_code
            == 303
        )
    assert list_texts()["hold_words"] == "slot"
    assert [entry.after for entry in db.session.query(AuditEntry)] == [
        {"hold_words": "judi"},
        {"hold_words": "slot"},
    ]
    assert Setting.revision() != revision


LONG = (
    "Terima kasih atas tulisannya, Pak. Semoga musyawarah desa minggu depan lancar dan "
    "usulan warga diterima. "
) * 28


def test_a_trial_looks_at_the_last_thousand_comments_or_as_many_as_there_is_time_for(
    office, app, article
):
    article_id, moment = article.id, now()
    with transaction():
        columns = [column.key for column in Comment.__table__.columns if column.key != "id"]
        template = {
            "article_id": article_id,
            "name": "Siti",
            "email": "",
            "website": "",
            "renderer": 1,
            "reasons": [],
        }
        template |= {
            "parent_id": None,
            "reply_to_id": None,
            "official": False,
            "moved_at": None,
            "verdict": None,
            "signals": None,
            "marks": None,
            "announce": None,
            "announced_at": None,
            "created_at": moment,
            "address_hash": "0" * 64,
        }
        rows = [
            template
            | {"body": LONG, "html": f"{LONG} {n}", "status": Status.PUBLISHED, "token": str(n)}
            for n in range(1010)
        ]
        assert set(rows[0]) == set(columns)
        db.session.execute(Comment.__table__.insert(), rows)
    words = "\n".join(
        [
            *(f"katak{number}*" for number in range(450)),
            *(rf"/kata\s*{number}\d+x/" for number in range(50)),
        ]
    )
    parsed = {"hold_words": blocklists.checked("words", words)}
    assert dry_run.trial(parsed, seconds=60) == (1000, [], None)
    assert dry_run.trial(parsed, seconds=0).looked_at == 1, "and it ends when its time is over"


def test_the_log_shows_the_lines_that_came_and_went(office):
    save(office, hold_words="judi\nslot")
    save(office, hold_words="slot\ntogel")
    change = office.page("/admin/log").select_one(".log__change")
    assert " ".join(change.text.split()) == "Tahan: kata: judi → togel"
