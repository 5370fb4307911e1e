"""The pages about the site itself, which the office has made its own; until then they are not kept
here.
"""

from sqlalchemy import select

from pnpm.audit.models import ChangeSet
from pnpm.db import db

from .actions import save, write
from .models import PAGES, Article, Status


def page_of(name: str) -> Article | None:
    """The office's own page of that name."""
    query = select(Article).where(Article.slug == PAGES + name, Article.status == Status.PAGE)
    return db.session.scalar(query)


def begin(change_set: ChangeSet, name: str, title: str, body: str) -> Article:
    """The office's own page of that name, with this text if it has none: undone, it is deleted, and
    begun again it is back.
    """
    query = select(Article).where(Article.slug == PAGES + name).with_for_update()
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        return write(change_set, None, title, body, Status.PAGE, slug=PAGES + name)
    if found.status is not Status.PAGE:
        save(change_set, found, title=title, body=body, status=Status.PAGE)
    return found
