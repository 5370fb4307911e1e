"""Pictures in articles: which articles show a picture, and what follows there when its words
change.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from pnpm.audit.models import AuditEntry, ChangeSet, unchanged
from pnpm.db import db
from pnpm.db.types import AnyRow
from pnpm.media import actions, queries
from pnpm.media.models import Illustration, Picture
from pnpm.site_settings import Setting

from .actions import render
from .models import Article


def change_picture(change_set: ChangeSet, picture: Picture, **changes: Any) -> None:
    """Change a picture (`alt`, `deleted`) and render the pages that take their words from it again.

    Raises media.actions.InUse if it is to be deleted and an article shows it.
    """
    before = picture.alt
    actions.change(change_set, picture, **changes)
    if picture.alt != before:
        _render_anew(picture.id)
        if picture.key in queries.masthead_pictures():
            Setting.touch()


def uses(picture_ids: Iterable[int]) -> dict[int, list[AnyRow]]:
    """Return the articles (id, title) that show these pictures, by the pictures' ids."""
    found: dict[int, list[AnyRow]] = {number: [] for number in picture_ids}
    query = (
        select(Illustration.picture_id, Article.id, Article.title)
        .join(Article)
        .where(Illustration.picture_id.in_(found))
    )
    for row in db.session.execute(query.order_by(Article.id.desc())):
        found[row.picture_id].append(row)
    return found


def _render_anew(number: int) -> None:
    query = (
        select(Article)
        .join(Illustration)
        .where(Illustration.picture_id == number)
        .with_for_update()
    )
    for article in db.session.scalars(query.execution_options(populate_existing=True)).all():
        shown = article.html
        render(article)
        if article.html != shown:
            article.touch()
            Setting.touch()


def undo_picture(entry: AuditEntry, change_set: ChangeSet) -> bool:
    """Put back a picture, or its words, as before an entry; return whether there was anything to
    undo.

    A picture that an article shows by now is not deleted again.
    """
    picture = db.session.get(Picture, entry.number)
    if picture is None:
        return False
    wanted = unchanged(entry, actions.snapshot(picture))
    if not wanted:
        return False
    try:
        change_picture(change_set, picture, **wanted)
    except actions.InUse:
        return False
    return True
