"""The log: looked through, taken along as CSV, and undone from."""

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

from pnpm.accounts.models import Role
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
# what of it each may see, and undo
SUBJECTS = {Role.ADMIN: tuple(audit_labels.SUBJECTS), Role.MODERATOR: ("comment", "author")}
COLUMNS = "id", "moment", "who", "action", "subject", "number", "before", "after", "deed", "link"
FORMULA = "=", "+", "-", "@", "\t", "\r"  # how one begins, to a spreadsheet (OWASP, CSV injection)
CHUNK = 500  # lines sent at a time


@log.get("/log")
@auth.open_to(auth.OFFICERS)
def index():
    """Entries, the newest first, a page at a time; the address carries all that is asked."""
    asked, subjects = _asked(), SUBJECTS[auth.signed_in().role]
    query = audit_log.found(
        asked["q"],
        (asked["subject"],) if asked["subject"] else subjects,
        asked["action"],
        asked["before"],
    )
    found = list(db.session.scalars(query.limit(PAGE + 1)))
    return _page(found[:PAGE], asked, subjects, has_older=len(found) > PAGE)


@log.get("/log.csv")
def export():
    """The whole log for a spreadsheet, in UTF-8 that Excel knows by its mark. The links prove a log
    that was changed later.
    """
    lines, headers = _lines(), {"Content-Disposition": 'attachment; filename="log.csv"'}
    chunks = iter(lambda: "".join(islice(lines, CHUNK)), "")
    return Response(stream_with_context(chunks), headers=headers, mimetype="text/csv")


@log.post("/log/<change_set>/undo")
@auth.open_to(auth.OFFICERS)
def undo(change_set):
    """Undo a change set: whatever still stands as it left it goes back. That is a change set,
    too.
    """
    number, form, back = (
        _loaded(change_set),
        TokenForm(),
        ChangeSet(auth.signed_in().name, undoes=change_set),
    )
    if not form.validate():
        return _refused(form, change_set, number)
    if not _has_undone(change_set, back):
        form.refuse(gettext("Tidak ada yang diurungkan: sementara itu semuanya sudah diubah lagi."))
        return _refused(form, change_set, number, 409)
    return _undone(number and db.session.get(Comment, number), back)


def _asked():
    """What the address asks for; 404 for what is no kind of thing that this officer may see, or no
    action.
    """
    names = (
        ("subject", SUBJECTS[auth.signed_in().role]),
        ("action", [action.value for action in AuditAction]),
    )
    asked = {name: request.args.get(name, "") for name, _known in names}
    if any(asked[name] not in ("", *known) for name, known in names):
        abort(404)
    return asked | {"q": words_of(request.args), "before": number_of(request.args, "before")}


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


def _lines():
    write = csv.writer(SimpleNamespace(write=str)).writerow
    yield "\ufeff" + write(COLUMNS)
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
    """A text that a spreadsheet would take for a formula, with the mark that it does not."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _loaded(change_set):
    """The number of the comment that a change set was done to, None for several or something else;
    404 for none, 403 for others'.
    """
    things = audit_log.things(change_set) or abort(404)
    if not {subject for subject, _number in things} <= {*SUBJECTS[auth.signed_in().role]}:
        abort(403)
    (subject, number), *others = things
    return number if subject == "comment" and not others else None


def _has_undone(change_set, back):
    try:
        with transaction():
            undo_change_set(change_set, back, lambda body: sanitizer.comment_html(body, gettext))
    except LookupError:
        return False
    return back.count > 0


def _undone(comment, back):
    if htmx.is_request() and comment:
        return pages.brought_back(comment)
    return redirect(return_to.sent_from(comment, back.key), 303)


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
