"""The views of persons' requests: confirm who asks, choose what is theirs, copy, correct or erase
it, and answer. They are the admins': much of it cannot be undone.
"""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.comments.models import Comment
from pnpm.db import db, transaction
from pnpm.markup import sanitizer
from pnpm.privacy import answers, intake, matches
from pnpm.privacy.models import DataRequest, Stage
from pnpm.web import auth, data_copies, jobs
from pnpm.web.params import number_of

from ..forms import TokenForm
from . import pages
from .forms import AnswerForm, CorrectionForm, ErasureForm

admin_data_requests = Blueprint(
    "admin_data_requests", __name__, url_prefix=f"{auth.PREFIX}/data-requests"
)
NUMBER = "/<int(max=2147483647):number>"
COMMENT = f"{NUMBER}/comments/<int(max=2147483647):comment>"
SHOWN = 100  # requests on a page of the list, those that wait first
LAST = 10**6  # page that is looked for
# where the buttons under what was found lead, once the choice is saved
NEXT = {"copy": "show_copy", "erase": "show_erasure", "anonymize": "show_erasure"}


@admin_data_requests.get("")
def index():
    """Render a page of the requests with their clocks."""
    return _list()


@admin_data_requests.post("/removal")
def discard_all():
    """Throw away those that the page has shown and that nobody has confirmed."""
    form = TokenForm()
    if not form.validate():
        return _list(form), form.refusal
    found = (matches.number_of(each) for each in request.form.getlist("number")[:SHOWN])
    with transaction():
        count = answers.discard_all([number for number in found if number is not None], _who())
    flash(gettext("%(count)s permintaan dibuang.", count=count))
    return redirect(url_for("admin_data_requests.index"), 303)


@admin_data_requests.get(NUMBER)
def show(number):
    """Render a request with what may belong to it."""
    return pages.page(_found(number))


@admin_data_requests.post(f"{NUMBER}/confirmation")
def confirm(number):
    """Note that an officer is sure who asks."""
    form = TokenForm()
    if not form.validate():
        return pages.page(_found(number), form), form.refusal
    with transaction():
        intake.confirm(_held(number, Stage.UNCONFIRMED), _who())
    return _shown(number, gettext("Sudah dipastikan. Batas waktunya berjalan sejak sekarang."))


@admin_data_requests.post(f"{NUMBER}/choice")
def choose(number):
    """Save which of what was found is the person's, and go on with it."""
    form = TokenForm()
    if not form.validate():
        return pages.page(_found(number), form), form.refusal
    with transaction():
        found = _held(number, Stage.OPEN)
        kept = matches.of_keys(request.form.getlist("item")[: matches.MOST_CHOSEN])
        answers.choose(found, [item.key for item in kept])
    wanted = request.form.get("next", "")
    if wanted not in NEXT:
        return _shown(number, gettext("Pilihan disimpan."))
    mode = 1 if wanted == "anonymize" else None
    where = f"admin_data_requests.{NEXT[wanted]}"
    return redirect(url_for(where, number=number, anonymous=mode), 303)


@admin_data_requests.get(f"{NUMBER}/copy")
def show_copy(number):
    """Render the copy of what was chosen."""
    return pages.copy_page(_found(number))


@admin_data_requests.post(f"{NUMBER}/copy.json")
def download_copy(number):
    """Send the same as JSON. The log says who took it."""
    form, found = TokenForm(), _found(number)
    if not form.validate():
        return pages.page(found, form), form.refusal
    copy = pages.copy_of(found)
    with transaction():
        ChangeSet(_who()).record(AuditAction.TAKEN, intake.SUBJECT, [(number, {}, {})])
    return data_copies.download(copy)


@admin_data_requests.get(f"{NUMBER}/erasure")
def show_erasure(number):
    """Render what will be erased, with the button that does it."""
    found = _found(number)
    is_anonymous = bool(request.args.get("anonymous"))
    form = ErasureForm(formdata=None, seen=answers.seen_of(found), anonymous=is_anonymous)
    return pages.erasure_page(found, form)


