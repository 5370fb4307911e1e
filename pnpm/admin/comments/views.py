"""The views of the moderation queue: list comments, and moderate, edit, answer or remove them."""

from flask import Blueprint, abort, jsonify, redirect, request, url_for
from flask_babel import gettext

from pnpm.audit.models import ChangeSet
from pnpm.comments import moderation, queue
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import Changed
from pnpm.comments.trust import trust
from pnpm.db import db, transaction
from pnpm.web import auth
from pnpm.web.site import current_site

from .. import return_to
from ..forms import TokenForm
from ..query_string import search_of
from . import pages
from .forms import CommentStatusForm, TextForm, TrustForm

admin_comments = Blueprint("admin_comments", __name__, url_prefix=f"{auth.PREFIX}/comments")


@admin_comments.get("")
@auth.open_to(auth.OFFICERS)
def index():
    """Render a page of comments; the query string carries the whole search."""
    return pages.queue_page(search_of(request.args), request.args.get("done", ""))


@admin_comments.post("")
@auth.open_to(auth.OFFICERS)
def move():
    """Change the status of the ticked comments, or of all that the page's search finds."""
    form, search, change_set = CommentStatusForm(), return_to.asked_from(), _deed()
    numbers = pages.chosen(search, request.form)
    if not form.validate() or not numbers:
        return pages.queue_page(search, form=_unchosen(form)), form.refusal
    with transaction():
        moderation.move(numbers, form.chosen, change_set)
    return redirect(return_to.sent_from(None, change_set.done), 303)


@admin_comments.get("/waiting")
@auth.open_to(auth.OFFICERS)
def waiting():
    """Return as JSON how many comments wait, and the newest of them: open pages ask every 30
    seconds, and mostly get a 304.
    """
    count, newest = queue.waiting()
    response = jsonify(waiting=count, newest=newest)
    response.set_etag(f"{count}-{newest}")
    return response.make_conditional(request)


@admin_comments.get("/<int(max=2147483647):number>")
@auth.open_to(auth.OFFICERS)
def show(number):
    """Render one comment with its forms and its history."""
    return pages.comment_page(_found(number), done=request.args.get("done", ""))


@admin_comments.post("/<int(max=2147483647):number>/status")
@auth.open_to(auth.OFFICERS)
def change_status(number):
    """Change the status of one comment, by one tap."""
    form, change_set, comment = CommentStatusForm(), _deed(), _found(number)
    if not form.validate():
        return pages.row_refused(comment, form)
    try:
        with transaction():
            moderation.move([number], form.chosen, change_set, form.known)
    except Changed:
        form.refuse(
            gettext("Sementara itu orang lain sudah mengubahnya. Begini keadaannya sekarang.")
        )
        return pages.row_refused(comment, form, 409)
    return pages.moved(comment, change_set)


@admin_comments.post("/<int(max=2147483647):number>/text")
@auth.open_to(auth.OFFICERS)
def edit(number):
    """Change the text of a comment: mend a slip, take out a telephone number."""
    form, change_set, comment = TextForm(), _deed(), _found(number)
    if not form.validate():
        return pages.comment_page(comment, form=form), form.refusal
    with transaction():
        moderation.edit(_found(number), form.body.data, form.html, change_set)
    return _shown(number, change_set)


@admin_comments.post("/<int(max=2147483647):number>/reply")
@auth.open_to(auth.OFFICERS)
def reply(number):
    """Publish the office's reply under a comment; sent twice, the form makes one."""
    form, change_set, comment = TextForm(), _deed(), _found(number)
    if not form.validate():
        return pages.comment_page(comment, reply=form), form.refusal
    with transaction():
        moderation.reply(
            _found(number), current_site().words.name[:80], form.body.data, form.html, change_set
        )
    return _shown(number, change_set)


@admin_comments.post("/<int(max=2147483647):number>/removal")
def remove(number):
    """Remove a deleted comment for ever, at once."""
    form, comment = TokenForm(), _found(number)
    if not form.validate():
        return pages.comment_page(comment, removal=form), form.refusal
    if comment.status is not Status.DELETED:
        form.refuse(gettext("Hanya komentar yang sudah dihapus dapat dihapus selamanya."))
        return pages.comment_page(comment, removal=form), 409
    with transaction():
        moderation.remove([number], _deed())
    return redirect(url_for("admin_comments.index", status=Status.DELETED.value), 303)


def _unchosen(form):
    """Return the form, with an error that no comment was ticked unless its token is at fault."""
    if not form.is_stale:
        form.refuse(gettext("Pilih dulu komentarnya."))
    return form


def _found(number):
    """Return the comment as it is in the database now, whatever was loaded before, or 404."""
    return db.session.get(Comment, number, populate_existing=True) or abort(404)


def _deed():
    return ChangeSet(auth.signed_in().name)


def _shown(number, change_set):
    return redirect(url_for("admin_comments.show", number=number, done=change_set.done), 303)


authors = Blueprint("authors", __name__, url_prefix=f"{auth.PREFIX}/authors")


@authors.post("/trust")
@auth.open_to(auth.OFFICERS)
def change_trust():
    """Trust an author, whose comments are then published at once (until a day), or no more."""
    form, search, change_set = TrustForm(), return_to.asked_from(), ChangeSet(auth.signed_in().name)
    if not search.is_author:
        abort(404)
    if not form.validate():
        return pages.queue_page(search, trust=form), form.refusal
    until = form.moment(current_site().zone)
    try:
        with transaction():
            trust(search.name or "", search.address, until, form.trusted.data, change_set)
    except LookupError:
        abort(404)
    return redirect(return_to.sent_from(None, change_set.done), 303)
