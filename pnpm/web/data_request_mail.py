"""The mails about a person's request for their data: to confirm it, to tell the admins, and the
answer.

Imported where mail is sent, as `mail.py` is. What the person wrote stands in none but the page that
the link opens: nobody can have us send their words to whom they like.
"""

from email.message import EmailMessage

from flask import current_app, url_for
from flask_babel import gettext

from pnpm.accounts.models import User
from pnpm.db import db, transaction
from pnpm.mail.models import OutgoingMail
from pnpm.privacy import answers, intake
from pnpm.privacy.models import SHARED_DAYS, DataRequest, Stage

from .mail import compose, sent, writer
from .site import current_site


@writer(intake.CONFIRMATION)
def confirmation(mail: OutgoingMail) -> EmailMessage | None:
    """Ask the owner of an address whether they ask; nothing once that is answered."""
    found = _request(mail)
    if found is None or found.stage is not Stage.UNCONFIRMED or found.email != mail.recipient:
        return None
    token = intake.token(_key(), found)
    return compose(
        mail,
        gettext("Konfirmasi permintaan data di %(name)s", name=current_site().words.name),
        link=url_for("data_requests.show", token=token, _external=True),
        days=intake.UNCONFIRMED_FOR.days,
    )


@writer(intake.NOTICE)
def notice(mail: OutgoingMail) -> EmailMessage | None:
    """Tell an admin that a request waits, and until when; nothing once it is answered."""
    found, user = _request(mail), db.session.get(User, mail.data["user"], populate_existing=True)
    if found is None or found.answered_at or user is None:
        return None
    if not user.is_reached or user.email != mail.recipient:
        return None
    return compose(
        mail,
        gettext("Permintaan data nomor %(number)s", number=str(found.id)),
        asked=found,
        link=url_for("admin_data_requests.show", number=found.id, _external=True),
    )


@writer(intake.ANSWER)
def answer(mail: OutgoingMail) -> EmailMessage | None:
    """Write the office's answer, with the link to a copy if there is one."""
    found = _request(mail)
    if found is None or not found.answered_at or found.email != mail.recipient:
        return None
    link = ""
    if found.shared_until:
        token = answers.copy_token(_key(), found)
        link = url_for("data_requests.show_copy", token=token, _external=True)
    return compose(
        mail,
        gettext("Jawaban atas permintaan data Anda di %(name)s", name=current_site().words.name),
        words=found.answer,
        link=link,
        days=SHARED_DAYS,
    )


@sent(intake.ANSWER)
def delivered(mail: OutgoingMail) -> None:
    """Note that an answer was mailed."""
    with transaction():
        found = intake.held(mail.data["request"])
        if found and found.stage is Stage.ANSWERED:
            answers.deliver(found)


def _request(mail: OutgoingMail) -> DataRequest | None:
    return db.session.get(DataRequest, mail.data["request"], populate_existing=True)


def _key():
    return current_app.config["PNPM"].secret_key
