"""A reader's own comments: to be changed or taken back for a quarter of an hour, and shown to their
author alone while they wait.

Who wrote a comment is proved by a signed cookie, which names numbers of comments and nothing else,
or where a browser keeps no cookies by a private link in the answer.
"""

from collections.abc import Iterator
from datetime import datetime
from math import ceil
from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, render_template, request
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from pnpm import signing
from pnpm.articles.models import Article
from pnpm.comments import own
from pnpm.comments.models import Comment
from pnpm.comments.submission import Refusal, Refused
from pnpm.comments.thread import answered_by
from pnpm.db import db, now, transaction
from pnpm.db.servers import is_crossed
from pnpm.web import htmx
from pnpm.web.params import number_of
from pnpm.web.site import current_site
from pnpm.web.templating import address_of

from .comment_form import ChangeForm
from .refusals import REFUSALS

own_comments = Blueprint("own_comments", __name__)
COOKIE = "own"
MOST = 20  # comments that the cookie names: who writes more in a quarter of an hour is held anyway
# of signatures: of a comment's number, to change it or to see it while it waits; of the cookie
PURPOSE, WAITING_PURPOSE, COOKIE_PURPOSE = "own", "waiting", "own comments"
FINAL = {Refusal.EXPIRED, Refusal.ANSWERED}


class Own(NamedTuple):
    """A comment as its author sees it: with the token of the private link to change it, and until
    when; `is_just_sent` where the author is told for the first time what became of it.
    """

    comment: Comment
    token: str
    until: datetime
    can_change: bool
    is_just_sent: bool = False

    @property
    def waiting(self) -> str:
        """Return the token of its page while it waits."""
        return signing.sign(_key(), WAITING_PURPOSE, str(self.id))

    @property
    def id(self) -> int:
        """Return the comment's number."""
        return self.comment.id

    @property
    def is_waiting(self) -> bool:
        """Tell whether a moderator has yet to decide."""
        return self.comment.is_waiting

    @property
    def minutes(self) -> int:
        """Return how many minutes are left to change it, the running one included."""
        return max(0, ceil((self.until - now()).total_seconds() / 60))


def own_of(comment: Comment, is_just_sent: bool = False) -> Own:
    """Return a comment as its author sees it."""
    token, until = signing.sign(_key(), PURPOSE, str(comment.id)), own.ends_at(comment)
    return Own(comment, token, until, now() < until, is_just_sent)


def own_here(comment: Comment) -> Own:
    """Return the same for a page whose address somebody else may have come by: to be changed only
    in the browser whose cookie names it.
    """
    own = own_of(comment)
    return own._replace(can_change=own.can_change and is_remembered(comment))


def of_waiting(token: str) -> Comment | None:
    """Return the comment that such a token was made for; None for a token that is not ours."""
    number = signing.read(_key(), WAITING_PURPOSE, token)
    return db.session.get(Comment, int(number)) if number else None


def address_of_own(article: Article | Row, own: Own) -> str:
    """Return where the author of a comment sees it: on the article's page, which of a reply shows
    its thread; while it waits on one that says so.
    """
    if own.is_waiting:
        return address_of(article, waiting=own.waiting, _anchor="status")
    more = {"comment": own.id} if own.comment.parent_id else {}
    return address_of(article, _anchor=f"comment-{own.id}", **more)


def is_remembered(comment: Comment) -> bool:
    """Tell whether the cookie of this browser names that comment."""
    return comment.id in _remembered()


