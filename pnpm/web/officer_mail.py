"""The mails to officers: of comments that wait."""

from email.message import EmailMessage

from flask import url_for
from flask_babel import ngettext

from pnpm.accounts.models import Notices, User
from pnpm.articles.models import Article
from pnpm.comments.announcements import NOTICE
from pnpm.comments.models import Comment
from pnpm.comments.queue import still_waiting
from pnpm.db import db
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
    if user is None or user.notices is Notices.NONE or not numbers:
        return None
    comments = [comment for each in numbers[:SHOWN] if (comment := db.session.get(Comment, each))]
    count = len(numbers)
    return compose(
        mail,
        ngettext("%(num)s komentar menunggu", "%(num)s komentar menunggu", count),
        count=count,
        comments=comments,
        headings=Article.headings_of({comment.article_id for comment in comments}),
        office=url_for("admin.index", _external=True),
    )
