"""What the office does to its pictures: add, describe, delete, and remove them for good."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select

from pnpm.audit.models import AuditAction, ChangeSet, differing
from pnpm.db import db, now

from .models import Picture
from .queries import is_used, unused

KEPT = timedelta(days=30)  # how long a deleted picture can be restored, as long as there is room
MOST_REMOVED = 500  # old pictures in one go


class InUse(Exception):
    """The picture is in an article, or at the head of the site, and cannot be deleted."""


def take_in(change_set: ChangeSet, facts: dict[str, Any]) -> Picture:
    """Add a picture with these columns and return it; or return the one with that key, restored if
    it was deleted.
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
    """Return what the office may change of a picture, as the log has it."""
    return {"alt": picture.alt, "deleted": picture.deleted_at is not None}


def change(change_set: ChangeSet, picture: Picture, **changes: Any) -> None:
    """Change some of what `snapshot` names. Articles that show it are up to
    `articles.illustrations`.

    Raises InUse if it is to be deleted and is in use.
    """
    before = snapshot(picture)
    after = before | changes
    if after == before:
        return
    if after["deleted"] and not before["deleted"] and is_used(picture):
        raise InUse
    picture.alt = after["alt"]
    if after["deleted"]:
        picture.deleted_at = picture.deleted_at or now()
    else:
        picture.deleted_at = None
    db.session.flush()
    change_set.record(AuditAction.PICTURE, "picture", [(picture.id, *differing(before, after))])


def remove(change_set: ChangeSet, pictures: Iterable[Picture]) -> list[str]:
    """Delete pictures for good; return the keys of their files, to be deleted after the commit."""
    gone = {picture.id: picture.key for picture in pictures}
    if gone:
        db.session.execute(delete(Picture).where(Picture.id.in_(gone)))
        change_set.record(AuditAction.REMOVED, "picture", [(number, {}, {}) for number in gone])
    return list(gone.values())


def remove_old(change_set: ChangeSet) -> list[str]:
    """Delete for good what was deleted longer than KEPT ago and is not in use again; return the
    keys.
    """
    return remove(change_set, db.session.scalars(_deleted(now() - KEPT).limit(MOST_REMOVED)).all())


def make_room(change_set: ChangeSet, size: int, limit: int) -> list[str] | None:
    """Delete for good as many deleted pictures as are needed to have `size` bytes free of `limit`;
    return their keys, or None if there are not enough.
    """
    missing = Picture.total() + size - limit
    if missing <= 0:
        return []
    chosen = []
    for picture in db.session.scalars(_deleted(now())).all():
        chosen.append(picture)
        missing -= picture.size
        if missing <= 0:
            return remove(change_set, chosen)
    return None


def _deleted(before: datetime) -> Select[Picture]:
    """Return the query of the pictures that were deleted before that moment and are not in use, the
    first deleted first.
    """
    return (
        select(Picture)
        .where(Picture.deleted_at <= before, *unused())
        .order_by(Picture.deleted_at, Picture.id)
    )
