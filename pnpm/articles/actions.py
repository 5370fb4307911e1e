"""What the office does to articles: write, change, publish, take back, delete. Each is a change set
that can be undone.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, differing, digest, unchanged
from pnpm.db import db, now
from pnpm.markup import figures, sanitizer
from pnpm.media.models import Picture, illustrate
from pnpm.site_settings import Setting

from . import models, revisions
from .models import Article, Status, free_slug, of_a_page, slug_of
from .tags import labels_of, set_labels

POLICY = "comments_open", "moderation", "close_after"
PLAIN = "title", "slug", "status", *POLICY


class Conflict(Exception):
    """Somebody else has saved the article since the writer opened it."""


def held(number: int) -> Article | None:
    """Lock the article of that id until the commit and return it as it is now, or None."""
    return db.session.get(Article, number, populate_existing=True, with_for_update=True)


def of_token(token: str) -> Article | None:
    """Lock and return the article that the form with that token made, as it is now, or None."""
    query = select(Article).where(Article.token == token).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def write(
    change_set: ChangeSet,
    token: str | None,
    title: str,
    body: str,
    status: Status = Status.DRAFT,
    **changes: Any,
) -> Article:
    """Add an article with `changes` as `save` takes them, and return it. `token` is its form's:
    sent twice, a form makes one article.
    """
    slug = free_slug(changes.pop("slug", "") or slug_of(title))
    article = Article(
        title=title, slug=slug, body="", html="", status=Status.DRAFT, token=token, edition=0
    )
    db.session.add(article)
    db.session.flush()
    save(change_set, article, title=title, body=body, status=status, **changes)
    return article


def save(
    change_set: ChangeSet, article: Article, edition: int | None = None, **changes: Any
) -> None:
    """Change some of what `snapshot` names, and `body`; do nothing if all of it is so already.

    Raises Conflict if the article is no longer the `edition` that the writer began with (None: any)
    and something would change. A `published_at` of None publishes now, unless the article is
    published already: then it keeps its moment, and with it its address.
    """
    before = snapshot(article)
    began = article.edition
    if edition not in (None, began) and not _is_so(article, before, changes):
        raise Conflict
    _keep_first(article)
    _set(article, before, changes)
    after = snapshot(article)
    if after == before:
        return
    article.edition, article.saved_at = began + 1, now()
    if (before["title"], before["text"]) != (after["title"], after["text"]):
        revisions.keep(article, change_set.who)
    article.touch()
    Setting.touch()
    _follow(article)
    if began:
        before, after = differing(before, after)
    else:
        before = {"status": Status.DELETED.value}  # a new article is undone by deleting it
    change_set.record(AuditAction.SAVED, "article", [(article.id, before, after)])


def _follow(article: Article) -> None:
    """Bring what is made of an article in line with it: the search's index, and which articles are
    related to it.
    """
    from . import related, search  # readers do not wait for it

    search.follow(db.session.connection(), [article.id])
    related.follow(db.session.connection(), [article.id])


def snapshot(article: Article) -> dict[str, Any]:
    """Return what can be saved of an article, as JSON has it, with a digest in place of its
    text.
    """
    plain = {name: getattr(article, name) for name in PLAIN}
    return plain | {
        "status": article.status.value,
        "text": digest(article.body) if article.body else "",
        "labels": [label.name for label in labels_of([article.id])[article.id]],
        "published_at": article.published_at and article.published_at.astimezone(UTC).isoformat(),
    }


def bring_back(change_set: ChangeSet, article: Article, wanted: dict[str, Any]) -> bool:
    """Save what an entry of the log has as "before"; return False if that text is no longer
    kept.
    """
    changes = dict(wanted)
    if "text" in changes:
        changes["body"] = revisions.Revision.text_of(article.id, changes.pop("text"))
        if changes["body"] is None:
            return False
    if changes.get("published_at"):
        changes["published_at"] = datetime.fromisoformat(changes["published_at"])
    if "status" in changes:
        changes["status"] = Status(changes["status"])
    if "slug" in changes:
        changes["slug"] = free_slug(changes["slug"], article.id)
    save(change_set, article, **changes)
    return True


def render(article: Article) -> None:
    """Render the article's HTML and store which pictures it shows."""
    article.html, pictures = rendered(article.body)
    illustrate(article.id, pictures)


def rendered(body: str) -> tuple[str, list[Picture]]:
    """Return the safe HTML of a text, and the pictures in it."""
    known = Picture.facts(figures.keys_in(body))
    return sanitizer.article_html(body, known), [*known.values()]


def _is_so(article: Article, before: dict[str, Any], changes: dict[str, Any]) -> bool:
    """Return whether these changes change nothing, as when a form is sent twice."""
    wanted = {"status": article.status, "published_at": article.published_at} | changes
    body = wanted.pop("body", article.body)
    moment = _moment(article, wanted.pop("published_at"))
    labels = list(wanted.pop("labels", before["labels"]))
    status = wanted.pop("status")
    same = (
        body == article.body
        and moment == article.published_at
        and status is article.status
        and labels == before["labels"]
    )
    return same and all(before[name] == value for name, value in wanted.items())


def _moment(article: Article, wanted: datetime | None) -> datetime | None:
    """Return when the article is published: as wanted, or as it has been already."""
    if wanted is None and article.has_come:
        return article.published_at
    return wanted


def _keep_first(article: Article) -> None:
    """Keep the text of an article that did not come through `save` as its first revision."""
    if article.body and revisions.Revision.text_of(article.id, digest(article.body)) is None:
        revisions.keep(article, "", article.saved_at)


def _set(article: Article, before: dict[str, Any], changes: dict[str, Any]) -> None:
    for name in {"title", *POLICY} & {*changes}:
        setattr(article, name, changes[name])
    if "body" in changes and changes["body"] != article.body:
        article.body = changes["body"]
        render(article)
    slug = changes.get("slug") or article.slug
    if slug != before["slug"]:
        article.slug = free_slug(slug, article.id)
        models.change(article.id, before["slug"], article.slug)
    if "labels" in changes and list(changes["labels"]) != before["labels"]:
        set_labels(article.id, changes["labels"])
    if "published_at" in changes:
        article.published_at = _moment(article, changes["published_at"])
    article.status = changes.get("status", article.status)
    if of_a_page(article.slug) and article.status is not Status.DELETED:
        article.status = Status.PAGE  # a page about the site is never listed among the articles
    if article.status is Status.PUBLISHED:
        article.published_at = article.published_at or now()
    db.session.flush()


def undo_save(entry: AuditEntry, change_set: ChangeSet) -> bool:
    """Save an article as it was before an entry; return whether there was anything to undo and its
    text was still kept.
    """
    if entry.number is None:
        return False
    article = held(entry.number)
    if article is None:
        return False
    wanted = unchanged(entry, snapshot(article))
    return bool(wanted) and bring_back(change_set, article, wanted)
