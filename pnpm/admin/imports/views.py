"""The office's views of imports: upload, report, import, and what came of it.

Whatever knows the engine is imported inside the functions that use it, since every cold start of
the office would pay for it.
"""

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from pnpm.files import Busy
from pnpm.imports import pending
from pnpm.web import auth, security

from ..forms import TokenForm

admin_imports = Blueprint("admin_imports", __name__, url_prefix=f"{auth.PREFIX}/imports")
# bytes of the three files together: as much as the most generous hosts let through
LARGEST = 512 * 1024 * 1024
# bytes of the rest of the form, and of what Werkzeug reads at a time
FIELDS = 1024 * 1024
RUN = "/<int(max=2147483647):number>"  # what fits into the column


@admin_imports.after_app_request
def go_on(response: Response) -> Response:
    """After each answer of the office, go on with the import that was begun, for a while."""
    is_theirs = auth.is_office() and response.status_code < 500 and auth.officer() is not None
    if is_theirs and pending.is_begun(current_app.config["PNPM"].instance):
        from . import work

        work.after(response)
    return response


@admin_imports.get("")
def index():
    """Render the form; or how far an import is that was begun, its report, or why it failed."""
    from . import pages

    return pages.current()


@admin_imports.post("")
@security.takes(LARGEST, FIELDS)
def upload():
    """Take the files in, which are read after the answer."""
    from . import pages, received

    refused = received.take_in()
    if refused is not None:
        return pages.form(*refused)
    return redirect(url_for("admin_imports.index"), 303)


@admin_imports.post("/start")
def begin():
    """Begin to import what the report has told of."""
    from . import pages, work

    form = TokenForm()
    if not form.validate():
        return pages.current(form, form.refusal)
    number, reason = _tried(lambda: work.begin(auth.signed_in().name))
    if reason:
        form.refuse(reason)
        return pages.current(form, 409)
    if number is None:  # it was given up, or has begun already
        return redirect(url_for("admin_imports.index"), 303)
    return redirect(url_for("admin_imports.show", number=number), 303)


@admin_imports.post("/retry")
def retry():
    """Have an import that failed go on where it was."""
    from . import work

    return _changed(work.retry)


@admin_imports.post("/cancellation")
def give_up():
    """Give up what has not begun to import, and delete its files."""
    from . import work

    return _changed(work.give_up)


@admin_imports.get(RUN)
def show(number):
    """Render how far that import is, or what came of it."""
    from . import pages

    return pages.run(number)


@admin_imports.post(f"{RUN}/undo")
def undo(number):
    """Begin to take that import back; the rest is done after answers."""
    from . import pages, work

    form = TokenForm()
    if not form.validate():
        return pages.run(number, form, form.refusal)
    if not work.take_back(number, auth.signed_in().name):
        form.refuse(gettext("Impor ini sudah diurungkan."))
        return pages.run(number, form, 409)
    return redirect(url_for("admin_imports.show", number=number), 303)


@admin_imports.get("/htaccess")
def htaccess():
    """Send the lines for the host of the old site as a file."""
    from . import work

    answer = Response(work.htaccess(), mimetype="text/plain")
    answer.headers["Content-Disposition"] = 'attachment; filename="htaccess.txt"'
    return answer


@admin_imports.errorhandler(RequestEntityTooLarge)
def too_large(_error):
    """Refuse files that are larger than LARGEST, with advice."""
    from . import pages, received

    security.drain(request)
    return pages.form(received.too_large(LARGEST), 413)


def _changed(change):
    """Answer a button that changes the import which was begun."""
    from . import pages

    form = TokenForm()
    if not form.validate():
        return pages.current(form, form.refusal)
    _nothing, reason = _tried(change)
    if reason:
        form.refuse(reason)
        return pages.current(form, 409)
    return redirect(url_for("admin_imports.index"), 303)


def _tried(change):
    """Return what a change gives, and why it could not be made, if so."""
    from . import words

    try:
        return change(), ""
    except Busy:
        return None, words.BUSY
    except OSError as error:
        return None, words.unwritten(error)
