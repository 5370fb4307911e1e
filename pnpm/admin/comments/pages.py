"""What stands on the office's pages about comments: rows with what a moderator wants to know, found
before they are rendered.
"""

from collections.abc import Sequence

from flask import Response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from pnpm.articles.models import Article
from pnpm.audit import models as audit_log
from pnpm.audit.models import ChangeSet, entries
from pnpm.comments.models import Comment, Status
from pnpm.comments.queue import QueueQuery, counts, others
from pnpm.comments.trust import Trust
from pnpm.db import db
from pnpm.db.types import LARGEST
from pnpm.web import htmx
from pnpm.web.params import number_of
from pnpm.web.templating import name_of

from .. import audit_labels, labels
from ..forms import OfficeForm
from ..return_to import ITSELF, asked_from, back_of, is_from_queue, sent_from
from ..undo import can_undo
from .forms import StatusForm, TextForm, TrustForm

HISTORY = 50  # entries of the log on a comment's own page


def queue_page(
    search: QueueQuery,
    done: str = "",
    form: OfficeForm | None = None,
    trust: TrustForm | None = None,
) -> str:
    """A page of comments; `done` is the change set that was just done, `form` and `trust` one that
    was refused.
    """
    comments, following = search.page()
    return render_template(
        "admin/comments/index.html",
        search=search,
        following=following,
        counts=counts(),
        total=search.count() if following or search.after is not None else len(comments),
        heading=Article.headings_of([search.article or 0]).get(search.article or 0),
        trusted=Trust.in_force(search.name or "", search.address) if search.is_author else None,
        trust=trust or TrustForm(formdata=None),
        done=change_set_done(done),
        form=form,
        back=back_of(search),
        **rows(comments, search.newest()),
    )


def rows(comments: Sequence[Comment], upto: int | None = None) -> dict:
    """What the rows of these comments need; `upto` is the newest comment that their page knows of,
    or their form says.
    """
    headings = Article.headings_of({comment.article_id for comment in comments})
    known = number_of(request.form, "upto") or "" if upto is None else upto
    return {"comments": comments, "headings": headings, "others": others(comments), "upto": known}


def matching() -> dict:
    """How many comments the page that a form was sent from could still move at once, for the answer
    to tell it.
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
    """Everything about one comment: its row, its texts, what was done to it, the answers under it;
    or a form that was refused.
    """
    history = list(db.session.scalars(audit_log.of("comment", comment.id).limit(HISTORY)))
    reply = reply or TextForm(formdata=None)
    reply.body.id = "reply"  # two forms on a page have a field of this name
    return render_template(
        "admin/comments/show.html",
        comment=comment,
        text=form or TextForm(formdata=None, body=comment.body),
        reply=reply,
        removal=removal,
        replies=list(db.session.scalars(Comment.under(comment.id))),
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
    """The answer to one tap: the line in the row's place that says what happened, with the way
    back.
    """
    db.session.refresh(comment)
    context = {
        "comment": comment,
        "change_set": change_set.done,
        "said": said_of(comment),
        "counts": counts(),
    }
    context |= {
        "back": request.form.get("back", ""),
        "upto": request.form.get("upto", ""),
    } | matching()
    return htmx.saved(
        "admin/comments/_moved.html", lambda: sent_from(comment, change_set.done), 200, **context
    )


def brought_back(comment: Comment) -> str:
    """The row of a comment after an undo, for htmx."""
    db.session.refresh(comment)
    context = rows([comment]) | {
        "comment": comment,
        "form": None,
        "back": request.form.get("back", ""),
    }
    context |= matching()
    return render_template(
        "admin/comments/_brought_back.html", counts=counts(), said=said_of(comment), **context
    )


def row_refused(comment: Comment, form: StatusForm, status: int = 0) -> Response:
    """The answer to a tap that was refused: the row as it is now, and why."""
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
    """What became of it, in words: `Komentar Siti sekarang terbit.`"""
    who = gettext("Komentar %(name)s", name=name_of(comment))
    return f"{who} {labels.STATUSES[comment.status].done}."


def change_set_done(key: str) -> dict | None:
    """What a change set was, for the line that offers its way back."""
    done = entries(key) if key else []
    if not done:
        return None
    status = Status(done[0].after["status"]) if done[0].action == "moved" else None
    told = audit_labels.told(done[:1])[done[0].id]
    is_undo = audit_log.UNDOES in done[0].after
    found = {"key": key, "count": len(done), "entry": done[0], "told": told}
    return found | {"status": status, "is_undo": is_undo, "can_undo": can_undo(done[0])}


def chosen(search: QueueQuery, values: MultiDict) -> list[int]:
    """The numbers that were ticked, or all that the search finds up to the newest that its page
    knew of.
    """
    if values.get("all"):
        return search.numbers(number_of(values, "upto") or 0)
    ticked = [
        value
        for value in values.getlist("comment")
        if value.isascii() and value.isdigit() and len(value) < 16
    ]
    return [number for value in ticked if (number := int(value)) <= LARGEST]
