"""The office's pictures as they are looked through: which there are, a page at a time, and which of
them stand somewhere.
"""

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, bindparam, exists, select

from pnpm.db import db, keyset, read
from pnpm.site_settings import Setting

from .models import Illustration, Picture

PAGE = 24  # pictures on a page: rows of two, three or four


class Tab(enum.Enum):
    """Which pictures are asked for."""

    ALL = "all"
    UNUSED = "unused"
    UNDESCRIBED = "undescribed"
    DELETED = "deleted"


@dataclass(frozen=True)
class PictureQuery:
    """What is asked for; a page's address carries all of it."""

    tab: Tab = Tab.ALL
    after: int | None = None  # the number of the last picture on the page before

    def page(self) -> tuple[list[Picture], "PictureQuery | None"]:
        """A page of them, the newest first, and what asks for the next one (None: that is all)."""
        key = None if self.after is None else (self.after,)
        query = keyset.after(select(Picture).where(*self._conditions()), (Picture.id,), key)
        shown, last = keyset.cut(db.session.scalars(query.limit(PAGE + 1)).all(), PAGE)
        return shown, replace(self, after=last.id) if last else None

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        yield (
            Picture.deleted_at.is_not(None)
            if self.tab is Tab.DELETED
            else Picture.deleted_at.is_(None)
        )
        if self.tab is Tab.UNUSED:
            yield from unused()
        if self.tab is Tab.UNDESCRIBED:
            yield Picture.alt == ""


def unused() -> tuple[ColumnElement[bool], ...]:
    """The conditions of those that stand nowhere: in no article, whoever sees it, and not as the
    site's logo.
    """
    return ~_IN_AN_ARTICLE, Picture.key != Setting.words().logo


def is_used(picture: Picture) -> bool:
    """Whether it stands somewhere."""
    return db.session.scalar(select(Picture.id).where(Picture.id == picture.id, *unused())) is None


def serves(key: str) -> bool:
    """Whether readers get the files of that key: a deleted picture's only as long as it stands
    somewhere.
    """
    found = read(_SERVED, key=key)
    return found is not None and (
        found.deleted_at is None or found.is_used or Setting.words().logo == key
    )


def unknown(keys: Iterable[str]) -> set[str]:
    """Those of these keys that are no picture's."""
    return set(keys) - set(db.session.scalars(select(Picture.key)))


_IN_AN_ARTICLE = exists().where(Illustration.picture_id == Picture.id)
_SERVED = select(Picture.deleted_at, _IN_AN_ARTICLE.label("is_used")).where(
    Picture.key == bindparam("key")
)
