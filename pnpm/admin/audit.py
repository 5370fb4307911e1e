"""The office's pages of the audit log: search it, export it as CSV, undo a change set."""

import csv
import json
from itertools import islice
from types import SimpleNamespace

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    stream_with_context,
)
from flask_babel import gettext

from pnpm.accounts import Role
from pnpm.audit import models as audit_log
from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.comments.models import Comment
from pnpm.db import db, transaction
from pnpm.markup import sanitizer
from pnpm.web import auth, htmx
from pnpm.web.params import number_of

from . import audit_labels, return_to
from .comments import pages
from .forms import TokenForm
from .query_string import words_of
from .undo import undo as undo_change_set

log = Blueprint("log", __name__, url_prefix=auth.PREFIX)
PAGE = 50  # entries
# the subjects whose entries each role may see and undo
SUBJECTS = {Role.ADMIN: tuple(audit_labels.SUBJECTS), Role.MODERATOR: ("comment", "author")}
COLUMNS = "id", "moment", "who", "action", "subject", "number", "before", "after", "deed", "link"
FORMULA = "=", "+", "-", "@", "\t", "\r"  # begin one in a spreadsheet (OWASP, CSV injection)
CHUNK = 500  # CSV lines sent at a time


@log.get("/log")
@auth.open_to(auth.OFFICERS)
def index():
    """Render a page of entries, newest first; the query string carries the whole search."""
    subjects = SUBJECTS[auth.signed_in().role]
    asked = _asked(subjects)
    searched = subjects
    if asked["subject"]:
        searched = (asked["subject"],)
    query = audit_log.found(asked["q"], searched, asked["action"], asked["before"])
    found = list(db.session.scalars(query.limit(PAGE + 1)))
    return _page(found[:PAGE], asked, subjects, has_older=len(found) > PAGE)


@log.get("/log.csv")
def export():
    """Send the whole log as CSV. Its `link` column is the hash chain, by which a log that was
    changed later can be told from this one.
    """
    headers = {"Content-Disposition": 'attachment; filename="log.csv"'}
    return Response(stream_with_context(_chunks()), headers=headers, mimetype="text/csv")


@log.post("/log/<change_set>/undo")
@auth.open_to(auth.OFFICERS)
def undo(change_set):
    """Undo what nobody has changed since that change set. The undo is a change set, too."""
    number = _comment_number(change_set)
    form = TokenForm()
    undoing = ChangeSet(auth.signed_in().name, undoes=change_set)
    if not form.validate():
        return _refused(form, change_set, number)
    if not _has_undone(change_set, undoing):
        form.refuse(gettext("Tidak ada yang diurungkan: sementara itu semuanya sudah diubah lagi."))
        return _refused(form, change_set, number, 409)
    return _undone(number, undoing)


def _asked(subjects):
    """Return what the query string asks for; 404 for an unknown action, or a subject that is not
    one of `subjects`.
    """
    subject, action = request.args.get("subject", ""), request.args.get("action", "")
    if subject not in ("", *subjects):
        abort(404)
    if action not in ("", *[known.value for known in AuditAction]):
        abort(404)
    return {
        "subject": subject,
        "action": action,
        "q": words_of(request.args),
        "before": number_of(request.args, "before"),
    }


def _page(found, asked, subjects, has_older):
    return render_template(
        "admin/audit/index.html",
        entries=found,
        originals=audit_labels.texts(found),
        told=audit_labels.told(found),
        sizes=audit_log.sizes(found),
        asked=asked,
        subjects={subject: audit_labels.SUBJECTS[subject] for subject in subjects},
        has_older=has_older,
        done=pages.change_set_done(request.args.get("done", "")),
        back=return_to.LOG,
    )


def _chunks():
    """Yield the CSV, CHUNK lines at a time: a write for each line is slow."""
    lines = _lines()
    while chunk := "".join(islice(lines, CHUNK)):
        yield chunk


def _lines():
    # a writer whose writerow gives the line back, since str returns what it is called with
    write = csv.writer(SimpleNamespace(write=str)).writerow
    yield "\ufeff" + write(COLUMNS)  # the byte order mark, without which Excel reads no UTF-8
    for entry in audit_log.all_entries():
        cells = [
            entry.id,
            entry.created_at.isoformat(),
            entry.who,
            entry.action,
            entry.subject,
            entry.number,
        ]
        cells += [
            json.dumps(side, ensure_ascii=False, sort_keys=True)
            for side in (entry.before, entry.after)
        ]
        yield write([_harmless(cell) for cell in (*cells, entry.deed, entry.link)])


def _harmless(cell):
    """Return the cell, quoted if it is a text that a spreadsheet would run as a formula."""
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return cell


def _comment_number(change_set):
    """Return the number of the one comment that a change set is about, else None; 404 if there is
    no such change set, 403 if it is about something that this officer may not see.
    """
    things = audit_log.things(change_set) or abort(404)
    if not {subject for subject, _number in things} <= {*SUBJECTS[auth.signed_in().role]}:
        abort(403)
    (subject, number), *others = things
    if others or subject != "comment":
        return None
    return number


def _has_undone(change_set, undoing):
    """Undo the change set within `undoing`; return whether anything of it was left to undo."""
    try:
        with transaction():
            undo_change_set(change_set, undoing, lambda body: sanitizer.comment_html(body, gettext))
    except LookupError:
        return False
    return undoing.count > 0


def _undone(number, undoing):
    comment = None
    if number:
        comment = db.session.get(Comment, number)
    if comment and htmx.is_request():
        return pages.brought_back(comment)
    return redirect(return_to.sent_from(comment, undoing.key), 303)


def _refused(form, change_set, number, status=0):
    context = {
        "form": form,
        "change_set": change_set,
        "number": number,
        "back": request.form.get("back", ""),
    }
    page = "admin/audit/undo.html"
    return htmx.refused(
        "admin/audit/_undo.html",
        lambda: render_template(page, **context),
        status or form.refusal,
        **context,
    )
