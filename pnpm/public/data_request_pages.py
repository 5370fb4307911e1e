"""The pages on which a person asks for what the site holds about them, confirms that, and gets a
copy; at the addresses of `data_requests.py`.
"""

import re
from datetime import datetime

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectChoice, SelectField, StringField, TextAreaField, ValidationError

from pnpm import signing
from pnpm.comments.models import NAME_LENGTH, Comment
from pnpm.comments.subscriptions import mailboxes
from pnpm.comments.subscriptions.tables import ADDRESS_LENGTH
from pnpm.db import db, transaction
from pnpm.markup import characters
from pnpm.privacy import answers, intake, matches
from pnpm.privacy.intake import Asked, Flooded, Invalid
from pnpm.privacy.models import WORDS_LENGTH, Kind
from pnpm.web import data_copies, htmx, jobs
from pnpm.web.csrf import HourlyToken
from pnpm.web.forms import AtMost, Form
from pnpm.web.params import number_of

from .own_comments import PURPOSE, WAITING_PURPOSE

KINDS = {
    Kind.SEE: _("Melihat data saya"),
    Kind.CORRECT: _("Memperbaiki data saya"),
    Kind.DELETE: _("Menghapus data saya"),
}
LINK_LENGTH = 500  # characters of a pasted link
FORM = "data request"  # what the token of the form stands for


def _line(value):
    return characters.one_line(value or "")


def _lines(value):
    return characters.lines(value or "")


class RequestForm(Form):
    """What a person asks for, and how they are known here: at least by one of three."""

    class Meta(Form.Meta):  # type: ignore[name-defined]  # Flask-WTF's, which says no types
        csrf = True
        csrf_class = HourlyToken
        csrf_field_name = "token"

    kind = SelectField(
        _("Apa yang Anda minta"),
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        validate_choice=False,
    )
    email = StringField(_("Alamat surel"), filters=[_line], validators=[AtMost(ADDRESS_LENGTH)])
    name = StringField(_("Nama"), filters=[_line], validators=[AtMost(NAME_LENGTH)])
    link = StringField(
        _("Tautan pribadi komentar"), filters=[_line], validators=[AtMost(LINK_LENGTH)]
    )
    words = TextAreaField(_("Keterangan"), filters=[_lines], validators=[AtMost(WORDS_LENGTH)])

    def __init__(self, formdata=None, **options):
        super().__init__(formdata, meta={"csrf_context": FORM}, **options)

    def validate_kind(self, field):
        """Refuse what the form never offered."""
        if field.data not in {kind.value for kind in Kind}:
            raise ValidationError(gettext("Pilih salah satu dari daftar."))

    def validate_email(self, field):
        """Refuse what no mail can be sent to, and a request that says nothing of who asks."""
        if field.data and mailboxes.normalized(field.data) is None:
            raise ValidationError(gettext("Periksa alamat surel, misalnya nama@contoh.id."))
        if not (field.data or self.link.data or not characters.is_blank(self.name.data)):
            raise ValidationError(
                gettext(
                    "Isi alamat surel, nama atau tautan pribadi, supaya data Anda dapat dicari."
                )
            )

    def asked(self) -> Asked:
        """Return what is asked for, once it is valid."""
        return Asked(
            Kind(self.kind.data),
            "" if characters.is_blank(self.name.data) else self.name.data,
            mailboxes.normalized(self.email.data) or "",
            self.words.data,
            *_comment_of(self.link.data),
        )


def index():
    """Render the form of a request."""
    return _form(RequestForm())


def create():
    """Take a request, and mail the link to confirm it if that is possible."""
    form = RequestForm(request.form)
    if not form.validate():
        return _form(form, 400 if form.token_field.errors else 422)
    try:
        with transaction():
            connection, config = db.session.connection(), current_app.config["PNPM"]
            number = intake.ask(connection, form.asked(), request.remote_addr or "", config)
    except Flooded:
        form.refuse(
            gettext(
                "Permintaan yang datang terlalu banyak. Coba lagi nanti, atau datang ke kantor."
            )
        )
        return _form(form, 429)
    is_mailed = bool(form.email.data) and current_app.config["PNPM"].mail_url is not None
    return _sent_to(url_for("data_requests.sent", surel=1 if is_mailed else None, nomor=number))


def sent():
    """Say how it goes on: the same for everybody who gave an address."""
    return render_template(
        "data_requests/sent.html",
        is_mailed=bool(request.args.get("surel")),
        number=number_of(request.args, "nomor"),
        days=intake.UNCONFIRMED_FOR.days,
    )


def show(token):
    """Render a request with the button that confirms it."""
    try:
        found = intake.of_token(_key(), token)
    except Invalid:
        return _gone()
    if found.is_confirmed:
        return redirect(url_for("data_requests.confirmed"), 303)
    comment = db.session.get(Comment, found.comment_id) if found.comment_id else None
    return render_template(
        "data_requests/show.html",
        asked=found,
        kinds=KINDS,
        comment=comment,
        token=token,
        seen=intake.seen_of(found),
    )


def confirm(token):
    """Confirm what the page has shown, or forget it."""
    wanted = request.form.get("answer", "")
    if wanted not in ("yes", "no"):
        abort(400)
    try:
        with transaction():
            where = _confirm(intake.of_token(_key(), token), wanted == "yes")
    except Invalid:
        return _gone()
    return _sent_to(where or url_for("data_requests.show", token=token))


def confirmed():
    """Say until when the answer comes."""
    return render_template("data_requests/confirmed.html")


def withdrawn():
    """Say that the request is forgotten."""
    return render_template("data_requests/withdrawn.html")


def show_copy(token):
    """Render the copy of a person's data."""
    found = _copy(token)
    if found is None:
        return _gone()
    moment = datetime.fromisoformat
    return render_template("data_requests/copy.html", copy=found, token=token, moment=moment)


def download_copy(token):
    """Send the same as JSON."""
    found = _copy(token)
    if found is None:
        return _gone()
    return data_copies.download(found)


def _confirm(found, is_wanted):
    """Confirm a request, or forget it; return where to go, None if it is not what was shown."""
    if found.is_confirmed:
        return url_for("data_requests.confirmed")
    if not is_wanted:
        intake.withdraw(found)
        return url_for("data_requests.withdrawn")
    if request.form.get("seen", "") != intake.seen_of(found):
        return None
    intake.confirm(found)
    return url_for("data_requests.confirmed")


def _copy(token):
    try:
        found = answers.of_copy_token(_key(), token)
    except Invalid:
        return None
    return data_copies.of(found, matches.of_keys(found.chosen or []))


def _comment_of(link: str) -> tuple[int | None, bool]:
    """Return the comment whose link was pasted, and whether it is the one to change it: only its
    author has that, while that of a page on which it waits may be passed on. None for another link,
    which is not told.
    """
    for part in re.split(r"[/?=&#]", link):
        for purpose in (PURPOSE, WAITING_PURPOSE):
            number = signing.read(_key(), purpose, part) if part else None
            if number:
                return int(number), purpose == PURPOSE
    return None, False


def _form(form, status=200):
    is_mailing = current_app.config["PNPM"].mail_url is not None
    page = render_template("data_requests/index.html", form=form, is_mailing=is_mailing)
    return page, status


def _sent_to(where):
    """Lead to another page, and send the mail, if there is one, after the answer."""
    response = htmx.sent_to(where)
    jobs.deliver_mail(response)
    return response


def _gone():
    """Say that there is nothing here any more."""
    return render_template("data_requests/gone.html", days=intake.UNCONFIRMED_FOR.days), 410


def _key():
    return current_app.config["PNPM"].secret_key
