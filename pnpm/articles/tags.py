"""Labels, as Blogger calls tags: words under which articles are found, each with a page of
its own.
"""

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import ForeignKey, Index, Select, String, delete, exists, func, select
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.db import Model, db
from pnpm.db.types import AnyRow
from pnpm.markup.characters import alphabetical

from .models import NOTHING, PUBLISHED, Article, slug_of

NAME_LENGTH = 60
MOST = 20  # on one article; Blogger's own limit
LONGEST = 80


class Label(Model):
    """A label. Names that differ only in case, accents or punctuation are one label."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    slug: Mapped[str] = mapped_column(String(LONGEST), unique=True)

    @staticmethod
    def of(slug: str) -> "Label | None":
        """Return the label with that slug, or None."""
        return db.session.scalar(select(Label).where(Label.slug == slug))

    def articles(self, before: int | None = None) -> Select[Article]:
        """Return the query of the published articles with this label, newest first; only those
        after the article `before`, if given.
        """
        return Article.older_than(before).where(
            Article.id.in_(select(Labelled.article_id).where(Labelled.label_id == self.id))
        )


class Labelled(Model):
    """An article's label; `place` is its position among the article's labels."""

    __tablename__ = "article_label"

    article_id: Mapped[int] = mapped_column(
        ForeignKey(Article.id, ondelete="CASCADE"), primary_key=True
    )
    label_id: Mapped[int] = mapped_column(
        ForeignKey(Label.id, ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int]

    __table_args__ = (Index(None, "label_id"),)


def label_slug(name: str) -> str:
    """Return the ASCII slug of a label; one made from a hash if none of its letters is ASCII."""
    slug = slug_of(name, "")
    return slug or f"{NOTHING}-{hashlib.sha256(name.casefold().encode()).hexdigest()[:8]}"


def known_as(names: Iterable[str]) -> list[str]:
    """Return these labels, each spelled as it already is where there is a label with the same
    slug.
    """
    known = []
    for name in names:
        label = Label.of(label_slug(name))
        known.append(label.name if label else name)
    return known


def labels_of(article_ids: Iterable[int]) -> dict[int, list[AnyRow]]:
    """Return the names and slugs of the labels of these articles, in order, by the articles'
    ids.
    """
    found: dict[int, list[AnyRow]] = {number: [] for number in article_ids}
    query = (
        select(Labelled.article_id, Label.name, Label.slug)
        .join(Label)
        .where(Labelled.article_id.in_(found))
    )
    for row in db.session.execute(query.order_by(Labelled.place)):
        found[row.article_id].append(row)
    return found


def all_labels(most: int | None = None) -> Sequence[AnyRow]:
    """Return the names and slugs of the labels that published articles have, by name; at most
    `most` of them, those of most articles.
    """
    visible = PUBLISHED.with_only_columns(Article.id).order_by(None)
    query = (
        select(Label.name, Label.slug)
        .join(Labelled)
        .where(Labelled.article_id.in_(visible))
        .group_by(Label.id)
    )
    found = db.session.execute(query.order_by(func.count().desc(), Label.id).limit(most)).all()
    return sorted(found, key=lambda label: alphabetical(label.name))


def set_labels(article_id: int, names: Sequence[str]) -> None:
    """Give an article exactly these labels, and delete labels that no article has any more."""
    db.session.execute(delete(Labelled).where(Labelled.article_id == article_id))
    for place, name in enumerate(names):
        label = Label.of(label_slug(name)) or Label(name=name, slug=label_slug(name))
        db.session.add(label)
        db.session.flush()
        db.session.merge(Labelled(article_id=article_id, label_id=label.id, place=place))
    db.session.flush()
    unused = ~exists().where(Labelled.label_id == Label.id)
    db.session.execute(
        delete(Label).where(unused), execution_options={"synchronize_session": False}
    )
