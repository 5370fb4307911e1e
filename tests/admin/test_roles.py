"""Who may do what: every route under /admin, by every role, with every method; made from the URL
map, so none is forgotten.
"""

import pytest
from flask import current_app, url_for

from pnpm.accounts.models import SignIn, User
from pnpm.accounts.throttling import Attempt
from pnpm.audit.models import AuditEntry
from pnpm.comments.models import Comment
from pnpm.comments.trust import Trust
from pnpm.db import db
from pnpm.site_settings import Setting
from pnpm.web import auth
from tests.conftest import write

ANYONE, OFFICERS, ADMINS = "anyone", "officers", "admins"
ROUTES = {
    "session.show": ANYONE,
    "session.create": ANYONE,
    "session.end": ANYONE,
    "code.show": ANYONE,
    "code.create": ANYONE,
    "setup.show": ANYONE,
    "setup.create": ANYONE,
    "forgotten.show": ANYONE,
    "forgotten.create": ANYONE,
    "forgotten.edit": ANYONE,
    "forgotten.change": ANYONE,
    "mailed.show": ANYONE,
    "mailed.act": ANYONE,
    "confirmation.show": OFFICERS,
    "confirmation.confirm": OFFICERS,
    "admin.index": OFFICERS,
    "places.index": OFFICERS,
    "admin_comments.index": OFFICERS,
    "admin_comments.move": OFFICERS,
    "admin_comments.waiting": OFFICERS,
    "admin_comments.show": OFFICERS,
    "admin_comments.change_status": OFFICERS,
    "admin_comments.edit": OFFICERS,
    "admin_comments.reply": OFFICERS,
    "admin_comments.remove": ADMINS,
    "authors.change_trust": OFFICERS,
    "admin_articles.index": ADMINS,
    "admin_articles.new": ADMINS,
    "admin_articles.create": ADMINS,
    "admin_articles.edit": ADMINS,
    "admin_articles.change": ADMINS,
    "admin_articles.change_status": ADMINS,
    "admin_articles.show_preview": ADMINS,
    "revisions.index": ADMINS,
    "revisions.show": ADMINS,
    "revisions.restore": ADMINS,
    "log.index": OFFICERS,
    "log.undo": OFFICERS,
    "log.export": ADMINS,
    "report.index": OFFICERS,
    "resume.show": OFFICERS,
    "resume.drop": OFFICERS,
    "policy.change_emergency": OFFICERS,
    "policy.change": ADMINS,
    "policy.change_one": ADMINS,
    "lists.change": ADMINS,
    "policy.index": ADMINS,
    "policy.article": ADMINS,
    "lists.index": ADMINS,
    "names.index": ADMINS,
    "names.forget": ADMINS,
    "headlines.index": ADMINS,
    "headlines.clear": ADMINS,
    "headlines.put": ADMINS,
    "settings.index": ADMINS,
    "settings.change": ADMINS,
    "settings.preview": ADMINS,
    "site_pages.show": ADMINS,
    "site_pages.begin": ADMINS,
    "admin_media.index": ADMINS,
    "admin_media.add": ADMINS,
    "admin_media.describe": ADMINS,
    "admin_media.change_deleted": ADMINS,
    "diagnostics.index": ADMINS,
    "backups.index": ADMINS,
    "backups.make": ADMINS,
    "admin_imports.index": ADMINS,
    "admin_imports.upload": ADMINS,
    "admin_imports.begin": ADMINS,
    "admin_imports.retry": ADMINS,
    "admin_imports.give_up": ADMINS,
    "admin_imports.show": ADMINS,
    "admin_imports.undo": ADMINS,
    "admin_imports.htaccess": ADMINS,
    "backups.download": ADMINS,
    "moves.index": ADMINS,
    "moves.begin": ADMINS,
    "moves.confirm": ADMINS,
    "moves.retry": ADMINS,
    "moves.give_up": ADMINS,
    "restores.index": ADMINS,
    "restores.upload": ADMINS,
    "restores.choose": ADMINS,
    "restores.confirm": ADMINS,
    "restores.retry": ADMINS,
    "restores.give_up": ADMINS,
    "restores.show": ANYONE,
    "admin_exports.make": ADMINS,
    "mail.index": ADMINS,
    "mail.send_again": ADMINS,
    "mail.send_one_again": ADMINS,
    "mail.discard": ADMINS,
    "admin_data_requests.index": ADMINS,
    "admin_data_requests.show": ADMINS,
    "admin_data_requests.confirm": ADMINS,
    "admin_data_requests.choose": ADMINS,
    "admin_data_requests.show_copy": ADMINS,
    "admin_data_requests.download_copy": ADMINS,
    "admin_data_requests.show_erasure": ADMINS,
    "admin_data_requests.erase": ADMINS,
    "admin_data_requests.show_comment": ADMINS,
    "admin_data_requests.correct": ADMINS,
    "admin_data_requests.answer": ADMINS,
    "admin_data_requests.deliver": ADMINS,
    "admin_data_requests.discard": ADMINS,
    "admin_data_requests.discard_all": ADMINS,
    "users.change_contact": ADMINS,
    "users.index": ADMINS,
    "users.create": ADMINS,
    "users.show": ADMINS,
    "users.change_role": ADMINS,
    "users.change_password": ADMINS,
    "users.turn_factor_off": ADMINS,
    "users.remove": ADMINS,
    "welcome.change": ADMINS,
    "help.index": OFFICERS,
    "help.show": OFFICERS,
    "help.picture": OFFICERS,
    "account.index": OFFICERS,
    "account.show_password": OFFICERS,
    "account.save_password": OFFICERS,
    "account.show_contact": OFFICERS,
    "account.save_contact": OFFICERS,
    "account.end": OFFICERS,
    "account.end_others": OFFICERS,
    "factor.show": OFFICERS,
    "factor.turn_on": OFFICERS,
    "factor.turn_off": OFFICERS,
}
METHODS = "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(auth.PREFIX)]