@admin_data_requests.post(f"{NUMBER}/erasure")
def erase(number):
    """Erase for good what the page has shown."""
    form = ErasureForm()
    if not form.validate():
        return pages.erasure_page(_found(number), form), form.refusal
    with transaction():
        found = _held(number, Stage.OPEN)
        if not found.chosen or form.seen.data != answers.seen_of(found):
            form.refuse(gettext("Pilihannya sudah lain sementara itu. Periksa lagi."))
            return pages.erasure_page(found, form), 409
        key = current_app.config["PNPM"].secret_key
        answers.erase_chosen(found, form.anonymous.data, key, _who())
    response = _shown(number, gettext("Sudah dihapus. Sekarang jawablah orangnya."))
    jobs.clear_residue(response)
    return response


@admin_data_requests.get(COMMENT)
def show_comment(number, comment):
    """Render a comment to be corrected as the person asks."""
    found = _comment(comment)
    values = {"name": found.name, "website": found.website, "body": found.body}
    return pages.correction_page(_found(number), found, CorrectionForm(formdata=None, **values))


@admin_data_requests.post(COMMENT)
def correct(number, comment):
    """Correct a comment; nothing of what was wrong is kept."""
    form = CorrectionForm()
    if not form.validate():
        return pages.correction_page(_found(number), _comment(comment), form), form.refusal
    typed = {"name": form.name.data, "website": form.website.data, "body": form.body.data}
    with transaction():
        found, asked = _comment(comment, lock=True), _held(number, Stage.OPEN)
        answers.correct(found, asked, ChangeSet(_who()), _html, **typed)
    response = _shown(number, gettext("Sudah diperbaiki."))
    jobs.clear_residue(response)
    return response


@admin_data_requests.post(f"{NUMBER}/answer")
def answer(number):
    """Answer the person: by mail where there is an address, else to be handed over."""
    form = AnswerForm()
    if not form.validate():
        return pages.page(_found(number), answer=form), form.refusal
    with transaction():
        found, mails = _held(number, Stage.OPEN), current_app.config["PNPM"].mail_url is not None
        has_address = answers.answer(found, form.words.data, form.shared.data and mails, _who())
        if has_address and mails:
            answers.mail(found)
    response = _shown(number, gettext("Jawaban disimpan."))
    jobs.deliver_mail(response)
    return response


@admin_data_requests.post(f"{NUMBER}/delivery")
def deliver(number):
    """Note that an officer has handed the answer over."""
    form = TokenForm()
    if not form.validate():
        return pages.page(_found(number), form), form.refusal
    with transaction():
        answers.deliver(_held(number, Stage.ANSWERED), _who())
    response = _shown(number, gettext("Dicatat sebagai disampaikan."))
    jobs.clear_residue(response)
    return response


@admin_data_requests.post(f"{NUMBER}/removal")
def discard(number):
    """Throw away a request that nobody has confirmed."""
    form = TokenForm()
    if not form.validate():
        return pages.page(_found(number), form), form.refusal
    with transaction():
        answers.discard(_held(number, Stage.UNCONFIRMED), _who())
    flash(gettext("Permintaan itu dibuang."))
    return redirect(url_for("admin_data_requests.index"), 303)


def _list(form=None):
    page = min(number_of(request.args, "page") or 1, LAST)
    found = list(db.session.scalars(answers.listed().offset((page - 1) * SHOWN).limit(SHOWN + 1)))
    return render_template(
        "admin/data_requests/index.html",
        requests=found[:SHOWN],
        following=page + 1 if len(found) > SHOWN else None,
        form=form,
    )


def _found(number):
    """Return the request of that number as it is now, or 404."""
    return db.session.get(DataRequest, number, populate_existing=True) or abort(404)


def _held(number, stage):
    """Lock and return the request of that number; 404 without one, 409 where it has come to
    another stage.
    """
    found = intake.held(number) or abort(404)
    if found.stage is not stage:
        abort(409)
    return found


def _comment(number, lock=False):
    found = db.session.get(Comment, number, populate_existing=True, with_for_update=lock or None)
    return found or abort(404)


def _html(body):
    return sanitizer.comment_html(body, gettext)


def _shown(number, words):
    flash(words)
    return redirect(url_for("admin_data_requests.show", number=number), 303)


def _who():
    return auth.signed_in().name
