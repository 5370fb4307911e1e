"""What the office's rules say of a comment: which goes before which, whom they spare, and how
quickly they say it.
"""

from datetime import UTC, datetime, timedelta

import pytest

from pnpm.audit.models import ChangeSet, entries
from pnpm.comments.models import Submission
from pnpm.comments.policy import Policy
from pnpm.comments.rules import Rules, change_lists, list_texts, sample_of
from pnpm.comments.trust import Trusted
from pnpm.config import Config
from pnpm.db import db, transaction
from pnpm.markup.sanitizer import comment_html
from pnpm.signing import address_hash
from pnpm.site_settings import Setting

pytestmark = pytest.mark.engines

CONFIG = Config(secret_key="a key for tests alone")
ADDRESS = "192.0.2.1"
NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
LAST_MONTH = datetime(2026, 7, 15, tzinfo=UTC)
SPAM = "Slot gacor " + " ".join(f"http://a{number}.example/" for number in range(3))
ASTRAY = "a" * 3000 + "!"
SLOW = "/(a+)+$/"


def draft(body="Terima kasih", name="Siti", honeypot="", seconds=60, email="", website=""):
    return Submission(name, email, website, body, comment_html(body), "n", honeypot, seconds)


def trusts(name="Siti", address=ADDRESS, hashed_at=LAST_MONTH, until=None):
    return (Trusted(name, address_hash(CONFIG.secret_key, address, hashed_at), hashed_at, until),)


def judge(
    given=None,
    policy=None,
    texts=None,
    trusted=(),
    moderation=None,
    config=CONFIG,
    moment=NOW,
    address=ADDRESS,
):
    return Rules(policy or Policy(), texts or {}, trusted).judge(
        given or draft(), address, config, moderation, moment
    )


@pytest.mark.parametrize(
    ("given", "more", "reasons"),
    [
        (draft(), {}, []),
        (draft(SPAM), {}, ["links"]),
        (draft(seconds=1, honeypot="x"), {}, ["honeypot", "fast"]),
        (draft(), {"policy": Policy("all")}, ["policy"]),
        (draft(SPAM), {"policy": Policy("all")}, ["policy", "links"]),
        (draft(SPAM), {"policy": Policy("off")}, []),
        (draft(), {"policy": Policy(emergency=True)}, ["emergency"]),
        (draft(SPAM), {"policy": Policy("off", emergency=True)}, ["emergency"]),
        (draft(SPAM), {"policy": Policy("all", emergency=True)}, ["emergency", "policy", "links"]),
        (draft(SPAM), {"texts": {"hold_words": "slot"}}, ["links", "words:slot"]),
        (draft(SPAM), {"texts": {"hold_words": "slot"}, "policy": Policy("off")}, ["words:slot"]),
        (
            draft(SPAM),
            {"texts": {"hold_words": "slot", "hold_domains": "a1.example"}},
            ["links", "words:slot"],
        ),
        (
            draft(SPAM),
            {"texts": {"hold_domains": "a1.example"}, "moderation": "off"},
            ["domains:a1.example"],
        ),
        (
            draft('<a href="http://slot.example/">x</a>'),
            {"texts": {"hold_domains": "slot.example"}},
            ["domains:slot.example"],
        ),
        (draft(name="Bаndar"), {"texts": {"hold_names": "bandar"}}, ["names:bandar"]),
        (
            draft(email="x@slot.example"),
            {"texts": {"hold_addresses": "*@slot.example"}},
            ["addresses:*@slot.example"],
        ),
        (draft(), {"texts": {"hold_addresses": "192.0.2.0/24"}}, ["addresses:192.0.2.0/24"]),
    ],
)
def test_why_a_comment_waits(given, more, reasons):
    assert judge(given, **more)[:4] == (reasons, False, False, None)


@pytest.mark.parametrize(
    ("article", "site", "host", "holds"),
    [
        (None, None, "all", True),
        (None, None, "off", False),
        (None, "all", "off", True),
        (None, "off", "all", False),
        ("all", "off", "off", True),
        ("off", "all", "all", False),
        ("suspicious", "all", "all", False),
    ],
)
def test_an_articles_moderation_goes_before_the_sites_and_that_before_the_hosts(
    article, site, host, holds
):
    config = Config(secret_key=CONFIG.secret_key, moderation=host)
    assert judge(policy=Policy(site), moderation=article, config=config).reasons == (
        ["policy"] if holds else []
    )


@pytest.mark.parametrize(
    "more",
    [{}, {"policy": Policy("off")}, {"policy": Policy(emergency=True)}, {"trusted": trusts()}],
)
def test_a_list_that_refuses_goes_before_everything(more):
    verdict = judge(draft(SPAM), texts={"refuse_words": "slot", "hold_words": "gacor"}, **more)
    assert (verdict.reasons, verdict.is_refused) == (["words:slot"], True)


