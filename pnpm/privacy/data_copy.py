"""A copy of what the site holds about a person: for a page to read, and as JSON for programs."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from pnpm.articles.models import Article
from pnpm.audit.models import AuditEntry
from pnpm.comments.models import Comment, CommentRevision
from pnpm.comments.subscriptions import choices
from pnpm.comments.subscriptions.choices import Subscriber
from pnpm.comments.trust import Trust
from pnpm.db import db, now
from pnpm.mail.models import OutgoingMail

from .matches import Item
from .models import DataRequest

# the names of the parts in the copy, by the kind of what is in them
PARTS = {
    "comment": "comments",
    "subscriber": "subscriptions",
    "trust": "trusted",
    "mail": "mails",
    "name": "names_remembered_from_spam",
    "line": "lines_of_lists",
    "entry": "log",
    "request": "requests",
}


def copy_of(
    request: DataRequest, items: Iterable[Item], address: Callable[[int], str]
) -> dict[str, Any]:
    """Return the copy of these items, as JSON has it. `address` gives the URL of the article of a
    comment, by the article's id (empty: readers do not see it).
    """
    items = list(items)
    titles = Article.headings_of(
        {item.thing.article_id for item in items if item.kind == "comment"}
    )
    parts: dict[str, list[Any]] = {name: [] for name in PARTS.values()}
    for item in items:
        if item.kind == "comment":
            title = titles[item.thing.article_id].title
            told: Any = _comment(item.thing) | {
                "article": title,
                "address": address(item.thing.article_id),
            }
        else:
            told = _TOLD[item.kind](item.thing)
        parts[PARTS[item.kind]].append(told)
    return {"request": request.id, "made_at": _moment(now()), **parts}


def _comment(comment: Comment) -> dict[str, Any]:
    former = select(CommentRevision.body).where(CommentRevision.comment_id == comment.id)
    return {
        "number": comment.id,
        "written_at": _moment(comment.created_at),
        "status": comment.status.value,
        "name": comment.name,
        "email": comment.email,
        "website": comment.website,
        "text": comment.body,
        "former_texts": list(db.session.scalars(former.order_by(CommentRevision.id))),
        "network_hash": comment.address_hash,
        "held_because": comment.reasons,
    }


def _subscriber(owner: Subscriber) -> dict[str, Any]:
    followed = choices.all_of(db.session.connection(), owner.id)
    articles = [
        {"article": each.title, "scope": each.scope.value, "is_confirmed": each.is_confirmed}
        for each in followed
    ]
    return {"email": owner.address, "articles": articles}


def _trust(trust: Trust) -> dict[str, Any]:
    until = trust.until and _moment(trust.until)
    return {"name": trust.name, "network_hash": trust.address_hash, "until": until}


def _mail(mail: OutgoingMail) -> dict[str, Any]:
    return {"kind": mail.kind, "email": mail.recipient, "since": _moment(mail.created_at)}


def _entry(entry: AuditEntry) -> dict[str, Any]:
    told = {"number": entry.id, "at": _moment(entry.created_at), "action": entry.action}
    return told | {"before": entry.before, "after": entry.after}


def _request(request: DataRequest) -> dict[str, Any]:
    said = {"number": request.id, "asked_at": _moment(request.created_at)}
    said |= {"kind": request.kind.value, "name": request.name, "email": request.email}
    return said | {"words": request.words, "answer": request.answer}


def _text(text: str) -> str:
    return text


_TOLD: dict[str, Callable[[Any], Any]] = {
    "subscriber": _subscriber,
    "trust": _trust,
    "mail": _mail,
    "name": _text,
    "line": _text,
    "entry": _entry,
    "request": _request,
}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
