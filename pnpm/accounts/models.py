"""The office's accounts and their open sessions."""

import enum
import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import ForeignKey, Select, String, delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.security import check_password_hash, generate_password_hash

from pnpm.db import Model, db, now
from pnpm.db.types import Json
from pnpm.markup.characters import alphabetical, is_blank, one_line

from . import IDLE, NAME_LENGTH, Role

EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3
# characters; NIST SP 800-63B asks for at least 8, and for no rule on kinds of characters
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200  # characters: strangers choose what we have to hash
# The long enough passwords that attackers try first; NIST SP 800-63B asks for such a list.
COMMON = {
    "1234567890",
    "12345678910",
    "123456789a",
    "0123456789",
    "0987654321",
    "qwertyuiop",
    "qwerty12345",
    "1q2w3e4r5t",
    "password123",
    "password1234",
    "passw0rd123",
    "katasandi123",
    "admin12345",
    "administrator",
    "bismillah123",
    "indonesia123",
    "indonesia1945",
    "sayangku123",
    "rahasia123",
    "rahasia1234",
    "kecamatan123",
    "doaibu1234",
}
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike (i, l, o, 0, 1)
# A hash with Werkzeug's scrypt parameters, checked when a name does not exist, so that the answer
# takes the same time.
_NOBODYS = f"scrypt:32768:8:1$nobody${'0' * 128}"
# One hash at a time in a process: each takes 32 MB and a core, and strangers could start as many
# as there are threads.
_ONE_AT_A_TIME = Lock()


class Notices(enum.Enum):
    """How an officer is mailed about comments that wait."""

    NONE = "none"
    EACH = "each"  # at once
    HOURLY = "hourly"
    DAILY = "daily"


class NameTaken(ValueError):
    """Another account has this name, letter case aside."""


class User(Model):
    """An account of the office."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    key: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    role: Mapped[Role]
    password: Mapped[str] = mapped_column(String(255))
    # the secret of TOTP; empty: none
    second_factor: Mapped[str] = mapped_column(String(64), default="")
    last_step: Mapped[int] = mapped_column(default=0)  # of TOTP: a code is accepted once
    recovery_codes: Mapped[list[str]] = mapped_column(Json, default=list)  # hashed
    created_at: Mapped[datetime]
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), default="", server_default="")
    notices: Mapped[Notices] = mapped_column(
        default=Notices.NONE, server_default=Notices.NONE.value
    )
    told_at: Mapped[datetime | None]  # when the last mail about comments went out
    confirmed_at: Mapped[datetime | None]  # when the owner of the address confirmed it

    # An id is never used again, as entries of the log and open sessions refer to it.
    __table_args__ = ({"sqlite_autoincrement": True},)

    @staticmethod
    def add(name: str, role: Role, password: str) -> "User":
        """Add an account and return it.

        Raises ValueError for a bad name or a weak password, NameTaken if the name is in use.
        """
        name = one_line(name)
        if not is_name(name):
            raise ValueError(f"a name of 1 to {NAME_LENGTH} characters")
        if User.named(name):
            raise NameTaken(name)
        user = User(
            name=name,
            key=key_of(name),
            role=role,
            created_at=now(),
            password=hashed(password, name),
        )
        db.session.add(user)
        try:
            db.session.flush()
        except IntegrityError:
            # another process was first, or the engine finds more letters alike than we do
            raise NameTaken(name) from None
        return user

    @staticmethod
    def named(name: str) -> "User | None":
        """Return the account with that name, letter case aside, or None."""
        return db.session.scalar(select(User).where(User.key == key_of(name)))

    @staticmethod
    def held(number: int) -> "User | None":
        """Lock all accounts until the commit and return the one with that id, freshly read, or
        None.

        All are locked, in one order, because "who is the last admin?" is a question about all of
        them; there are few.
        """
        query = (
            select(User)
            .order_by(User.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return next((user for user in db.session.scalars(query).all() if user.id == number), None)

    @staticmethod
    def everyone() -> "Select[User]":
        """Return the query of all accounts, oldest first."""
        return select(User).order_by(User.id)

    @staticmethod
    def by_name() -> list["User"]:
        """Return all accounts in alphabetical order."""
        return sorted(db.session.scalars(User.everyone()), key=lambda user: alphabetical(user.name))

    @staticmethod
    def anyone() -> bool:
        """Return whether any account exists."""
        return bool(db.session.scalar(select(exists(select(User.id)))))

    @property
    def is_admin(self) -> bool:
        """Whether the account may do everything."""
        return self.role is Role.ADMIN

    @property
    def is_reached(self) -> bool:
        """Whether mail may go to the account: it has an address, which its owner confirmed."""
        return bool(self.email) and self.confirmed_at is not None

    @property
    def is_last_admin(self) -> bool:
        """Whether this is the only admin, who can be neither removed nor demoted."""
        others = exists().where(User.role == Role.ADMIN, User.id != self.id)
        return self.is_admin and not db.session.scalar(select(others))

    def knows(self, password: str) -> bool:
        """Return whether that is the password. Takes the same time either way."""
        return _is_hashed_as(self.password, password)


def key_of(name: str) -> str:
    """Return the form in which names are compared: `Siti ` and `siti` are one."""
    return unicodedata.normalize("NFKC", one_line(name)).casefold()


def is_name(name: str) -> bool:
    """Return whether an account may have that name: visible, and at most NAME_LENGTH characters."""
    line = one_line(name)
    return not is_blank(line) and max(len(line), len(key_of(line))) <= NAME_LENGTH


def is_weak(password: str, name: str) -> bool:
    """Return whether a password is unfit for that account: too short or long, fewer than four
    different characters, a common one, or little more than the name.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or len(set(password)) < 4:
        return True
    rest = password.casefold().replace(key_of(name), "")
    return len(rest) < SHORTEST_PASSWORD // 2 or password.casefold() in COMMON


