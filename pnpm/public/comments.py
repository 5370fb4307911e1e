"""Readers' comments: taken, refused, and found again while they wait."""

from flask import Blueprint, abort, current_app, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError

from pnpm import signing
from pnpm.articles.freshness import ENTRY, ENTRY_OF_FORMER
from pnpm.articles.models import Article
from pnpm.comments.models import Comment
from pnpm.comments.submission import Closed, TooMany, Unwelcome, known_in_flood, receive
from pnpm.comments.thread import newest
from pnpm.db import connected, db, immediate, retrying
from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.web import error_messages, htmx
from pnpm.web.site import current_site

from . import pages
from .comment_form import CommentForm

comments = Blueprint("comments", __name__)


@comments.post(pages.ADDRESS)
def create(year, month, slug):
    """Take a comment under the article of this address."""
    # read whole before the database is asked: it may come slowly, and connections are few
    sent = request.form
    with connected() as connection:
        article = _entry(connection, slug) or abort(404)
        current_site(article.site_revision or "")
        # not its files, which Flask-WTF would put into fields of text
        form = CommentForm(article.id, sent)
        if not form.validate():
            return _refused(article, form, form.refusal)
        try:
            received = known_in_flood(
                connection, article.id, form.submission(), request.remote_addr or "", _config()
            )
            if not received and not form.render():
                return _refused(article, form, form.refusal)
            received = received or _received(connection, article, form.submission())
        except (Closed, Unwelcome, TooMany, SQLAlchemyError) as refusal:
            return _not_now(article, form, refusal)
    return _saved(article, *received)


@comments.get("/comments/<token>")
def waiting(token):
    """A reader's own comment while it waits; once it is published, the way to it."""
    number = signing.read(_config().secret_key, "waiting", token) or abort(404)
    comment = db.session.get(Comment, int(number)) or abort(404)
    article = db.session.get(Article, comment.article_id)
    if comment.is_visible:
        return redirect(
            pages.address_of(article, comment=comment.id, _anchor=f"comment-{comment.id}"), 303
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


def _received(connection, article, submission):
    address = request.remote_addr or ""
    verdict = current_site().rules.judge(submission, address, _config(), article.moderation)

    def received():
        with immediate(connection):
            return receive(connection, article.id, submission, address, _config(), verdict=verdict)

    # where the same comes at the same moment, it is known the next time
    return retrying(received)


def _config():
    return current_app.config["PNPM"]


def _refused(entry, form, status):
    def page():
        article = db.session.get(Article, entry.id)
        return pages.article(article, newest(article.id), form)

    return htmx.refused("comments/_form.html", page, status, article=entry, form=form)


def _not_now(article, form, refusal):
    if isinstance(refusal, TooMany):
        return _too_many(article, form, refusal)
    if isinstance(refusal, Closed):
        form.refuse(
            gettext(
                "Komentar untuk artikel ini sudah ditutup. Salin tulisan Anda bila masih "
                "diperlukan."
            )
        )
        return _refused(article, form, 409)
    if isinstance(refusal, Unwelcome):
        form.refuse(
            gettext(
                "Komentar ini memuat kata atau alamat yang tidak diterima di sini. Ubah, "
                "lalu kirim lagi."
            )
        )
        return _refused(article, form, 422)
    if htmx.is_request():
        raise refusal  # the form stays as it is, and the line of status says what to do
    error_messages.log(refusal)
    title, advice = error_messages.WORDS[storage_fault_of(refusal) or StorageFault.BUSY]
    form.refuse(f"{title}. {advice}")
    return _refused(article, form, 503)


def _too_many(article, form, refusal):
    minutes = -(-refusal.seconds // 60)
    form.refuse(
        gettext(
            "Terlalu banyak komentar dari jaringan ini. Tunggu %(minutes)s menit, lalu kirim lagi.",
            minutes=minutes,
        )
    )
    response = _refused(article, form, 429)
    response.headers["Retry-After"] = str(refusal.seconds)
    return response


def _saved(article, comment, count):
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
    return pages.address_of(article, _anchor=anchor, **more)
