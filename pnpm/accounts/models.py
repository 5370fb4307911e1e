"""An account of the office: who may come in, and as what."""

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

NAME_LENGTH = 40
# characters; NIST SP 800-63B asks for 8 at least, and for no mixture of kinds
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200  # characters: what is hashed is somebody's to choose, and ours to compute
# Of those that are long enough, what is tried first, here and elsewhere (NIST SP 800-63B asks for
# such a list).
COMMON = {
    "1234567890",
    "12345678910",
    "123456789a",
    "0123456789",
    "0987654321",
    "qwertyuiop",
    "qwerty12345",
    "1q2w3e4r5t",
}
COMMON |= {
    "password123",
    "password1234",
    "passw0rd123",
    "katasandi123",
    "admin12345",
    "administrator",
    "bismillah123",
}
COMMON |= {
    "indonesia123",
    "indonesia1945",
    "sayangku123",
    "rahasia123",
    "rahasia1234",
    "kecamatan123",
    "doaibu1234",
}
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
# Nobody's: checked when a name does not exist, so that the answer takes the same time (Werkzeug's
# scrypt, its own parameters).
_NOBODYS = f"scrypt:32768:8:1$nobody${'0' * 128}"
# In a process: each takes 32 MB and a core, and strangers at many addresses may ask for as many as
# there are threads.
_ONE_AT_A_TIME = Lock()


class Role(enum.Enum):
    """What an account may do: everything, or comments."""

    ADMIN = "admin"
    MODERATOR = "moderator"


class NameTaken(ValueError):
    """Another account has this name, but for the case of its letters."""


class User(Model):
    """Somebody of the office."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    key: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    role: Mapped[Role]
    password: Mapped[str] = mapped_column(String(255))
    # the secret of TOTP; empty: none
    second_factor: Mapped[str] = mapped_column(String(64), default="")
    last_step: Mapped[int] = mapped_column(default=0)  # of TOTP: a code once used is used up
    recovery_codes: Mapped[list[str]] = mapped_column(Json, default=list)  # hashed
    created_at: Mapped[datetime]

    # A number once given is never given again: the log, and a session that was open, keep their
    # meaning.
    __table_args__ = ({"sqlite_autoincrement": True},)

    @staticmethod
    def add(name: str, role: Role, password: str) -> "User":
        """A new account. ValueError for a name or password that will not do, NameTaken for one that
        is another's.
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
        # another process was first, or the engine finds more letters alike than we do
        except IntegrityError:
            raise NameTaken(name) from None
        return user

    @staticmethod
    def named(name: str) -> "User | None":
        """The account of that name, whatever the case of its letters."""
        return db.session.scalar(select(User).where(User.key == key_of(name)))

    @staticmethod
    def held(number: int) -> "User | None":
        """The account of that number as it is now, whatever was read before, and held until the
        commit.

        All accounts are held, in one order: there are few, and who is the last admin is a question
        about all of them.
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
        """All accounts, the oldest first."""
        return select(User).order_by(User.id)

    @staticmethod
    def by_name() -> list["User"]:
        """The same as one looks for them."""
        return sorted(db.session.scalars(User.everyone()), key=lambda user: alphabetical(user.name))

    @staticmethod
    def anyone() -> bool:
        """Whether there is an account at all."""
        return bool(db.session.scalar(select(exists(select(User.id)))))

    @property
    def is_admin(self) -> bool:
        """Whether everything is theirs to do."""
        return self.role is Role.ADMIN

    @property
    def is_last_admin(self) -> bool:
        """Whether nobody else could do everything: such a one stays what it is."""
        others = exists().where(User.role == Role.ADMIN, User.id != self.id)
        return self.is_admin and not db.session.scalar(select(others))

    def knows(self, password: str) -> bool:
        """Whether that is the password; takes the same time either way."""
        return _is_hashed_as(self.password, password)


def key_of(name: str) -> str:
    """How a name is compared: `Siti ` and `siti` are one."""
    return unicodedata.normalize("NFKC", one_line(name)).casefold()


def is_name(name: str) -> bool:
    """Whether an account may be called that: something to see, no longer than what is kept."""
    return (
        not is_blank(one_line(name)) and max(len(one_line(name)), len(key_of(name))) <= NAME_LENGTH
    )


def is_weak(password: str, name: str) -> bool:
    """Whether it will not do as that account's: too short or long, a few letters over and over,
    everybody's, or the name.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or len(set(password)) < 4:
        return True
    rest = password.casefold().replace(key_of(name), "")
    return len(rest) < SHORTEST_PASSWORD // 2 or password.casefold() in COMMON


def hashed(password: str, name: str) -> str:
    """The password as it is kept. ValueError, saying what it takes, for a weak one."""
    if is_weak(password, name):
        raise ValueError(
            f"a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters that is "
            "hard to guess"
        )
    return generate_password_hash(password)


def made_password() -> str:
    """A password for somebody to type once: 79 random bits in four groups."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def spend_time(password: str) -> None:
    """Take as long as `knows` does, for a name that nobody has."""
    _is_hashed_as(_NOBODYS, password)


def _is_hashed_as(hashed: str, password: str) -> bool:
    with _ONE_AT_A_TIME:
        return check_password_hash(hashed, password[: LONGEST_PASSWORD + 1])


IDLE = timedelta(days=14)  # unseen for so long, a browser has to sign in again
# how often being seen is written down: a page that is only looked at writes nothing
SEEN_EVERY = timedelta(hours=1)


class LastAdmin(ValueError):
    """Nobody else could do everything: such an account stays, and stays an admin's."""


class SignIn(Model):
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

        LookupError if the account was removed or got another password since it was read: what was
        proven was the old one's.
        """
        query = select(User.password).where(User.id == user.id).with_for_update()
        if db.session.scalar(query) != user.password:
            raise LookupError(user.name)
        key, moment = secrets.token_urlsafe(32), now()
        db.session.execute(delete(SignIn).where(SignIn.seen_at < moment - IDLE))
        # By a clock that was ahead: unseen from now on, they end when all others do.
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
        """The open session with that key and its account, or None."""
        query = select(SignIn, User).join(User, User.id == SignIn.user_id)
        found = db.session.execute(
            query.where(SignIn.token == _token(key), SignIn.seen_at > now() - IDLE)
        ).first()
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
    """Give the account another password; all its sessions end. ValueError for one that will
    not do.
    """
    user.password = hashed(password, user.name)
    end_all(user)


def change_role(user: User, role: Role) -> None:
    """Give the account, which is held, another role; all its sessions end. LastAdmin for such a
    one's.
    """
    if user.is_last_admin:
        raise LastAdmin
    user.role = role
    end_all(user)


def remove(user: User) -> None:
    """Remove the account, which is held; what it did stays in the log. LastAdmin for such a
    one's.
    """
    if user.is_last_admin:
        raise LastAdmin
    end_all(user)
    db.session.delete(user)


def _token(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
