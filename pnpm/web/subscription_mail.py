"""The mails to who follows an article: to confirm it, of new comments, and with the link to all
that they follow.

Imported where mail is sent, as `mail.py` is. What strangers wrote stands only in mails that were
confirmed: nobody can have us send their words to whom they like.
"""

from email.message import EmailMessage
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from pnpm.comments.subscriptions import choices, notices, opt_in
from pnpm.comments.subscriptions.choices import Mailed
from pnpm.db import db, transaction
from pnpm.mail.models import OutgoingMail
from pnpm.markup import sanitizer

from .mail import compose, sent, writer
from .site import current_site
from .templating import address_of

LONGEST_EXCERPT = 300  # characters of a comment


@writer(opt_in.CONFIRMATION)
def confirmation(mail: OutgoingMail) -> EmailMessage | None:
    """Ask the owner of an address whether they want to be told; nothing once that is answered."""
    mailed = choices.mailed(db.session.connection(), mail.data["subscription"])
    if mailed is None or mailed.subscription.is_confirmed:
        return None
    return compose(
        mail,
        gettext("Konfirmasi: komentar di “%(title)s”", title=mailed.subscription.title),
        headers=_ways_out(mailed),
        days=opt_in.UNCONFIRMED_FOR.days,
        **_links(mailed),
    )


@writer(opt_in.NEWS)
def comments(mail: OutgoingMail) -> EmailMessage | None:
    """Tell of new comments under an article, as they stand now; of none that was taken back."""
    number, numbers = mail.data["subscription"], mail.data["numbers"]
    found = notices.news(db.session.connection(), number, numbers)
    if found is None:
        return None
    one = found.mailed.subscription
    mail.data = mail.data | {"numbers": found.numbers}
    subject = ngettext(
        "Komentar baru di “%(title)s”",
        "%(num)s komentar baru di “%(title)s”",
        len(found.comments) + found.more,
        title=one.title,
    )
    return compose(
        mail,
        subject,
        headers=_ways_out(found.mailed),
        comments=[
            (comment, _address(one, comment), _excerpt(comment)) for comment in found.comments
        ],
        more=found.more,
        **_links(found.mailed),
    )


@sent(opt_in.NEWS)
def told(mail: OutgoingMail) -> None:
    """Note which comments were told: published again, they are no news."""
    with transaction():
        connection = db.session.connection()
        notices.told(connection, mail.data["subscription"], mail.data["numbers"])


@writer(opt_in.LINK)
def link(mail: OutgoingMail) -> EmailMessage | None:
    """Send the link to all that an address follows; nothing once it is forgotten."""
    owner = choices.subscriber(db.session.connection(), mail.data["subscriber"])
    if owner is None:
        return None
    subject = gettext("Langganan surel Anda di %(name)s", name=current_site().words.name)
    page = url_for("subscriptions.show", token=owner.token, _external=True)
    return compose(mail, subject, page=page)


def _links(mailed: Mailed) -> dict[str, Any]:
    """Return the article's title and address, and the pages that a mail about it leads to."""
    token = mailed.subscriber.token
    one: Any = mailed.subscription  # has what an article's address is made of
    return {
        "title": one.title,
        "article": address_of(one, _external=True),
        "choice": url_for(
            "subscriptions.edit", token=token, article_id=one.article_id, _external=True
        ),
        "stop": _stop(mailed),
        "all": url_for("subscriptions.show", token=token, _external=True),
    }


def _ways_out(mailed: Mailed) -> dict[str, str]:
    """Return the headers with which a mail program offers a button to unsubscribe: RFC 2369 (3.2)
    and 8058 (3.1).
    """
    return {
        "List-Unsubscribe": f"<{_stop(mailed)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _stop(mailed: Mailed) -> str:
    return url_for(
        "subscriptions.unsubscribe",
        token=mailed.subscriber.token,
        article_id=mailed.subscription.article_id,
        _external=True,
    )


def _address(article, comment):
    return address_of(article, comment=comment.id, _anchor=f"comment-{comment.id}", _external=True)


def _excerpt(comment):
    words = sanitizer.plain(comment.html)
    if len(words) <= LONGEST_EXCERPT:
        return words
    return words[:LONGEST_EXCERPT].rsplit(" ", 1)[0] + " …"