def hashed(password: str, name: str) -> str:
    """Return the hash that is stored for a password. Raises ValueError if it is weak."""
    if is_weak(password, name):
        raise ValueError(
            f"a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters that is "
            "hard to guess"
        )
    return generate_password_hash(password)


def made_password() -> str:
    """Return a random password to be typed once: 79 bits in four groups of letters."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)


def spend_time(password: str) -> None:
    """Take as long as `User.knows` does, for a name that nobody has."""
    _is_hashed_as(_NOBODYS, password)


def _is_hashed_as(hashed: str, password: str) -> bool:
    with _ONE_AT_A_TIME:
        return check_password_hash(hashed, password[: LONGEST_PASSWORD + 1])


# how often `seen_at` is updated: most page views write nothing
SEEN_EVERY = timedelta(hours=1)


class LastAdmin(ValueError):
    """Raised instead of removing or demoting the only admin."""


class SignIn(Model):
    """An open session of one browser. The browser's cookie has its key; the row has only the key's
    hash, `token`, by which a session is found.
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
        """Open a session and return the key for the browser's cookie.

        Raises LookupError if the account was removed or its password changed since `user` was read:
        the password that was just checked was the old one.
        """
        query = select(User.password).where(User.id == user.id).with_for_update()
        if db.session.scalar(query) != user.password:
            raise LookupError(user.name)
        key = secrets.token_urlsafe(32)
        moment = now()
        db.session.execute(delete(SignIn).where(SignIn.seen_at < moment - IDLE))
        # Seen in the future, while the clock was wrong: without this they would outlive IDLE.
        db.session.execute(update(SignIn).where(SignIn.seen_at > moment).values(seen_at=moment))
        db.session.add(
            SignIn(
                user_id=user.id,
                token=_token(key),
                browser=browser,
                created_at=moment,
                seen_at=moment,
            )
        )
        return key

    @staticmethod
    def of(key: str) -> tuple["SignIn", User] | None:
        """Return the open session with that key and its account, or None."""
        query = select(SignIn, User).join(User, User.id == SignIn.user_id)
        found = db.session.execute(
            query.where(SignIn.token == _token(key), SignIn.seen_at > now() - IDLE)
        ).first()
        return found and (found[0], found[1])

    @staticmethod
    def all_of(user: User) -> list["SignIn"]:
        """Return the account's open sessions, the most recently used first."""
        query = select(SignIn).where(SignIn.user_id == user.id, SignIn.seen_at > now() - IDLE)
        return list(db.session.scalars(query.order_by(SignIn.seen_at.desc(), SignIn.id.desc())))

    @property
    def is_unseen(self) -> bool:
        """Whether `seen_at` is due to be updated."""
        return abs(now() - self.seen_at) > SEEN_EVERY  # abs: the clock may have been ahead

    def see(self) -> None:
        """Store that the session was used just now; do nothing if it has ended meanwhile."""
        db.session.execute(update(SignIn).where(SignIn.token == self.token).values(seen_at=now()))

    def end(self) -> None:
        """End the session; do nothing if it has ended already."""
        db.session.execute(delete(SignIn).where(SignIn.token == self.token))


def end_all(user: User, but: SignIn | None = None) -> None:
    """End all sessions of an account, except `but`."""
    query = delete(SignIn).where(SignIn.user_id == user.id)
    if but:
        query = query.where(SignIn.token != but.token)
    db.session.execute(query)


def change_password(user: User, password: str) -> None:
    """Change the password and end all sessions of the account. Raises ValueError for a weak one."""
    user.password = hashed(password, user.name)
    end_all(user)


def change_role(user: User, role: Role) -> None:
    """Change the role of an account, locked by `User.held`, and end its sessions. Raises LastAdmin
    for the only admin.
    """
    if user.is_last_admin:
        raise LastAdmin
    user.role = role
    end_all(user)


def remove(user: User) -> None:
    """Delete an account, locked by `User.held`; the log keeps what it did. Raises LastAdmin for the
    only admin.
    """
    if user.is_last_admin:
        raise LastAdmin
    end_all(user)
    db.session.delete(user)


def _token(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
