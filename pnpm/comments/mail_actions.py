"""What an officer may do to a comment by a link in a mail, without signing in: each link for one
comment, one officer, one action, once, for a week.
"""

import enum
from datetime import datetime, timedelta
from typing import NamedTuple

from pnpm.accounts.models import User
from pnpm.audit.models import ChangeSet
from pnpm.db import db
from pnpm.mail import links

from . import moderation
from .models import Comment, Status

GOOD_FOR = timedelta(days=7)
PURPOSE = "comment"


class Action(enum.Enum):
    """What a link does; its value stands in the address."""

    PUBLISH = "terbitkan"
    SPAM = "spam"
    DELETE = "hapus"
    REPLY = "balas"


STATUSES = {
    Action.PUBLISH: Status.PUBLISHED,
    Action.SPAM: Status.SPAM,
    Action.DELETE: Status.DELETED,
}


class Refusal(enum.Enum):
    """Why a link does nothing."""

    UNKNOWN = "unknown"  # it is none of ours, too old, or the officer's no more
    USED = "used"
    DECIDED = "decided"  # somebody else was first


class Refused(Exception):
    """A link does nothing: why (`kind`), and the comment as it is now, if it is known."""

    def __init__(self, kind: Refusal, comment: Comment | None = None) -> None:
        super().__init__(kind.value)
        self.kind, self.comment = kind, comment


class Asked(NamedTuple):
    """What a link asks for."""

    token: str
    user: User
    comment: Comment
    action: Action


def token(
    key: str, user: User, comment_id: int, action: Action, mail_id: int, moment: datetime
) -> str:
    """Return the token of a link in the mail of that number, written at that moment. `key` is the
    site's secret key.
    """
    values = [str(user.id), str(comment_id), action.value, str(mail_id)]
    return links.token(key, PURPOSE, values, moment + GOOD_FOR, _proof(user))


def asked(key: str, token: str) -> Asked:
    """Return what a link asks for, and change nothing. Raises Refused."""
    values = links.values_of(token, 4)
    if values is None or not all(each.isdigit() and len(each) < 10 for each in _numbers(values)):
        raise Refused(Refusal.UNKNOWN)
    user = db.session.get(User, int(values[0]), populate_existing=True)
    if user is None or not links.is_good(key, PURPOSE, token, _proof(user)):
        raise Refused(Refusal.UNKNOWN)
    comment = db.session.get(Comment, int(values[1]), populate_existing=True)
    if comment is None:
        raise Refused(Refusal.DECIDED)
    if links.is_used(token):
        raise Refused(Refusal.USED, comment)
    action = Action(values[2])
    if comment.status not in _fitting(action):
        raise Refused(Refusal.DECIDED, comment)
    return Asked(token, user, comment, action)


def move(key: str, token: str) -> tuple[Comment, ChangeSet]:
    """Do what a link asks for, which is another status, in the caller's transaction. Raises
    Refused.
    """
    found = asked(key, token)
    status = STATUSES.get(found.action)
    if status is None or not links.use(token):
        raise Refused(Refusal.USED, found.comment)
    change_set = ChangeSet(found.user.name, by_mail=True)
    moderation.move([found.comment.id], status, change_set, Status.PENDING)
    return found.comment, change_set


def reply(key: str, token: str, name: str, body: str, html: str) -> tuple[Comment, ChangeSet]:
    """Publish the office's reply to the comment of a link, and that comment if it waits, in the
    caller's transaction. Raises Refused.
    """
    found = asked(key, token)
    if found.action is not Action.REPLY or not links.use(token):
        raise Refused(Refusal.USED, found.comment)
    change_set = ChangeSet(found.user.name, by_mail=True)
    moderation.move([found.comment.id], Status.PUBLISHED, change_set)
    comment = db.session.get_one(Comment, found.comment.id)
    moderation.reply(comment, name, body, html, change_set)
    return comment, change_set


def _fitting(action: Action) -> set[Status]:
    """Return the statuses of a comment in which that may be done to it."""
    if action is Action.REPLY:
        return {Status.PENDING, Status.PUBLISHED}
    return {Status.PENDING}


def _numbers(values: list[str]) -> tuple[str, str, str]:
    return values[0], values[1], values[3]


def _proof(user: User) -> str:
    """Return what must not have changed for that officer's links to be good: the same account, its
    role, and its address.
    """
    return f"{user.created_at.timestamp()} {user.role.value} {user.email}"
