"""The page on which an article is written: its form, and what it says when that was refused."""

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
from pnpm.markup import alt_texts, editor
from pnpm.media.models import Picture
from pnpm.media.queries import undescribed
from pnpm.site_settings import Setting
from pnpm.web import security
from pnpm.web.site import current_site
from pnpm.web.templating import address_of

from .. import audit_labels, labels, return_to
from ..comments import pages
from ..media import address_of as picture_address
from .forms import ArticleForm, ManuscriptForm
from .save import Refused


def found(number: int) -> Article:
    """Return the article of that number as it is in the database now, or 404."""
    return db.session.get(Article, number, populate_existing=True) or abort(404)


def form_of(article: Article | None, **options) -> ManuscriptForm:
    """Return the form of an article, or of a new one if it is None: as it was sent, or with
    `formdata=None` as the article is.
    """
    if article is None:
        token = ManuscriptForm.new_token()
        return ArticleForm(
            **options, token=token, comments_open=True, stood=_stood(0), status=Status.DRAFT.value
        )
    saved = {"title": article.title, "body": article.body, "edition": str(article.edition)}
    if of_a_page(article.slug):
        return ManuscriptForm(**options, **saved, status=Status.PAGE.value)
    return ArticleForm(**options, **saved, **_settings(article))


def shown(article: Article | None, done: str = "", asks: bool = False) -> Response:
    """Render the page of an article, or of a new one; `done` is the key of the change set that was
    just done. `asks`: it is to be published, and what its pictures show is asked for first.
    """
    form = form_of(article, formdata=None)
    if asks and article and (pictures := undescribed(article.body)):
        return asking(form, article, pictures, Status.PUBLISHED, 200)
    return page(form, article, done=pages.change_set_done(done), is_saved=bool(done))


def page(form: ManuscriptForm, article: Article | None, status: int = 200, **more) -> Response:
    """Render the page with that form; `more` is added to the template's context."""
    if form.format.data == "rich":
        form.body.data = form.source  # so that a browser without the editor shows plain HTML
    elif form.asked_about:
        form.body.data = form.described(form.body.data or "")
    nonce = secrets.token_urlsafe(16)
    tab, back = None, ""
    if article:
        tab, back = tab_of(article), f"{return_to.WRITING}{article.id}"
    context: dict[str, Any] = {
        "form": form,
        "article": article,
        "nonce": nonce,
        "tab": tab,
        "rich": editor.for_editor(form.source, request.script_root),
        "known": all_labels(),
        "tab_words": labels.TABS,
        "reader_address": reader_address,
        "back": back,
        "done": None,
        "is_saved": False,
        "conflict": None,
        "undescribed": [],
        "picture_address": picture_address,
    }
    response = make_response(render_template("admin/articles/show.html", **context | more), status)
    # the editor sets styles, and shows pictures while they are being sent
    response.headers["Content-Security-Policy"] = security.policy(
        img_src="blob:", style_src=f"'nonce-{nonce}'"
    )
    return response


def unasked(form: ManuscriptForm, article: Article | None) -> list[Picture]:
    """Return the pictures without words in a valid form, if it is to be published: without those
    of which the writer was asked already, or which readers see so.
    """
    if form.chosen is Status.DRAFT:
        return []
    known = {*form.asked_about}
    if article and article.status in (Status.PUBLISHED, Status.PAGE):
        known |= {*alt_texts.lacking(article.body)}
    return [picture for picture in undescribed(form.source) if picture.key not in known]


def asking(
    form: ManuscriptForm,
    article: Article | None,
    pictures: list[Picture],
    wanted: Status,
    status: int = 422,
) -> Response:
    """Render the page with the question what these pictures show. Answered or not, the form then
    goes through with the status that is `wanted`.
    """
    form.asked.data = " ".join([*form.asked_about, *(picture.key for picture in pictures)])
    return page(form, article, status, undescribed=pictures, wanted=wanted)


def reader_address(article: Article) -> str:
    """Return the address at which readers see the article or static page."""
    if of_a_page(article.slug):
        return url_for("static_pages.show", name=article.slug.rpartition("/")[2])
    return address_of(article)


def refused(form: ManuscriptForm, article: Article | None, refusal: Refused) -> Response:
    """Render the page again, with the refusal's words beside its field."""
    name, words = refusal.args
    form[name].errors = [words]
    return page(form, article, 422)


def in_between(form: ManuscriptForm, number: int | None) -> Response:
    """Render the page with what was sent and its differences from what somebody else saved in
    between, ready to be sent again over that.
    """
    article = found(number) if number else of_token(form.token.data)
    if article is None:
        abort(404)
    form.edition.data = str(article.edition)
    return page(form, article, 409, conflict=_conflict(article, form))


def _conflict(article, form):
    """Return the differences in the text, line by line, and in the settings; and the log entry of
    who saved the other version.
    """
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
    # told in words like an entry of the log that nobody has written
    overwriting = SimpleNamespace(
        subject="article",
        action=AuditAction.SAVED.value,
        before={name: theirs[name] for name in names},
        after={name: mine[name] for name in names},
    )
    return {
        "last": db.session.scalars(audit_log.of("article", article.id).limit(1)).first(),
        "lines": differences(article.body, form.source),
        "changes": audit_labels.changes(overwriting, {}),
    }


def _settings(article):
    """Return the values of an article's settings for its form."""
    slug, status = article.slug, article.status
    if not article.has_come and slug == free_slug(slug_of(article.title), article.id):
        slug = ""  # it was made from the title, and follows that until the article is published
    if status is Status.DELETED:
        status = Status.DRAFT  # saving brings it back
    stood = _stood(article.id)
    return {
        "labels": ", ".join(label.name for label in labels_of([article.id])[article.id]),
        "slug": slug,
        "published_at": _local(article.published_at),
        "comments_open": article.comments_open,
        "close_after": article.close_after,
        "stood": stood,
        "pinned": "pinned" in stood.split(),
        "headline": "headline" in stood.split(),
        "status": status.value,
    }


def _local(moment):
    """Return a moment as a clock of the site's zone shows it; None for None."""
    return moment and moment.astimezone(current_site().zone).replace(tzinfo=None)


def _minute(local):
    return local and f"{local:%Y-%m-%d %H:%M}"


def _stood(number):
    """Return the names of the front page's ticks that are set for an article; `-` for none, since
    an empty field cannot be told from one that was not sent.
    """
    words = Setting.words()
    stood = {"pinned": words.pinned == number, "headline": number in words.headlines}
    return " ".join(name for name, is_set in stood.items() if is_set) or "-"
