"""Readers' comments: submit one, and see one's own while it waits."""

from math import ceil

from flask import Blueprint, abort, current_app, redirect, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from pnpm.articles.freshness import ENTRY, ENTRY_OF_FORMER
from pnpm.articles.models import PUBLISHED, Article
from pnpm.comments.entry import Entry, rows_of
from pnpm.comments.lessons import is_unsure
from pnpm.comments.models import Comment, Status
from pnpm.comments.submission import Refusal, Refused, submit
from pnpm.comments.thread import answered_by, newest, reply_counts, shown
from pnpm.db import connected, db, transaction
from pnpm.db.relocation import Moved
from pnpm.db.types import AnyRow
from pnpm.web import htmx, jobs
from pnpm.web.site import current_site
from pnpm.web.templating import address_of

from . import own_comments, pages
from .comment_form import CommentForm
from .refusals import REFUSALS

comments = Blueprint("comments", __name__)
OF_THE_TEXT = {Refusal.EMPTY, Refusal.OVERLOADED}  # refusals that are said beside the text


@comments.post(pages.ADDRESS)
def create(year, month, slug):
    """Submit a comment to the article of this address."""
    # read whole before the database is asked: a form may come slowly, and connections are few
    sent = request.form
    with connected() as connection:
        entry = _entry(connection, year, month, slug)
        article = entry.article
        site = current_site(article.site_revision or "")
        # the form alone: by itself Flask-WTF would put files into fields of text
        form = CommentForm(article.id, sent)
        if not form.validate():
            return _invalid(article, form, form.refusal)
        sender = request.remote_addr or ""
        arguments = form.submission(), sender, site.config, site.rules, site.translate
        try:
            received = submit(connection, entry, *arguments)
        except (Refused, SQLAlchemyError) as refusal:
            return _refused(article, form, refusal)
    _ask_to_follow(form, received.comment)
    return _follow_up(_saved(article, form, received), form, received)


@comments.get("/comments/<token>")
def waiting(token):
    """Render a reader's own comment while it waits; once it is published, redirect to it. 410 if it
    was not accepted.
    """
    comment = own_comments.of_waiting(token) or abort(404)
    article = db.session.get(Article, comment.article_id) or abort(404)
    if comment.is_visible:
        return redirect(
            address_of(article, comment=comment.id, _anchor=f"comment-{comment.id}"), 303
        )
    if not comment.is_waiting:
        abort(410)
    page = pages.waiting(article, comment, own_comments.own_here(comment))
    return page, {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@comments.get("/comments/<int(max=2147483647):number>/reply")
def reply(number):
    """Render the form that answers a comment, on a page of its own; for htmx the form alone. 410
    where readers do not see that comment any longer; where the article takes no more, lead to it.
    """
    comment = db.session.get(Comment, number) or abort(404)
    article = db.session.scalar(PUBLISHED.where(Article.id == comment.article_id)) or abort(410)
    if shown(article.id, number) is None:
        abort(410)
    if not pages.is_open(article):
        return htmx.sent_to(address_of(article, comment=number, _anchor=f"comment-{number}"))
    form = CommentForm(article.id, None)
    form.parent = str(number)
    if htmx.is_request():
        form_alone = render_template("comments/_form.html", article=article, form=form)
        return form_alone, {"Cache-Control": "no-store"}
    return pages.reply(article, comment, form), {"Cache-Control": "no-cache"}


def _ask_to_follow(form, comment):
    """Have the author told of answers, once the owner of that address confirms it.

    Not with what is taken for spam, or was filled in by a program: they would have us mail whom
    they like. A comment that waits is a person's more often than not. The form sent again asks
    again, which changes nothing.
    """
    if not form.follow or comment.status is Status.SPAM or form.honeypot:
        return
    from pnpm.comments.subscriptions import opt_in  # most comments do without

    address, scope = form.mailbox, opt_in.Scope(form.follow)
    asked = comment.article_id, address, scope, request.remote_addr or ""
    with transaction():
        opt_in.ask(db.session.connection(), *asked, _config(), comment.id)


def _follow_up(response, form, received):
    """Return the response, after which the spam filter learns from a comment that it let in in
    doubt, and the mail is sent that the comment has caused.
    """
    comment = received.comment
    if received.is_new and comment.is_visible and is_unsure(comment.signals):
        jobs.after_answer(response, lambda: jobs.learn(comment.id))
    is_news = received.is_new and comment.announce
    if form.follow or is_news:
        jobs.deliver_mail(response, is_urgent=bool(form.follow) or comment.is_visible)
    return response


def _entry(connection, year, month, slug):
    """Who had the page open while its address changed sends to the former one."""
    news: list[AnyRow] = []

    def row(query, slug):
        found = rows_of(connection, query, slug)
        news[:] = found or news
        return found[0] if found else None

    article = pages.found_at(year, month, slug, ENTRY, ENTRY_OF_FORMER, row) or abort(404)
    return Entry(article, news)


def _config():
    return current_app.config["PNPM"]


def _invalid(entry, form, status):
    """Answer with the form again, its errors beside the fields, and all that was typed."""

    def page():
        article = db.session.get(Article, entry.id) or abort(404)
        if form.answering:
            return pages.reply(article, form.answering, form)
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
    # htmx: the form stays as it is, and the line of status says what to do. What the site's former
    # database refused is done again in the one that it has now.
    if htmx.is_request() or isinstance(error, Moved):
        raise error
    form.refuse_for(error)
    return _invalid(article, form, 503)


def _saved(article, form, received):
    """Answer with the comment in its place, which says that it waits if it does; to a plain browser
    with the redirect there.
    """
    comment = received.comment
    own = own_comments.own_of(comment, is_just_sent=True)
    # Without a nonce, a neighbour on the same network may have written these words.
    is_proved = received.is_new or form.nonce or own_comments.is_remembered(comment)
    if not is_proved:
        own = own._replace(can_change=False)
    response = htmx.saved(
        "comments/_created.html" if comment.is_visible else "comments/_held.html",
        lambda: own_comments.address_of_own(article, own),
        article=article,
        comment=comment,
        count=received.count,
        follow=form.follow,
        fresh_form=pages.fresh_form(article),
        own=own,
        answered=answered_by([comment]),
        reply_counts=reply_counts([comment.parent_id] if comment.parent_id else []),
        can_reply=True,
    )
    if not htmx.is_request():
        # browsers go on at once, but who keeps no cookies finds the private link here
        response.set_data(render_template("comments/_received.html", own=own, article=article))
    if is_proved:
        own_comments.remember(response, comment)
    return response