def address(rule):
    """An address of that rule: comment, article, account and session 1, and a change set that is
    none.
    """
    return url_for(
        rule.endpoint, **{name: 1 if name != "change_set" else "0" * 16 for name in rule.arguments}
    )


def addresses(app):
    """Every address under /admin, and which endpoint each method of it is."""
    found = {}
    for rule in rules(app):
        found.setdefault(address(rule), {}).update(dict.fromkeys(rule.methods, rule.endpoint))
    return found


def test_every_route_is_in_the_table_and_none_that_is_gone(app):
    assert {rule.endpoint for rule in rules(app)} == set(ROUTES)


def test_nothing_that_is_looked_at_takes_a_form_too(app):
    both = [rule for rule in app.url_map.iter_rules() if {"GET", "POST"} <= rule.methods]
    assert [rule.endpoint for rule in both] == []


@pytest.fixture
def browsers(app, article, admin, moderator, sign_in):
    """A browser for each role."""
    write(article, app, "komentar")
    return {"stranger": app.test_client(), "moderator": sign_in(moderator), "admin": sign_in(admin)}


@pytest.mark.parametrize("role", ["stranger", "moderator", "admin"])
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_route_by_role_by_method(browsers, role, htmx):
    app, faults = current_app, []
    may = {
        "stranger": {ANYONE},
        "moderator": {ANYONE, OFFICERS},
        "admin": {ANYONE, OFFICERS, ADMINS},
    }[role]
    for url, endpoints in addresses(app).items():
        for method in METHODS:
            answer = browsers[role].open(
                url, method=method, headers={"HX-Request": "true"} if htmx else {}
            )
            endpoint = endpoints.get(method)
            if endpoint is None:
                fine = answer.status_code == 405
            elif ROUTES[endpoint] in may:
                sent_away = "/admin/login?next" in answer.headers.get("Location", "")
                fine = answer.status_code not in (401, 403, 405, 500) and not sent_away
            elif role == "stranger" and htmx:
                fine = answer.status_code == 204 and answer.headers["HX-Redirect"].startswith(
                    "/admin/login"
                )
            elif role == "stranger":
                fine = answer.status_code == 303 and answer.location.startswith("/admin/login")
            else:
                fine = answer.status_code == 403
            if not fine:
                faults.append((url, method, endpoint, answer.status_code))
    assert faults == []


def snapshot():
    """Everything that a form of the office could change."""
    db.session.expire_all()
    return {
        kind.__name__: sorted(
            str([getattr(row, column.key) for column in kind.__table__.columns])
            for row in db.session.query(kind)
        )
        for kind in (Comment, AuditEntry, Setting, SignIn, Trust, User, Attempt)
    }


def test_no_form_changes_anything_without_the_sessions_token(browsers):
    browsers["admin"].post("/admin/logout")  # the day's housekeeping is done with its first form
    before = snapshot()
    everything = {
        "status": "deleted",
        "comment": "1",
        "all": "1",
        "upto": "99",
        "body": "lain",
        "trusted": "y",
        "role": "admin",
    }
    everything |= {"place": "1", "alt": "lain", "deleted": "yes"}
    everything |= {
        "emergency": "on",
        "do": "save",
        "password": "kata sandi yang lain",
        "username": "Baru",
        "moderation": "off",
    }
    for rule in rules(current_app):
        if "POST" in rule.methods:
            answer = browsers["admin"].post(address(rule), data=everything)
            assert answer.status_code in (303, 400, 404, 409, 410, 422), rule.endpoint
    assert snapshot() == before


def test_no_form_is_taken_from_another_site(browsers):
    for rule in rules(current_app):
        if "POST" in rule.methods:
            answer = browsers["admin"].post(address(rule), headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 403, rule.endpoint
