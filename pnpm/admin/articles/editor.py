"""The page on which an article is written: what stands in its form, and what it says when that was
refused.
"""

import secrets
from types import SimpleNamespace
from typing import Any

from flask import Response, abort, make_response, render_template, request, url_for

from pnpm.articles.actions import of_token, snapshot
from pnpm.articles.models import Article, Status, free_slug, of_a_page, slug_of
from pnpm.articles.queries import tab_of
from pnpm.articles.revisions import differences
from pnpm.articles.tags import all_labels, labels_of
from pnpm.audit import models as audit_log
from pnpm.audit.models import AuditAction
from pnpm.db import db
from pnpm.markup import editor
from pnpm.site_settings import Setting
from pnpm.web import security
from pnpm.web.site import current_site
from pnpm.web.templating import address_of

from .. import audit_labels, labels, return_to
from ..comments import pages
from .forms import ArticleForm, ManuscriptForm
from .save import Refused


def found(number: int) -> Article:
    """The article of that number as it is now, or 404."""
    return db.session.get(Article, number, populate_existing=True) or abort(404)


def form_of(article: Article | None, **options) -> ManuscriptForm:
    """The form of an article, or of a new one: as it was sent, or with `formdata=None` as it
    stands.
    """
    if article is None:
        token = ManuscriptForm.new_token()
        return ArticleForm(
            **options, token=token, comments_open=True, stood=_stood(0), status=Status.DRAFT.value
        )
    given = {"title": article.title, "body": article.body, "edition": str(article.edition)}
    if of_a_page(article.slug):
        return ManuscriptForm(**options, **given, status=Status.PAGE.value)
    return ArticleForm(**options, **given, **_settings(article))


def shown(article: Article | None, done: str = "") -> Response:
    """The page of an article, or of a new one; `done` is the change set that was just done."""
    return page(
        form_of(article, formdata=None),
        article,
        done=pages.change_set_done(done),
        is_saved=bool(done),
    )


def page(form: ManuscriptForm, article: Article | None, status: int = 200, **more) -> Response:
    """The page with that form. Its editor may set styles, and show pictures that are on their
    way.
    """
    if form.format.data == "rich":
        form.body.data = form.source  # who has no editor is not shown the editor's own words
    nonce = secrets.token_urlsafe(16)
    context: dict[str, Any] = {
        "form": form,
        "article": article,
        "nonce": nonce,
        "tab": tab_of(article) if article else None,
    }
    context |= {
        "rich": editor.for_editor(form.source, request.script_root),
        "known": all_labels(),
        "tab_words": labels.TABS,
    }
    context |= {"reader_address": reader_address}
    context |= {
        "back": f"{return_to.WRITING}{article.id}" if article else "",
        "done": None,
        "is_saved": False,
        "conflict": None,
    }
    response = make_response(render_template("admin/articles/show.html", **context | more), status)
    response.headers["Content-Security-Policy"] = security.policy(
        img_src="blob:", style_src=f"'nonce-{nonce}'"
    )
    return response


def reader_address(article: Article) -> str:
    """Where readers see it."""
    if of_a_page(article.slug):
        return url_for("static_pages.show", name=article.slug.rpartition("/")[2])
    return address_of(article)


def refused(form: ManuscriptForm, article: Article | None, refusal: Refused) -> Response:
    """The page with its form, which says beside a field what is wrong with it."""
    name, words = refusal.args
    form[name].errors = [words]
    return page(form, article, 422)


def in_between(form: ManuscriptForm, number: int | None) -> Response:
    """The page that shows both: what somebody saved in between, and what was sent, ready to be sent
    again over it.
    """
    article = found(number) if number else of_token(form.token.data) or abort(404)
    form.edition.data = str(article.edition)
    return page(form, article, 409, conflict=_between(article, form))


def _between(article, form):
    """What the two differ in, line by line, and who saved the other."""
    theirs = snapshot(article)
    mine = theirs | form.changes | {"status": form.chosen.value}
    mine.pop("body")
    if not of_a_page(article.slug):
        mine |= {
            "slug": form.slug.data or theirs["slug"],
            "published_at": _minute(form.published_at.data),
        }
        theirs |= {"published_at": _minute(_local(article.published_at))}
    names = [name for name in mine if mine[name] != theirs[name] and name != "text"]
    sides = {
        "before": {name: theirs[name] for name in names},
        "after": {name: mine[name] for name in names},
    }
    last = db.session.scalars(audit_log.of("article", article.id).limit(1)).first()
    lines = differences(article.body, form.source)
    return {
        "last": last,
        "lines": lines,
        "changes": audit_labels.changes(
            SimpleNamespace(subject="article", action=AuditAction.SAVED.value, **sides), {}
        ),
    }


def _settings(article):
    is_automatic = not article.has_come and article.slug == free_slug(
        slug_of(article.title), article.id
    )
    stood = _stood(article.id)
    return {
        "labels": ", ".join(label.name for label in labels_of([article.id])[article.id]),
        "slug": "" if is_automatic else article.slug,
        "published_at": _local(article.published_at),
        "comments_open": article.comments_open,
        "close_after": article.close_after,
        "stood": stood,
        "status": Status.DRAFT.value if article.status is Status.DELETED else article.status.value,
        **{name: name in stood.split() for name in ("pinned", "headline")},
    }


def _local(moment):
    return moment and moment.astimezone(current_site().zone).replace(tzinfo=None)


def _minute(local):
    return local and f"{local:%Y-%m-%d %H:%M}"


def _stood(number):
    """Which ticks of the front page are set, `-` for none: an empty field is as good as none that
    was sent.
    """
    words = Setting.words()
    stood = {"pinned": words.pinned == number, "headline": number in words.headlines}
    return " ".join(name for name, is_set in stood.items() if is_set) or "-"
