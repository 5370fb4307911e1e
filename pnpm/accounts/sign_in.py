"""An open session of an account: one browser that signed in, and has not been signed out."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.db import db, now

from .models import Role, User, hashed

IDLE = timedelta(days=14)  # unseen for so long, a browser has to sign in again
SEEN_EVERY = timedelta(hours=1)  # how often being seen is written down: a page that is only looked at writes nothing


class LastAdmin(ValueError):
    """Nobody else could do everything: such an account stays, and stays an admin's."""


class SignIn(db.Model):
    """One browser's way in. Its key is in the browser's cookie; here stands only what proves it.

    It is found by that, and not by its number, which on SQLite the next one gets once it is ended.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    __table_args__ = ({"sqlite_autoincrement": True},)

    @staticmethod
    def open(user: User, browser: str) -> str:
        """Let a browser in, and give the key that it has to show.

        LookupError if the account was removed or got another password since it was read: what was proven was the old one's.
        """
        query = select(User.password).where(User.id == user.id).with_for_update()
        if db.session.scalar(query) != user.password:
            raise LookupError(user.name)
        key, moment = secrets.token_urlsafe(32), now()
        db.session.execute(delete(SignIn).where(SignIn.seen_at < moment - IDLE))
        # By a clock that was ahead: unseen from now on, they end when all others do.
        db.session.execute(update(SignIn).where(SignIn.seen_at > moment).values(seen_at=moment))
        db.session.add(SignIn(user_id=user.id, token=_token(key), browser=browser, created_at=moment, seen_at=moment))
        return key

    @staticmethod
    def of(key: str) -> tuple["SignIn", User] | None:
        """The open session with that key and its account, or None."""
        query = select(SignIn, User).join(User, User.id == SignIn.user_id)
        found = db.session.execute(query.where(SignIn.token == _token(key), SignIn.seen_at > now() - IDLE)).first()
        return found and (found[0], found[1])

    @staticmethod
    def all_of(user: User) -> list["SignIn"]:
        """The account's open sessions, the one seen last first."""
        query = select(SignIn).where(SignIn.user_id == user.id, SignIn.seen_at > now() - IDLE)
        return list(db.session.scalars(query.order_by(SignIn.seen_at.desc(), SignIn.id.desc())))

    @property
    def is_unseen(self) -> bool:
        """Whether it is time to write down that it was seen."""
        return abs(now() - self.seen_at) > SEEN_EVERY  # or it was, by a clock that was ahead

    def see(self) -> None:
        """Write down that it was seen; nothing if meanwhile it was ended."""
        db.session.execute(update(SignIn).where(SignIn.token == self.token).values(seen_at=now()))

    def end(self) -> None:
        """Sign that browser out; nothing if somebody else just did."""
        db.session.execute(delete(SignIn).where(SignIn.token == self.token))


def end_all(user: User, but: SignIn | None = None) -> None:
    """Sign the account out everywhere, or everywhere else."""
    query = delete(SignIn).where(SignIn.user_id == user.id)
    db.session.execute(query.where(SignIn.token != but.token) if but else query)


def change_password(user: User, password: str) -> None:
    """Give the account another password; all its sessions end. ValueError for one that will not do."""
    user.password = hashed(password, user.name)
    end_all(user)


def change_role(user: User, role: Role) -> None:
    """Give the account, which is held, another role; all its sessions end. LastAdmin for such a one's."""
    if user.is_last_admin:
        raise LastAdmin
    user.role = role
    end_all(user)


def remove(user: User) -> None:
    """Remove the account, which is held; what it did stays in the log. LastAdmin for such a one's."""
    if user.is_last_admin:
        raise LastAdmin
    end_all(user)
    db.session.delete(user)


def _token(key):
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
