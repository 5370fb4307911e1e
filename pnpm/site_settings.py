"""The site's words and other stored settings, one a row, and the site's revision, which changes
with everything that every page shows.
"""

import json
import secrets
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.db import Model, db
from pnpm.db.types import LongText
from pnpm.signing import keyed_hash

REVISION = "revision"
IDENTITY = "identity"
LAYOUTS = "cards", "list", "magazine"  # of the lists of articles; the first unless one is chosen


@dataclass(frozen=True)
class Words:
    """What the site says about itself; the defaults stand until the office changes them."""

    name: str = "PNPM -MP KECAMATAN DUA BOCCOE"
    tagline: str = ""
    ticker: str = "Breaking News"
    email: str = ""
    copyright: str = "Copyright © 2011. PNPM -MP KECAMATAN DUA BOCCOE - All Rights Reserved"
    links_title: str = "Welcome Links Work"
    links: list[list[str]] = field(default_factory=list)  # [label, address]
    thanks: bool = True  # the line of thanks under each comment
    logo: str = ""  # a picture's key
    # the key of the picture of the place at the head of the front page
    header_picture: str = ""
    accent: str = ""  # a colour as #rrggbb; empty: the red of the flag
    layout: str = LAYOUTS[0]
    language: str = ""  # empty: PNPM_LANGUAGE
    timezone: str = ""  # empty: PNPM_TIMEZONE
    pinned: int | None = None  # the number of the article that stands first on the front page
    # of the articles in the ticker; none: the newest
    headlines: list[int] = field(default_factory=list)
    # whether the first steps are shown to admins: from the first account on, until they are closed
    welcome: bool = False


class Setting(Model):
    """One of the site's words, a decision of the office, or the revision."""

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(LongText)  # JSON

    @staticmethod
    def revision() -> str:
        """Return a string that changes whenever something changes that every page shows; empty
        before the first change.
        """
        return db.session.connection().scalar(_REVISION) or ""

    @staticmethod
    def words() -> Words:
        """Return the site's words as they are now."""
        return Words(
            **{name: json.loads(value) for name, value in db.session.connection().execute(_WORDS)}
        )

    @staticmethod
    def change(**words: Any) -> None:
        """Change some of the site's words, by the names of `Words`. Raises TypeError for an unknown
        name.
        """
        Words(**words)
        for name, value in words.items():
            Setting.put(name, value)

    @staticmethod
    def get(name: str, default: Any) -> Any:
        """Return the value stored under that name, or `default`."""
        kept = db.session.scalar(select(Setting.value).where(Setting.name == name))
        return default if kept is None else json.loads(kept)

    @staticmethod
    def keep(name: str, value: object) -> None:
        """Store a JSON value under that name."""
        db.session.merge(Setting(name=name, value=json.dumps(value, ensure_ascii=False)))

    @staticmethod
    def put(name: str, value: object) -> None:
        """Store a JSON value under that name and mark every page as changed."""
        Setting.keep(name, value)
        Setting.touch()

    @staticmethod
    def identity(key: str) -> str:
        """Return 16 hex digits that tell this site from every other, whatever its address: made of
        the secret `key`, and the same with another key once `keep_identity` has stored them. Raises
        signing.NoKey.
        """
        identity: str = Setting.get(IDENTITY, "") or keyed_hash(key, IDENTITY)[:16]
        return identity

    @staticmethod
    def keep_identity(key: str) -> None:
        """Store the site's identity, unless that was done, in the caller's transaction."""
        if not Setting.get(IDENTITY, ""):
            Setting.keep(IDENTITY, Setting.identity(key))

    @staticmethod
    def touch() -> None:
        """Mark every page as changed. The revision is random, so that two writers need not read
        each other's.
        """
        Setting.keep(REVISION, secrets.token_hex(8))


def store(connection: Connection, name: str, value: object) -> None:
    """Store a JSON value under that name in the database behind a connection, which may be
    another one than the site's.
    """
    table, spelled = Setting.__table__, json.dumps(value, ensure_ascii=False)
    change = update(table).where(table.c.name == name).values(value=spelled)
    if not connection.execute(change).rowcount:
        connection.execute(insert(table).values(name=name, value=spelled))


_REVISION = select(Setting.value).where(Setting.name == REVISION)
_WORDS = select(Setting.name, Setting.value).where(
    Setting.name.in_([field.name for field in fields(Words)])
)
