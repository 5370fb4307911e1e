"""The policy in the office's pages: the whole site's, an article's, and the emergency."""

from io import BytesIO

import pytest

from pnpm.articles.models import Article
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.comments.models import Status
from pnpm.comments.moderation import move
from pnpm.comments.policy import Policy
from pnpm.db import db, transaction
from pnpm.site_settings import Setting
from tests import filtered
from tests.admin.conftest import send, token
from tests.conftest import publish, soup

POLICY, EMERGENCY = "/admin/policy", "/admin/policy/emergency"
NAMES = "Pak Camat\nBu Camat"


def values(page, form="#policy-form"):
    """What stands in the fields of a form, by name; of a choice, what is chosen."""
    found = {}
    for field in page.select(f"{form} [name]"):
        if field.name == "select":
            found[field["name"]] = field.select_one("[selected]")["value"]
        elif field.get("type") == "checkbox":
            found[field["name"]] = field.has_attr("checked")
        elif field.get("type") == "radio":
            if field.has_attr("checked"):
                found[field["name"]] = field["value"]
        else:
            found[field["name"]] = (
                field.text.removeprefix("\n") if field.name == "textarea" else field["value"]
            )
    return {name: value for name, value in found.items() if name != "csrf_token"}


def own():
    article = db.session.query(Article).order_by(Article.id).first()
    return article.comments_open, article.moderation, article.close_after


def undo(client, page):
    """Press the button in the line that says what was done."""
    form = page.select_one("#done form")
    return client.post(
        form["action"],
        data={field["name"]: field["value"] for field in form.select("input")},
        follow_redirects=True,
    )


def test_the_page_says_what_the_host_has_set(office):
    page = office.page(POLICY)
    assert values(page) == {
        "moderation": "",
        "close_after": "",
        "reserved": Policy().reserved,
        "strength": "normal",
    }
    assert (
        page.select_one("[name=moderation] [selected]").text
        == "Seperti pengaturan host: Tahan yang meragukan"
    )


@pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
def test_it_says_so_of_another_setting_too(office):
    assert (
        office.page(POLICY).select_one("[name=moderation] [selected]").text
        == "Seperti pengaturan host: Tahan semua"
    )


@pytest.mark.engines
def test_a_change_says_what_was_done_and_can_be_undone_there(office):
    changes = {"moderation": "all", "close_after": "30", "reserved": NAMES, "strength": "strict"}
    answer = send(office, POLICY, POLICY, **changes)
    assert answer.status_code == 303
    page = soup(office.get(answer.location))
    assert values(page) == changes
    assert page.select_one("#done p").text == "Sudah: mengubah aturan situs."
    answer = undo(office, page)
    assert answer.request.path == POLICY
    assert Policy.now() == Policy()
    undo(office, soup(answer))
    assert Policy.now() == Policy("all", 30, False, NAMES, "strict")


def test_what_does_not_change_is_not_written_down(office):
    answer = send(office, POLICY, POLICY, moderation="", close_after="", reserved=Policy().reserved)
    assert (answer.status_code, answer.location) == (303, POLICY)
    assert db.session.query(AuditEntry).count() == 0


def test_a_change_of_the_policy_leaves_the_emergency_as_it_is(office):
    send(office, EMERGENCY, POLICY, emergency="on")
    send(office, POLICY, POLICY, moderation="off", close_after="", reserved="")
    assert Policy.now() == Policy("off", None, True, "")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("close_after", "0", "Tulis angka dari 1 sampai 3650."),
        ("close_after", "3651", "Tulis angka dari 1 sampai 3650."),
        ("close_after", "-1", "Tulis angka dari 1 sampai 3650."),
        ("close_after", "sebulan", "Tulis sebuah angka, misalnya 30."),
        ("close_after", "1.5", "Tulis sebuah angka, misalnya 30."),
        ("close_after", "9" * 5000, "Tulis sebuah angka, misalnya 30."),
        ("reserved", "x" * 4001, "Terlalu panjang: paling banyak 4.000 huruf. Pendekkan 1 huruf."),
    ],
)
def test_what_will_not_do_comes_back_with_what_to_mend_and_all_that_was_typed(
    office, field, value, words
):
    typed = {"moderation": "off", "close_after": "14", "reserved": NAMES, "strength": "lenient"}
    typed[field] = value
    answer = send(office, POLICY, POLICY, **typed)
    assert answer.status_code == 422
    assert soup(answer).select_one(f"#{field}-error").text == words
    assert values(soup(answer)) == typed
    assert Policy.now() == Policy()


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"moderation": "everything", "close_after": "\0", "reserved": "\0\x1b"},
        {"moderation": ["all", "off"], "close_after": ["1", "2"], "reserved": ["a", "b"]},
    ],
)
def test_what_no_form_sends_is_refused_or_harmless(office, values):
    answer = office.post(POLICY, data={**token(office, POLICY), **values})
    assert answer.status_code in (303, 422)
    assert "Not a valid" not in answer.text