@pytest.mark.parametrize(
    ("given", "more", "reasons"),
    [
        (draft(SPAM, seconds=0), {"policy": Policy("all"), "texts": {"hold_words": "slot"}}, []),
        (draft(SPAM, seconds=0), {"moderation": "all"}, []),
        (draft(SPAM, honeypot="x"), {}, ["honeypot"]),
        (draft(SPAM, honeypot="x"), {"policy": Policy("off")}, []),
        (draft(), {"policy": Policy(emergency=True)}, ["emergency"]),
        (draft(ASTRAY), {"texts": {"hold_words": SLOW}}, []),
        (draft(ASTRAY), {"texts": {"refuse_words": SLOW}}, [f"words:{SLOW}"]),
    ],
)
def test_what_spares_the_trusted(given, more, reasons):
    assert judge(given, trusted=trusts(), **more)[:4] == (reasons, False, True, None)


def test_a_comment_that_an_expression_cannot_tell_of_in_time_is_held_and_not_refused():
    assert judge(draft(ASTRAY), texts={"refuse_words": SLOW})[:4] == (
        [f"words:{SLOW}"],
        False,
        False,
        None,
    )


def test_closing_goes_along_with_the_verdict():
    assert judge(policy=Policy(close_after=30)).close_after == 30


@pytest.mark.parametrize(
    ("more", "trusted"),
    [
        ({}, True),
        ({"given": draft(name="siti")}, False),
        ({"given": draft(name="")}, False),
        ({"address": "192.0.2.2"}, False),
        ({"address": ""}, False),
        ({"moment": NOW + timedelta(days=400)}, True),
        ({"trusted": trusts(until=NOW + timedelta(microseconds=1))}, True),
        ({"trusted": trusts(until=NOW)}, False),
        ({"trusted": trusts(until=NOW - timedelta(days=1))}, False),
        ({"trusted": trusts(hashed_at=datetime(2025, 1, 31, 23, 59, tzinfo=UTC))}, True),
        (
            {
                "trusted": (
                    Trusted(
                        "Siti", address_hash(CONFIG.secret_key, ADDRESS, NOW), LAST_MONTH, None
                    ),
                )
            },
            False,
        ),
        ({"trusted": trusts("Siti", until=NOW) + trusts("Rudi") + trusts("Siti")}, True),
        ({"trusted": trusts("Siti", "192.0.2.9") + trusts("Siti")}, True),
        ({"trusted": trusts(address="2001:db8::1"), "address": "2001:db8::ffff"}, True),
    ],
)
def test_who_is_trusted_over_months_and_until_when(more, trusted):
    given = {"trusted": trusts(), **more}
    assert judge(**given).is_trusted is trusted


@pytest.mark.parametrize(("back", "holds"), [(0, True), (40, True), (330, True), (800, False)])
def test_the_code_of_an_address_holds_it_for_a_year(back, holds):
    code = address_hash(CONFIG.secret_key, ADDRESS, NOW - timedelta(days=back))
    for length in (8, 64):
        assert bool(judge(texts={"hold_addresses": code[:length]}).reasons) is holds


def test_every_month_of_a_year_back_is_known():
    months = {
        (NOW - timedelta(days=back)).strftime("%Y-%m"): NOW - timedelta(days=back)
        for back in range(330)
    }
    for moment in months.values():
        assert judge(
            texts={"refuse_addresses": address_hash(CONFIG.secret_key, ADDRESS, moment)[:12]}
        ).is_refused


def test_a_line_of_another_version_does_not_stop_the_rest():
    assert judge(
        draft("togel"),
        texts={"hold_words": "/(/\n*\ntogel", "hold_domains": "x", "unknown_words": "togel"},
    ).reasons


def test_a_sample_has_the_text_as_people_see_it_and_where_links_lead():
    made = sample_of(
        draft(
            's<b>lo</b>t &amp; <a href="http://x.example/?a=1&amp;b=2">klik</a> :))',
            website="http://y.example",
        )
    )
    assert made.text == "slot & klik :))"
    assert made.links == ("http://x.example/?a=1&b=2",)
    assert {"x.example", "y.example"} <= set(made.hosts)


def test_lists_are_empty_until_they_are_changed_and_only_what_changed_is_written_down(app):
    assert set(list_texts().values()) == {""}
    first, second = ChangeSet("Bu Camat"), ChangeSet("Rudi")
    with transaction():
        change_lists(first, list_texts() | {"hold_words": "judi"})
    with transaction():
        change_lists(
            second, list_texts() | {"hold_words": "judi", "refuse_domains": "slot.example"}
        )
    assert [(e.action, e.subject, e.before, e.after) for e in entries(first.key)] == [
        ("lists", "site", {"hold_words": ""}, {"hold_words": "judi"})
    ]
    assert [(e.before, e.after) for e in entries(second.key)] == [
        ({"refuse_domains": ""}, {"refuse_domains": "slot.example"})
    ]
    assert Rules.now().judge(draft("judi"), ADDRESS, CONFIG, None).reasons == ["words:judi"]


def test_what_does_not_change_is_no_deed_and_leaves_every_page_as_it_was(app):
    revision, change_set = Setting.revision(), ChangeSet("Bu Camat")
    with transaction():
        change_lists(change_set, list_texts())
    assert (change_set.count, Setting.revision()) == (0, revision)


def test_a_change_of_the_lists_says_that_the_site_has_changed(app):
    revision = Setting.revision()
    with transaction():
        change_lists(ChangeSet("Bu Camat"), {"hold_words": "judi"})
    db.session.expire_all()
    assert Setting.revision() != revision
