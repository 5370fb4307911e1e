"""The site's words, one a row, and the revision that tells every kept page when they or the headlines changed."""

import json
import secrets
from dataclasses import dataclass, field, fields

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from ..database import LongText, db

REVISION = "revision"


@dataclass(frozen=True)
class Words:
    """What the site says of itself, with what stands there until the office changes it."""

    name: str = "PNPM -MP KECAMATAN DUA BOCCOE"
    tagline: str = ""
    ticker: str = "Breaking News"
    email: str = ""
    copyright: str = "Copyright © 2011. PNPM -MP KECAMATAN DUA BOCCOE - All Rights Reserved"
    links_title: str = "Welcome Links Work"
    links: list[list[str]] = field(default_factory=list)  # [label, address]
    thanks: bool = True  # the line of thanks under each comment


class Setting(db.Model):
    """One of the site's words, or its revision."""

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(LongText)  # JSON

    @staticmethod
    def revision() -> str:
        """Another one whenever what stands on every page has changed; empty while nothing ever was."""
        return db.session.connection().scalar(_REVISION) or ""

    @staticmethod
    def words() -> Words:
        """The site's words as they are now."""
        return Words(**{name: json.loads(value) for name, value in db.session.connection().execute(_WORDS)})

    @staticmethod
    def change(**words) -> None:
        """Change some of the site's words, by the names of `Words`; a name unknown there is a TypeError."""
        Words(**words)
        for name, value in words.items():
            db.session.merge(Setting(name=name, value=json.dumps(value, ensure_ascii=False)))
        Setting.touch()

    @staticmethod
    def touch() -> None:
        """Say that what stands on every page has changed. Random, so that two writers need not read each other's."""
        db.session.merge(Setting(name=REVISION, value=json.dumps(secrets.token_hex(8))))


_REVISION = select(Setting.value).where(Setting.name == REVISION)
_WORDS = select(Setting.name, Setting.value).where(Setting.name.in_([field.name for field in fields(Words)]))
