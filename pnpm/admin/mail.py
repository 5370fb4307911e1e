"""The office's page of the mail that waits, and of what could not be sent, with the reason."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext

from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.db import db, transaction
from pnpm.mail import outbox
from pnpm.web import auth, jobs, mail_faults, site_address

from . import labels
from .forms import TokenForm

mail = Blueprint("mail", __name__, url_prefix=f"{auth.PREFIX}/mail")
SHOWN = 50  # of each


@mail.get("")
def index():
    """Render what failed, and what waits."""
    return _page(None)


@mail.post("/again")
def send_again():
    """Try everything that failed once more."""
    numbers = [each.id for each in db.session.scalars(outbox.failed())]
    return _change(numbers, outbox.again, "again", gettext("Dicoba lagi sekarang."))


@mail.post("/<int(max=2147483647):number>/again")
def send_one_again(number):
    """Try a mail that failed once more."""
    return _change([number], outbox.again, "again", gettext("Dicoba lagi sekarang."))


@mail.post("/<int(max=2147483647):number>/removal")
def discard(number):
    """Throw a mail away."""
    return _change([number], outbox.discard, "discarded", gettext("Surel itu sudah dibuang."))


def _change(numbers, verb, name, words):
    form = TokenForm()
    if not form.validate():
        return _page(form, form.refusal)
    with transaction():
        changed = verb(numbers)
        if changed:
            number = numbers[0] if len(numbers) == 1 else None
            ChangeSet(auth.signed_in().name).record(
                AuditAction.MAIL, "mail", [(number, {}, {name: changed})]
            )
    if numbers and not changed:
        abort(404)
    flash(words)
    response = current_app.make_response(redirect(url_for("mail.index"), 303))
    jobs.deliver_mail(response)
    return response


def _page(form, status=200):
    failed = list(db.session.scalars(outbox.failed().limit(SHOWN)))
    waiting = list(db.session.scalars(outbox.waiting().limit(SHOWN)))
    page = render_template(
        "admin/mail/index.html",
        form=form,
        failed=failed,
        waiting=waiting,
        counted=outbox.counted(),
        reasons_of={each.id: mail_faults.reason(each.error) for each in [*failed, *waiting]},
        kinds=labels.MAIL_KINDS,
        is_set_up=current_app.config["PNPM"].mail_url is not None,
        address=site_address.known(),
    )
    return page, status
