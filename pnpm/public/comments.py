"""Readers' comments: submit one, and see one's own while it waits."""

from math import ceil

from flask import Blueprint, abort, current_app, redirect, render_template, request
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import SQLAlchemyError

from pnpm import signing
from pnpm.articles.freshness import ENTRY, ENTRY_OF_FORMER
from pnpm.articles.models import Article
from pnpm.comments.models import Comment
from pnpm.comments.submission import Refusal, Refused, submit
from pnpm.comments.thread import newest
from pnpm.db import connected, db
from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.web import error_messages, htmx
from pnpm.web.site import current_site
from pnpm.web.templating import address_of

from . import pages
from .comment_form import CommentForm

comments = Blueprint("comments", __name__)
REFUSALS = {  # the HTTP status, and what readers are told
    Refusal.CLOSED: (
        409,
        _("Komentar untuk artikel ini sudah ditutup. Salin tulisan Anda bila masih diperlukan."),
    ),
    Refusal.BLOCKED: (
        422,
        _(
            "Komentar ini memuat kata atau alamat yang tidak diterima di sini. "
            "Ubah, lalu kirim lagi."
        ),
    ),
    Refusal.RATE_LIMITED: (
        429,
        _("Terlalu banyak komentar dari jaringan ini. Tunggu %(minutes)s menit, lalu kirim lagi."),
    ),
    Refusal.EMPTY: (422, _("Tulis komentar Anda dulu, lalu kirim.")),
    Refusal.OVERLOADED: (
        422,
        _("Terlalu banyak emotikon atau tanda di dalamnya. Kurangi, lalu kirim lagi."),
    ),
}
OF_THE_TEXT = {Refusal.EMPTY, Refusal.OVERLOADED}  # refusals that are said beside the text


@comments.post(pages.ADDRESS)
def create(year, month, slug):
    """Submit a comment to the article of this address."""
    # read whole before the database is asked: a form may come slowly, and connections are few
    sent = request.form
    with connected() as connection:
        article = _entry(connection, slug) or abort(404)
        site = current_site(article.site_revision or "")
        # the form alone: by itself Flask-WTF would put files into fields of text
        form = CommentForm(article.id, sent)
        if not form.validate():
            return _invalid(article, form, form.refusal)
        sender = request.remote_addr or ""
        arguments = form.submission(), sender, site.config, site.rules, site.translate
        try:
            received = submit(connection, article, *arguments)
        except (Refused, SQLAlchemyError) as refusal:
            return _refused(article, form, refusal)
    return _saved(article, *received)


@comments.get("/comments/<token>")
def waiting(token):
    """Render a reader's own comment while it waits; once it is published, redirect to it. 410 if it
    was not accepted.
    """
    number = signing.read(_config().secret_key, "waiting", token) or abort(404)
    comment = db.session.get(Comment, int(number)) or abort(404)
    article = db.session.get(Article, comment.article_id) or abort(404)
    if comment.is_visible:
        return redirect(
            address_of(article, comment=comment.id, _anchor=f"comment-{comment.id}"), 303
        )
    if not comment.is_waiting:
        abort(410)
    page = render_template("comments/waiting.html", comment=comment, article=article)
    return page, {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def _entry(connection, slug):
    """Who had the page open while its address changed sends to the former one."""
    values = {"slug": slug}
    return (
        connection.execute(ENTRY, values).first()
        or connection.execute(ENTRY_OF_FORMER, values).first()
    )


def _config():
    return current_app.config["PNPM"]


def _invalid(entry, form, status):
    """Answer with the form again, its errors beside the fields, and all that was typed."""

    def page():
        article = db.session.get(Article, entry.id) or abort(404)
        return pages.article(article, newest(article.id), form)

    return htmx.refused("comments/_form.html", page, status, article=entry, form=form)


def _refused(article, form, refusal):
    """Answer with the form again, and why the comment was refused."""
    if not isinstance(refusal, Refused):
        return _unavailable(article, form, refusal)
    status, words = REFUSALS[refusal.kind]
    if refusal.kind in OF_THE_TEXT:
        form.body.errors = [str(words)]
    else:
        form.refuse(str(words) % {"minutes": ceil(refusal.seconds / 60)})
    response = _invalid(article, form, status)
    if refusal.seconds:
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def _unavailable(article, form, error):
    """Answer with the form again, 503, while the database cannot be written to."""
    if htmx.is_request():
        raise error  # the form stays as it is, and the line of status says what to do
    error_messages.log(error)
    title, advice = error_messages.WORDS[storage_fault_of(error) or StorageFault.BUSY]
    form.refuse(f"{title}. {advice}")
    return _invalid(article, form, 503)


def _saved(article, comment, count):
    """Answer with the comment in its place, or with the note that it waits; to a plain browser with
    the redirect there. `count` is the article's new number of comments.
    """
    context = {
        "article": article,
        "comment": comment,
        "count": count,
        "fresh_form": pages.fresh_form(article),
    }
    if comment.is_visible:
        return htmx.saved(
            "comments/_created.html", lambda: _address(article, f"comment-{comment.id}"), **context
        )
    token = signing.sign(_config().secret_key, "waiting", str(comment.id))
    return htmx.saved(
        "comments/_held.html",
        lambda: _address(article, "status", waiting=token),
        waiting=token,
        **context,
    )


def _address(article, anchor, **more):
    return address_of(article, _anchor=anchor, **more)