def test_a_file_and_json_are_no_form(office):
    assert (
        office.post(
            POLICY, data={**token(office, POLICY), "reserved": (BytesIO(b"x"), "x.txt")}
        ).status_code
        == 422
    )
    assert (
        office.post(
            POLICY, json={**token(office, POLICY), "reserved": 5, "moderation": []}
        ).status_code
        == 400
    )


def test_a_stale_page_keeps_what_was_typed(office):
    answer = office.post(
        POLICY,
        data={"csrf_token": "old", "moderation": "off", "close_after": "14", "reserved": NAMES},
    )
    assert answer.status_code == 400
    assert values(soup(answer)) == {
        "moderation": "off",
        "close_after": "14",
        "reserved": NAMES,
        "strength": "normal",
    }
    assert Policy.now() == Policy()


def test_one_tap_begins_the_emergency_and_the_banner_stays_until_one_tap_ends_it(office):
    answer = send(office, EMERGENCY, POLICY, emergency="on", back="policy")
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, POLICY)
    assert Policy.now().emergency
    for address in ("/admin/", "/admin/comments", "/admin/lists", POLICY):
        banner = office.page(address).select_one(".office__emergency")
        assert "Keadaan darurat" in banner.text
    answer = office.post(
        EMERGENCY,
        data={**token(office, POLICY), "emergency": banner.button["value"]},
        follow_redirects=True,
    )
    assert answer.request.path == "/admin/"
    assert not Policy.now().emergency
    assert not soup(answer).select_one(".office__emergency")


def test_an_emergency_begun_by_mistake_is_undone(office):
    page = soup(office.get(send(office, EMERGENCY, POLICY, emergency="on", back="policy").location))
    assert soup(undo(office, page)).select_one(".office__emergency") is None
    assert not Policy.now().emergency


def test_a_moderator_may_begin_and_end_it_but_not_change_the_policy(moderator, sign_in):
    rudi = sign_in(moderator)
    answer = send(rudi, EMERGENCY, emergency="on", back="policy")
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert rudi.page("/admin/comments").select_one(".office__emergency button")["value"] == "off"
    assert send(rudi, EMERGENCY, emergency="off").location == "/admin/"
    assert not Policy.now().emergency
    assert [entry.who for entry in db.session.query(AuditEntry)] == ["Rudi", "Rudi"]
    assert rudi.get(POLICY).status_code == 403
    assert send(rudi, POLICY, moderation="off").status_code == 403


def test_begun_twice_it_is_one_deed(office):
    for _time in range(2):
        answer = send(office, EMERGENCY, POLICY, emergency="on")
    assert answer.location == "/admin/"
    assert db.session.query(AuditEntry).count() == 1


@pytest.mark.parametrize(("value", "status"), [("", 422), ("maybe", 422), (None, 422)])
def test_an_emergency_is_on_or_off(office, value, status):
    answer = send(office, EMERGENCY, emergency=value)
    assert answer.status_code == status
    assert soup(answer).select_one("#emergency [name=emergency]")["value"] == "on"
    assert not Policy.now().emergency


def test_an_emergency_from_a_stale_page_can_be_sent_again(office):
    answer = office.post(EMERGENCY, data={"emergency": "on", "csrf_token": "old"})
    assert answer.status_code == 400
    form = soup(answer).select_one("form#emergency")
    again = {field["name"]: field["value"] for field in form.select("[name]")}
    assert office.post(form["action"], data=again).status_code == 303
    assert Policy.now().emergency


def test_an_articles_own_policy_is_changed_and_undone(office, article):
    address = f"/admin/policy/articles/{article.id}"
    page = office.page(address)
    assert values(page, "#article-policy-form") == {
        "comments_open": True,
        "moderation": "",
        "close_after": "",
    }
    assert (
        page.select_one("[name=moderation] [selected]").text
        == "Seperti seluruh situs: Tahan yang meragukan"
    )
    answer = send(office, address, address, moderation="all", close_after="0")
    page = soup(office.get(answer.location))
    assert values(page, "#article-policy-form") == {
        "comments_open": False,
        "moderation": "all",
        "close_after": "0",
    }
    assert page.select_one("#done p").text == f"Sudah: mengubah aturan artikel {article.id}."
    assert own() == (False, "all", 0)
    answer = undo(office, page)
    assert answer.request.path == address
    assert own() == (True, None, None)


def test_an_articles_page_follows_the_site(office, article):
    send(office, POLICY, POLICY, moderation="off", close_after="", reserved="")
    page = office.page(f"/admin/policy/articles/{article.id}")
    assert (
        page.select_one("[name=moderation] [selected]").text
        == "Seperti seluruh situs: Terbitkan semua"
    )


