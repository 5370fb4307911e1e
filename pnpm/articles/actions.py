"""What the office does to articles: writes, changes, publishes, takes back, deletes. Each is a
change set that can be undone.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, differing, digest, unchanged
from pnpm.db import db, now
from pnpm.markup import figures, sanitizer
from pnpm.media.models import Picture, illustrate
from pnpm.site_settings import Setting

from . import models as former
from . import revisions
from .models import Article, Status, free_slug, of_a_page, slug_of
from .tags import labels_of, set_labels

POLICY = "comments_open", "moderation", "close_after"
PLAIN = "title", "slug", "status", *POLICY


class Conflict(Exception):
    """Somebody else saved in between: the article is not the one that the writer began with."""


def held(number: int) -> Article | None:
    """The article of that number as it is now, locked until the commit."""
    return db.session.get(Article, number, populate_existing=True, with_for_update=True)


def of_token(token: str) -> Article | None:
    """The article that a form of that token made, as it is now, locked until the commit."""
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
    """A new article, with `changes` as `save` takes them; `token` is its form's, of which there is
    one article only.
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
    """Change some of what `snapshot` tells, and `body`; nothing happens if all of it is so already.

    Raises Conflict if it is not the `edition` that the writer began with (None: whichever) and
    would change. A `published_at` of None publishes now, unless the article has a moment already
    that has come: its address stays.
    """
    before, began = snapshot(article), article.edition
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
    # What undoes a new one is to delete it.
    sides = differing(before, after) if began else ({"status": Status.DELETED.value}, after)
    change_set.record(AuditAction.SAVED, "article", [(article.id, *sides)])


def snapshot(article: Article) -> dict[str, Any]:
    """What there is to save of an article, as JSON spells it; of its text the digest."""
    found = {name: getattr(article, name) for name in PLAIN}
    return found | {
        "status": article.status.value,
        "text": digest(article.body) if article.body else "",
        "labels": [label.name for label in labels_of([article.id])[article.id]],
        "published_at": article.published_at and article.published_at.astimezone(UTC).isoformat(),
    }


def bring_back(change_set: ChangeSet, article: Article, wanted: dict[str, Any]) -> bool:
    """Save what an entry of the log says was before; False if a text of it is no more kept."""
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
    """Make its HTML anew, and write down which pictures stand in it."""
    article.html, pictures = rendered(article.body)
    illustrate(article.id, pictures)


def rendered(body: str) -> tuple[str, list[Picture]]:
    """The safe HTML of a text, and the pictures that stand in it."""
    known = Picture.facts(figures.keys_in(body))
    return sanitizer.article_html(body, known), [*known.values()]


def _is_so(article: Article, before: dict[str, Any], changes: dict[str, Any]) -> bool:
    """Whether these changes would change nothing: the same form, sent again."""
    wanted = {"status": article.status, "published_at": article.published_at} | changes
    body, moment = wanted.pop("body", article.body), _moment(article, wanted.pop("published_at"))
    labels, status = list(wanted.pop("labels", before["labels"])), wanted.pop("status")
    same = (
        body == article.body
        and moment == article.published_at
        and status is article.status
        and labels == before["labels"]
    )
    return same and all(before[name] == value for name, value in wanted.items())


def _moment(article: Article, wanted: datetime | None) -> datetime | None:
    """The moment that it will have: the one that is wanted, or the one that has come already."""
    return wanted or (article.published_at if article.has_come else None)


def _keep_first(article: Article) -> None:
    """Of one that came from elsewhere, the text that it came with."""
    if article.body and revisions.Revision.text_of(article.id, digest(article.body)) is None:
        revisions.keep(article, "", article.saved_at)


def _set(article: Article, before: dict[str, Any], changes: dict[str, Any]) -> None:
    for name in {"title", *POLICY} & {*changes}:
        setattr(article, name, changes[name])
    if "body" in changes and changes["body"] != article.body:
        article.body = changes["body"]
        render(article)
    if (slug := changes.get("slug") or article.slug) != before["slug"]:
        article.slug = free_slug(slug, article.id)
        former.change(article.id, before["slug"], article.slug)
    if "labels" in changes and list(changes["labels"]) != before["labels"]:
        set_labels(article.id, changes["labels"])
    if "published_at" in changes:
        article.published_at = _moment(article, changes["published_at"])
    article.status = changes.get("status", article.status)
    if of_a_page(article.slug) and article.status is not Status.DELETED:
        article.status = Status.PAGE  # never among the articles
    if article.status is Status.PUBLISHED:
        article.published_at = article.published_at or now()
    db.session.flush()


def undo_save(entry: AuditEntry, change_set: ChangeSet) -> bool:
    """Save an article as it was before an entry; whether there was anything to, and its text was
    still kept.
    """
    article = held(entry.number) if entry.number else None
    if article is None:
        return False
    wanted = unchanged(entry, snapshot(article))
    return bool(wanted) and bring_back(change_set, article, wanted)
