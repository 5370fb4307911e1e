"""What the office does to its pictures: takes them in, describes, deletes, and removes them for
ever.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select

from pnpm.audit.models import AuditAction, ChangeSet, differing
from pnpm.db import db, now

from .models import Picture
from .queries import is_used, unused

KEPT = timedelta(days=30)  # how long a deleted one can be brought back, as long as there is room
MOST_REMOVED = 500  # at a time by themselves


class InUse(Exception):
    """A picture that stands in an article, or is the site's logo: it is not deleted."""


def take_in(change_set: ChangeSet, facts: dict[str, Any]) -> Picture:
    """The picture of these facts, by its columns' names: a new one; or the one of that key, brought
    back if it was deleted.
    """
    known = db.session.scalar(
        select(Picture).where(Picture.key == facts["key"]).execution_options(populate_existing=True)
    )
    if known:
        known.size = facts["size"]
        change(change_set, known, deleted=False)
        return known
    picture = Picture(alt="", who=change_set.who, created_at=now(), deleted_at=None, **facts)
    db.session.add(picture)
    db.session.flush()
    change_set.record(AuditAction.ADDED, "picture", [(picture.id, {}, {"name": picture.name})])
    return picture


def snapshot(picture: Picture) -> dict[str, Any]:
    """What the office may change of a picture, as the log spells it."""
    return {"alt": picture.alt, "deleted": picture.deleted_at is not None}


def change(change_set: ChangeSet, picture: Picture, **changes: Any) -> None:
    """Change some of what `snapshot` tells; what articles show of it is `articles.illustrations`.

    Raises InUse where a picture is to be deleted that stands somewhere.
    """
    before = snapshot(picture)
    after = before | changes
    if after == before:
        return
    if after["deleted"] and not before["deleted"] and is_used(picture):
        raise InUse
    picture.alt = after["alt"]
    picture.deleted_at = (picture.deleted_at or now()) if after["deleted"] else None
    db.session.flush()
    change_set.record(AuditAction.PICTURE, "picture", [(picture.id, *differing(before, after))])


def remove(change_set: ChangeSet, pictures: Iterable[Picture]) -> list[str]:
    """Remove pictures for ever; the keys of their files, which are to be thrown away after the
    commit.
    """
    gone = {picture.id: picture.key for picture in pictures}
    if gone:
        db.session.execute(delete(Picture).where(Picture.id.in_(gone)))
        change_set.record(AuditAction.REMOVED, "picture", [(number, {}, {}) for number in gone])
    return list(gone.values())


def remove_old(change_set: ChangeSet) -> list[str]:
    """Remove for ever those that were deleted longer ago than they are kept, unless they stand
    somewhere again; their keys.
    """
    return remove(change_set, db.session.scalars(_deleted(now() - KEPT).limit(MOST_REMOVED)).all())


def make_room(change_set: ChangeSet, size: int, limit: int) -> list[str] | None:
    """Remove for ever as many deleted pictures as it takes to have that room, in bytes; their keys.
    None if it cannot be had.
    """
    missing, chosen = Picture.total() + size - limit, []
    for picture in db.session.scalars(_deleted(now())).all() if missing > 0 else ():
        chosen.append(picture)
        missing -= picture.size
        if missing <= 0:
            break
    return remove(change_set, chosen) if missing <= 0 else None


def _deleted(before: datetime) -> Select[Picture]:
    """Those that were deleted before that moment and stand nowhere, the first to be deleted
    first.
    """
    return (
        select(Picture)
        .where(Picture.deleted_at <= before, *unused())
        .order_by(Picture.deleted_at, Picture.id)
    )