@pytest.mark.parametrize("value", ["-1", "3651", "x"])
def test_an_articles_days_will_do_or_come_back(office, article, value):
    address = f"/admin/policy/articles/{article.id}"
    answer = send(office, address, address, comments_open="y", moderation="off", close_after=value)
    assert answer.status_code == 422
    page = values(soup(answer), "#article-policy-form")
    assert page == {"comments_open": True, "moderation": "off", "close_after": value}
    assert own() == (True, None, None)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("number", [0, 99, 10**30])
def test_an_article_that_is_none_is_not_found(office, article, method, number):
    answer = getattr(office, method)(f"/admin/policy/articles/{number}", data=token(office, POLICY))
    assert answer.status_code == 404 or (answer.status_code, number, method) == (
        405,
        10**30,
        "post",
    )


def test_a_draft_has_a_policy_too(office, article):
    article.published_at = None
    db.session.commit()
    address = f"/admin/policy/articles/{article.id}"
    assert office.get(address).status_code == 200
    assert send(office, address, address, moderation="", close_after="5").status_code == 303


def test_the_page_leads_to_the_newest_articles_and_to_those_with_a_policy_of_their_own(
    office, article
):
    publish("Baru")
    address = f"/admin/policy/articles/{article.id}"
    send(office, address, address, comments_open="y", moderation="", close_after="0")
    own, newest = office.page(POLICY).select(".articles")
    assert [link["href"] for link in own.select("a")] == [address]
    assert [link.text for link in newest.select("a")] == ["Baru", article.title]


def test_a_search_for_a_deed_that_is_none_shows_no_line(office):
    for done in ("", "x", "0" * 16):
        assert not office.page(f"{POLICY}?done={done}").select_one("#done")


def test_the_log_says_it_in_words(office):
    send(
        office,
        POLICY,
        POLICY,
        moderation="off",
        close_after="",
        reserved=Policy().reserved + "\nPak Camat",
    )
    changes = [
        " ".join(change.text.split()) for change in office.page("/admin/log").select(".log__change")
    ]
    assert sorted(changes) == ["komentar baru: – → Terbitkan semua", "nama pengurus: – → Pak Camat"]


def test_a_moderator_finds_the_emergency_on_the_first_page(moderator, sign_in):
    rudi = sign_in(moderator)
    form = rudi.page("/admin/").select_one("form#emergency")
    answer = rudi.post(
        form["action"], data={field["name"]: field["value"] for field in form.select("[name]")}
    )
    assert (answer.location, Policy.now().emergency) == ("/admin/", True)


class TestStrength:
    TYPED = {"moderation": "", "close_after": "", "reserved": Policy().reserved}

    def foreseen(self, page):
        """What stands beside each strength."""
        return {
            radio["value"]: page.select_one(f"#{radio['aria-describedby']}").text.strip()
            for radio in page.select("[name=strength]")
        }

    def test_it_is_changed_said_in_the_log_and_undone(self, office):
        answer = send(office, POLICY, POLICY, **self.TYPED, strength="strict")
        assert Policy.now().strength == "strict"
        changes = office.page("/admin/log").select(".log__change")
        assert [" ".join(change.text.split()) for change in changes] == [
            "penyaring spam: Biasa → Ketat"
        ]
        undo(office, soup(office.get(answer.location)))
        assert Policy.now() == Policy()

    def test_a_page_from_before_there_was_the_choice_leaves_it_as_it_is(self, office):
        send(office, POLICY, POLICY, **self.TYPED, strength="lenient")
        send(office, POLICY, POLICY, **self.TYPED | {"moderation": "all"})
        assert Policy.now() == Policy("all", strength="lenient")

    @pytest.mark.parametrize("strength", ["", "everything", "NORMAL"])
    def test_what_is_no_strength_is_refused(self, office, strength):
        answer = send(office, POLICY, POLICY, **self.TYPED, strength=strength)
        assert answer.status_code == 422
        assert soup(answer).select_one("#strength .field__error").text
        assert Policy.now() == Policy()

    def test_a_stored_one_that_only_another_version_knows_is_shown_as_normal(self, office):
        with transaction():
            Setting.put("policy", {"strength": "iron"})
        assert values(office.page(POLICY))["strength"] == "normal"

    def test_beside_each_stands_what_it_would_have_done(self, office, article, app):
        _fine, held, _spam = filtered.send(
            article, app, filtered.FINE, filtered.HELD, filtered.SPAM
        )
        with transaction():
            move([held.id], Status.PUBLISHED, ChangeSet("x"))
        page = office.page(POLICY)
        assert self.foreseen(page)["normal"] == (
            "1 terbit, 1 ditahan, 1 spam. Yang tidak langsung terbit, tetapi sekarang terbit: 1."
        )
        assert "untuk 3 komentar pembaca yang terakhir" in page.select_one("#strength").text

    def test_without_comments_there_is_nothing_to_try(self, office):
        assert self.foreseen(office.page(POLICY)) == dict.fromkeys(
            ("lenient", "normal", "strict"), "Belum ada komentar untuk dicoba."
        )