def remember(response: Response, comment: Comment) -> None:
    """Add a comment that was just taken to the cookie of its author's browser."""
    numbers = [number for number in _remembered() if number != comment.id]
    value = ".".join(str(number) for number in [*numbers, comment.id][-MOST:])
    response.set_cookie(
        COOKIE,
        signing.sign(_key(), COOKIE_PURPOSE, value),
        max_age=own.MINUTES * 60,
        path=f"{request.script_root}/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


@own_comments.get("/comments/own")
def index():
    """Render the comments that this browser may still change, for a browser without JavaScript; of
    one `article` as a fragment for htmx: each to be put where it stands.
    """
    found = [own_of(comment) for comment in _found(number_of(request.args, "article"))]
    answered = answered_by(each.comment for each in found)
    template = "comments/own.html"
    if htmx.is_request():
        template = "comments/_own_comments.html"
    page = render_template(template, owned=found, answered=answered, articles=_articles(found))
    return page, {"Cache-Control": "no-store"}


@own_comments.get("/comments/<token>/edit")
def edit(token):
    """Render a reader's own comment to be changed or taken back; 410 where that is over."""
    comment = _of(token)
    try:
        own.check(comment)
    except Refused as refusal:
        return _over(comment, refusal)
    return _form(comment, ChangeForm(comment.article_id, None, data={"body": comment.body}))


@own_comments.post("/comments/<token>/edit")
def change(token):
    """Change a reader's own comment."""
    sent = request.form
    comment, site = _of(token), current_site()
    form = ChangeForm(comment.article_id, sent)
    if not form.validate():
        return _form(comment, form, form.refusal)
    try:
        with transaction():
            comment = own.change(
                comment.id,
                form.body.data,
                request.remote_addr or "",
                site.config,
                site.rules,
                site.translate,
            )
    except (Refused, SQLAlchemyError) as refusal:
        return _refused(comment, form, refusal)
    return _done(comment)


@own_comments.post("/comments/<token>/withdrawal")
def withdraw(token):
    """Take a reader's own comment back."""
    sent = request.form
    comment = _of(token)
    form = ChangeForm(comment.article_id, sent, data={"body": comment.body})
    if not form.has_good_token:
        return _form(comment, form, form.refusal)
    try:
        with transaction():
            comment = own.withdraw(comment.id)
    except Refused as refusal:
        return _refused(comment, form, refusal)
    article = db.session.get(Article, comment.article_id) or abort(404)
    return htmx.sent_to(address_of(article, _anchor="comments"))


def _of(token):
    number = signing.read(_key(), PURPOSE, token) or abort(404)
    return db.session.get(Comment, int(number)) or abort(404)


def _form(comment, form, status=200):
    """Answer with the form, and to a plain browser with its page."""
    article = db.session.get(Article, comment.article_id) or abort(404)
    context = {"article": article, "form": form, "own": own_of(comment)}
    if status == 200:
        return render_template("comments/edit.html", **context), {"Cache-Control": "no-store"}

    def page():
        return render_template("comments/edit.html", **context)

    return htmx.refused("comments/_edit_form.html", page, status, **context)


def _refused(comment, form, refusal):
    """Answer why a change was refused: in the form, or on a page of its own where no other will
    help.
    """
    if not isinstance(refusal, Refused):
        return _unavailable(comment, form, refusal)
    if refusal.kind in FINAL:
        return _over(comment, refusal)
    status, words = REFUSALS[refusal.kind]
    form.body.errors = [str(words)]
    return _form(comment, form, status)


def _unavailable(comment, form, error):
    """Answer with the form again, 503, while the database cannot be written to."""
    if htmx.is_request() or is_crossed(error):
        raise error  # the form stays as it is, or the request is done again
    db.session.rollback()
    form.refuse_for(error)
    return _form(comment, form, 503)


def _over(comment, refusal):
    article = db.session.get(Article, comment.article_id) or abort(404)
    status, words = REFUSALS[refusal.kind]
    context = {
        "article": article,
        "comment": comment,
        "words": words,
        "typed": request.form.get("body", ""),
        "is_answered": refusal.kind is Refusal.ANSWERED,
    }

    def page():
        return render_template("comments/edit_closed.html", **context)

    return htmx.refused("comments/_edit_closed.html", page, status, **context)


def _done(comment):
    """Lead to a changed comment, or to the note that it waits."""
    article = db.session.get(Article, comment.article_id) or abort(404)
    own_comment = own_of(comment)
    return htmx.sent_to(address_of_own(article, own_comment))


def _remembered() -> list[int]:
    signed = request.cookies.get(COOKIE, "")
    value = signing.read(_key(), COOKIE_PURPOSE, signed) if signed else None
    return [int(number) for number in value.split(".")] if value else []


def _found(article_id: int | None) -> Iterator[Comment]:
    """Yield the comments of this browser that may still be changed, oldest first."""
    for number in _remembered():
        comment = db.session.get(Comment, number)
        if comment is None or (article_id is not None and comment.article_id != article_id):
            continue
        try:
            own.check(comment)
        except Refused:
            continue
        yield comment


def _articles(found):
    numbers = {each.comment.article_id for each in found}
    return {number: db.session.get(Article, number) for number in numbers}


def _key():
    return current_app.config["PNPM"].secret_key
