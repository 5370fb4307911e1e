"""The office's pages of comments: what their templates need is found here, before anything is
rendered.
"""

from collections.abc import Sequence

from flask import Response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from pnpm.articles.models import Article
from pnpm.audit import models as audit_log
from pnpm.audit.models import ChangeSet, entries
from pnpm.comments.models import Comment, Status
from pnpm.comments.queue import QueueQuery, answered, counts, others
from pnpm.comments.trust import Trust
from pnpm.db import db
from pnpm.web import htmx
from pnpm.web.params import number_of, parsed
from pnpm.web.templating import name_of

from .. import audit_labels, labels
from ..forms import OfficeForm
from ..return_to import ITSELF, asked_from, back_of, is_from_queue, sent_from
from ..undo import can_undo
from .assessment import explained
from .forms import CommentStatusForm, TextForm, TrustForm

REPLIES = 50  # newest ones on a comment's own page
HISTORY = 50  # entries of the log on a comment's own page


def queue_page(
    search: QueueQuery,
    done: str = "",
    form: OfficeForm | None = None,
    trust: TrustForm | None = None,
) -> str:
    """Render a page of the moderation queue; `done` is the key of the change set that was just
    done, `form` or `trust` one that was refused.
    """
    comments, following = search.page()
    trusted = None
    if search.is_author:
        trusted = Trust.in_force(search.name or "", search.address)
    return render_template(
        "admin/comments/index.html",
        search=search,
        following=following,
        counts=counts(),
        total=search.count() if following or search.after is not None else len(comments),
        heading=Article.headings_of([search.article or 0]).get(search.article or 0),
        trusted=trusted,
        trust=trust or TrustForm(formdata=None),
        done=change_set_done(done),
        form=form,
        back=back_of(search),
        **rows(comments, search.newest()),
    )


def rows(comments: Sequence[Comment], upto: int | None = None) -> dict:
    """Return what the templates of these comments' rows need. `upto` is the newest comment that
    their page knows of; without it, it is the one that the sent form says.
    """
    return {
        "comments": comments,
        "headings": Article.headings_of({comment.article_id for comment in comments}),
        "others": others(comments),
        "answering": answered(comments),
        "upto": (number_of(request.form, "upto") or "") if upto is None else upto,
    }


def matching() -> dict:
    """Return the search of the page that a form was sent from, and how many comments it still
    finds; both None if the form was not sent from the queue.
    """
    if not is_from_queue():
        return {"asked": None, "total": None}
    search = asked_from()
    return {"asked": search, "total": search.count(number_of(request.form, "upto"))}


def comment_page(
    comment: Comment,
    form: TextForm | None = None,
    reply: TextForm | None = None,
    removal: OfficeForm | None = None,
    done: str = "",
) -> str:
    """Render everything about one comment: its row, text, history and replies; `form`, `reply` or
    `removal` is a form that was refused, `done` the key of the change set that was just done.
    """
    history = list(db.session.scalars(audit_log.of("comment", comment.id).limit(HISTORY)))
    reply = reply or TextForm(formdata=None)
    reply.body.id = "reply"  # two forms on a page have a field of this name
    return render_template(
        "admin/comments/show.html",
        comment=comment,
        explained=explained(comment),
        text=form or TextForm(formdata=None, body=comment.body),
        reply=reply,
        removal=removal,
        replies=list(db.session.scalars(Comment.under(comment.id).limit(REPLIES + 1))),
        most_replies=REPLIES,
        history=history,
        originals=audit_labels.texts(history),
        told=audit_labels.told(history),
        sizes=audit_log.sizes(history),
        done=change_set_done(done),
        form=None,
        back=ITSELF,
        **rows([comment]),
    )


def moved(comment: Comment, change_set: ChangeSet) -> Response:
    """Answer a tap: with the line in the row's place that says what happened, and its undo."""
    db.session.refresh(comment)
    return htmx.saved(
        "admin/comments/_moved.html",
        lambda: sent_from(comment, change_set.done),
        200,
        comment=comment,
        change_set=change_set.done,
        said=said_of(comment),
        counts=counts(),
        back=request.form.get("back", ""),
        upto=request.form.get("upto", ""),
        **matching(),
    )


def brought_back(comment: Comment) -> str:
    """Render the row of a comment after an undo, for htmx."""
    db.session.refresh(comment)
    return render_template(
        "admin/comments/_brought_back.html",
        comment=comment,
        form=None,
        said=said_of(comment),
        counts=counts(),
        back=request.form.get("back", ""),
        **rows([comment]),
        **matching(),
    )


def row_refused(comment: Comment, form: CommentStatusForm, status: int = 0) -> Response:
    """Answer a tap that was refused: with the row as it is now, and why."""
    db.session.refresh(comment)
    context = rows([comment]) | {
        "comment": comment,
        "form": form,
        "back": request.form.get("back", ""),
    }

    def page():
        return render_template("admin/comments/refused.html", **context)

    return htmx.refused("admin/comments/_row.html", page, status or form.refusal, **context)


def said_of(comment: Comment) -> str:
    """Return what became of a comment, in words: `Komentar Siti sekarang terbit.`"""
    who = gettext("Komentar %(name)s", name=name_of(comment))
    return f"{who} {labels.STATUSES[comment.status].done}."


def change_set_done(key: str) -> dict | None:
    """Return what a change set did, for the line that offers its undo; None if there is no such
    change set. `status` is the comments' new one, if it changed that.
    """
    if not key:
        return None
    done = entries(key)
    if not done:
        return None
    first, status = done[0], None
    if first.action == "moved":
        status = Status(first.after["status"])
    return {
        "key": key,
        "count": len(done),
        "entry": first,
        "told": audit_labels.told([first])[first.id],
        "status": status,
        "is_undo": audit_log.UNDOES in first.after,
        "can_undo": can_undo(first),
    }


def chosen(search: QueueQuery, values: MultiDict) -> list[int]:
    """Return the numbers of the comments that were ticked, or with `all` of those that the search
    finds, up to the newest that its page knew of.
    """
    if values.get("all"):
        return search.numbers(number_of(values, "upto") or 0)
    ticked = [parsed(value) for value in values.getlist("comment")]
    return [number for number in ticked if number is not None]
