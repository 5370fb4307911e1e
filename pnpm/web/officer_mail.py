"""The mails to officers: of comments that wait, for a password that was forgotten, and to confirm
an address.
"""

from email.message import EmailMessage

from flask import current_app, url_for
from flask_babel import gettext, ngettext

from pnpm.accounts.models import Notices, User
from pnpm.articles.models import Article
from pnpm.audit import contact_confirmation, password_reset
from pnpm.audit.contact import NOTICE
from pnpm.comments import mail_actions
from pnpm.comments.models import Comment
from pnpm.comments.queue import still_waiting
from pnpm.db import db, now
from pnpm.mail.models import OutgoingMail

from .mail import compose, writer

SHOWN = 10  # comments in a mail; of more, how many


@writer(NOTICE)
def write_notice(mail: OutgoingMail) -> EmailMessage | None:
    """Write to an officer which comments wait; None if none does any more, or the officer wants no
    mail.
    """
    user = db.session.get(User, mail.data["user"], populate_existing=True)
    numbers = still_waiting(mail.data["numbers"])
    if user is None or not user.is_reached or user.notices is Notices.NONE or not numbers:
        return None
    comments = [comment for each in numbers[:SHOWN] if (comment := db.session.get(Comment, each))]
    count = len(numbers)
    return compose(
        mail,
        ngettext("%(num)s komentar menunggu", "%(num)s komentar menunggu", count),
        count=count,
        comments=comments,
        headings=Article.headings_of({comment.article_id for comment in comments}),
        links={comment.id: _links(mail, user, comment) for comment in comments},
        days=mail_actions.GOOD_FOR.days,
        office=url_for("admin.index", _external=True),
        account=url_for("account.show_contact", _external=True),
    )


@writer(password_reset.KIND)
def write_link(mail: OutgoingMail) -> EmailMessage | None:
    """Write the link with which an officer chooses another password; None for who has no account,
    or once the time is over.
    """
    user = password_reset.addressee(mail.data, mail.recipient)
    if user is None:
        return None
    token = password_reset.token(_key(), user, mail.data["at"])
    return compose(
        mail,
        gettext("Kata sandi baru untuk %(name)s", name=user.name),
        user=user,
        minutes=int(password_reset.GOOD_FOR.total_seconds()) // 60,
        link=url_for("forgotten.edit", token=token, _external=True),
    )


@writer(contact_confirmation.KIND)
def write_confirmation(mail: OutgoingMail) -> EmailMessage | None:
    """Write the link with which an officer confirms the address; None if there is nothing to
    confirm any more.
    """
    user = contact_confirmation.addressee(mail.data, mail.recipient)
    if user is None:
        return None
    token = contact_confirmation.token(_key(), user)
    return compose(
        mail,
        gettext("Konfirmasi alamat surel untuk %(name)s", name=user.name),
        user=user,
        days=contact_confirmation.GOOD_FOR.days,
        link=url_for("confirmation.show", token=token, _external=True),
    )


def _links(mail, user, comment):
    """Return the addresses of the pages with one button, by what that does."""
    tokens = {
        action: mail_actions.token(_key(), user, comment.id, action, mail.id, now())
        for action in mail_actions.Action
    }
    return {
        action.value: url_for("mailed.show", token=token, _external=True)
        for action, token in tokens.items()
    }


def _key():
    return current_app.config["PNPM"].secret_key
