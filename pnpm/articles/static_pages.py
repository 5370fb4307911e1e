"""Pages about the site. The program brings a text for each, until the office writes its own, which
is an article of the status PAGE.
"""

from sqlalchemy import select

from pnpm.audit.models import ChangeSet
from pnpm.db import db
from pnpm.db.types import AnyRow
from pnpm.markup.characters import alphabetical

from .models import PAGES, Article, Status

ABOUT = "tentang"  # the name of the page about the office


def page_of(name: str) -> Article | None:
    """Return the office's own page of that name, or None."""
    query = select(Article).where(Article.slug == PAGES + name, Article.status == Status.PAGE)
    return db.session.scalar(query)


def own_pages() -> list[AnyRow]:
    """Return `slug` and `title` of the office's own pages, in the order of their titles."""
    query = select(Article.slug, Article.title).where(Article.status == Status.PAGE)
    return sorted(db.session.execute(query), key=lambda page: alphabetical(page.title))


def begin(change_set: ChangeSet, name: str, title: str, body: str) -> Article:
    """Return the office's own page of that name, locked; make or restore it with this text if there
    is none. Undoing that deletes it.
    """
    from .actions import save, write  # which no reader's page needs

    query = select(Article).where(Article.slug == PAGES + name).with_for_update()
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        return write(change_set, None, title, body, Status.PAGE, slug=PAGES + name)
    if found.status is not Status.PAGE:
        save(change_set, found, title=title, body=body, status=Status.PAGE)
    return found
