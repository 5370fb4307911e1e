"""What the site may hold about the person of a request: found by their name, their address, and the
comment whose private link they have. Which of it is theirs, an officer decides.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from pnpm.accounts.models import User
from pnpm.articles.models import Article
from pnpm.audit.models import REDACTED, AuditAction, AuditEntry, digest
from pnpm.comments.models import Comment, CommentRevision
from pnpm.comments.spam import memory
from pnpm.comments.spam import tables as spam_tables
from pnpm.comments.subscriptions import choices
from pnpm.comments.subscriptions.choices import Subscriber
from pnpm.comments.subscriptions.tables import subscribers
from pnpm.comments.trust import Trust
from pnpm.db import db
from pnpm.db.search import contains
from pnpm.mail.models import OutgoingMail

from . import lists
from .models import DataRequest, Stage

MOST = 200  # of a kind that are shown, the newest; after an erasure, or by other words, others
MOST_CHOSEN = 1000  # at once: their keys fit a form
SHORTEST = 3  # characters of what is searched for: a shorter one is in everything
# entries of the log that may hold a name; those of the lists go with their lines
PERSONAL = AuditAction.TRUSTED, AuditAction.FORGOTTEN


class Item(NamedTuple):
    """Something that may be the person's: the key by which it is chosen, what it is, whether it
    surely is theirs, and a kind of reason why it was found.
    """

    key: str
    thing: Any
    is_sure: bool
    reason: str

    @property
    def kind(self) -> str:
        """Return what it is: a `comment`, `subscriber`, `trust`, `mail`, `name` (that the
        spam filter remembers), `line` (of a list), `entry` (of the log) or `request`."""
        return self.key.partition("-")[0]


class Found(NamedTuple):
    """All that was found, and what the office itself wrote that has the person's words in it: the
    headings of articles, and accounts, which are changed on their own pages.
    """

    items: list[Item]
    articles: Sequence[Article]
    accounts: Sequence[User]

    def of(self, kind: str) -> list[Item]:
        """Return what was found of a kind."""
        return [item for item in self.items if item.kind == kind]

    def sure(self) -> list[str]:
        """Return the keys of what surely is the person's."""
        return [item.key for item in self.items if item.is_sure]


def find(request: DataRequest, words: str = "") -> Found:
    """Return what may be the person's; with `words` also what has all of these."""
    needles = [text for text in (request.name, request.email, words) if len(text) >= SHORTEST]
    comments = list(_comments(request, needles))
    items = [*comments, *_subscribers(request, comments), *_trusts(request, comments)]
    items += [*_mails(request), *_names(comments, needles), *_lines(needles)]
    items += [*_entries(comments, needles), *_requests(request)]
    return Found(items, _articles(needles), _accounts(request))


def of_keys(keys: Sequence[str]) -> list[Item]:
    """Return what these keys name, as far as it is still there."""
    wanted: dict[str, list[str]] = {}
    for key in keys:
        kind, _dash, which = key.partition("-")
        wanted.setdefault(kind, []).append(which)
    items = []
    for kind, model in _MODELS.items():
        found = [number_of(each) for each in wanted.get(kind, ())]
        numbers = [number for number in found if number is not None]
        query = select(model).where(model.id.in_(numbers)).order_by(model.id.desc())
        if kind == "request":  # those that the office has to answer stay
            query = query.where(model.stage != Stage.OPEN)
        things = db.session.scalars(query.execution_options(populate_existing=True))
        items += [Item(f"{kind}-{thing.id}", thing, True, "") for thing in things]
    connection = db.session.connection()
    for which in wanted.get("subscriber", ()):
        number = number_of(which)
        owner = choices.subscriber(connection, number) if number is not None else None
        items += [Item(f"subscriber-{number}", owner, True, "")] if owner else []
    if "trust" in wanted:
        trusts = {_trust_key(trust): trust for trust in db.session.scalars(select(Trust))}
        keys_of = [f"trust-{which}" for which in wanted["trust"]]
        items += [Item(key, trusts[key], True, "") for key in keys_of if key in trusts]
    if "name" in wanted:
        names = connection.scalars(select(spam_tables.remembered.c.name).distinct())
        items += _texts("name", names, wanted["name"])
    if "line" in wanted:
        items += _texts("line", lists.lines(connection), wanted["line"])
    return items


def number_of(which: str) -> int | None:
    """Return the id that a key ends with; None for what is no id."""
    is_number = which.isascii() and which.isdigit() and len(which) < 10
    return int(which) if is_number else None


def _texts(kind: str, texts: Iterable[str], wanted: list[str]) -> list[Item]:
    """Return those of these texts that are wanted by the beginnings of their hashes."""
    keys = {f"{kind}-{digest(text)[:16]}": text for text in texts}
    return [Item(key, text, True, "") for key, text in keys.items() if key[5:] in wanted]


def _comments(request: DataRequest, needles: list[str]) -> Iterator[Item]:
    """Yield comments: first those of the address or the link, then of the name, then what mentions
    the person; so none of theirs is missing for those of others.
    """
    has_address = func.lower(Comment.email) == request.email.lower()
    tiers: list[ColumnElement[bool]] = [
        (Comment.id == (request.comment_id or 0)) | (has_address & (Comment.email != "")),
        (Comment.name == request.name) & (Comment.name != ""),
    ]
    mentions = [
        _has(text, needle)
        for needle in needles
        for text in (Comment.name, Comment.body, Comment.email)
    ]
    for needle in needles:
        former = select(CommentRevision.comment_id).where(_has(CommentRevision.body, needle))
        mentions.append(Comment.id.in_(former))
    if mentions:
        tiers.append(or_(*mentions))
    known: set[int] = set()
    for tier in tiers:
        query = select(Comment).where(tier).order_by(Comment.id.desc()).limit(MOST)
        for comment in db.session.scalars(query).all():
            if comment.id not in known:
                known.add(comment.id)
                reason = _reason(request, comment)
                # the address of a page that says that a comment waits may be anybody's
                is_theirs = reason == "link" or (reason == "email" and request.is_proved)
                is_sure = is_theirs and not comment.official
                yield Item(f"comment-{comment.id}", comment, is_sure, reason)


def _reason(request: DataRequest, comment: Comment) -> str:
    if comment.id == request.comment_id and request.is_author:
        return "link"
    if request.email and comment.email.lower() == request.email.lower():
        return "email"
    if comment.id == request.comment_id:
        return "waiting"
    if request.name and comment.name.casefold() == request.name.casefold():
        return "name"
    return "mention"


def _subscribers(request: DataRequest, comments: list[Item]) -> Iterator[Item]:
    addresses = {item.thing.email.lower() for item in comments if item.is_sure}
    addresses = (addresses | {request.email.lower()}) - {""}
    query = select(subscribers.c.id).where(func.lower(subscribers.c.address).in_(addresses))
    connection = db.session.connection()
    for number in connection.scalars(query.order_by(subscribers.c.id)):
        owner: Subscriber | None = choices.subscriber(connection, number)
        if owner:
            is_asked = owner.address.lower() == request.email.lower()
            is_sure = request.is_proved and is_asked
            yield Item(f"subscriber-{number}", owner, is_sure, "email")


def _trusts(request: DataRequest, comments: list[Item]) -> Iterator[Item]:
    authors = _authors(comments)
    for trust in db.session.scalars(select(Trust).order_by(Trust.id)):
        author = trust.name, trust.address_hash
        if author in authors or _is_named(request, trust.name):
            yield Item(_trust_key(trust), trust, authors.get(author, False), "name")


def _trust_key(trust: Trust) -> str:
    """Return the key of trust in an author: by who that is, as ids are given out once more."""
    return f"trust-{digest(f'{trust.address_hash} {trust.name}')[:16]}"


def _mails(request: DataRequest) -> Iterator[Item]:
    if not request.email:
        return
    is_theirs = func.lower(OutgoingMail.recipient) == request.email.lower()
    for mail in db.session.scalars(select(OutgoingMail).where(is_theirs).limit(MOST)):
        yield Item(f"mail-{mail.id}", mail, request.is_proved, "email")


def _names(comments: list[Item], needles: list[str]) -> Iterator[Item]:
    """Yield the names that the spam filter has remembered: from these comments, or like a word of
    the person's.
    """
    table = spam_tables.remembered
    sure = [item.thing.id for item in comments if item.is_sure]
    words = {word.casefold() for needle in needles for word in needle.split()}
    rows = db.session.execute(
        select(table.c.name, func.max(table.c.comment_id))
        .where(table.c.name.in_(words) | table.c.comment_id.in_(sure))
        .group_by(table.c.name)
        .limit(memory.SHOWN)
    )
    for name, number in rows:
        yield Item(f"name-{digest(name)[:16]}", name, number in sure, "name")


def _lines(needles: list[str]) -> Iterator[Item]:
    """Yield the lines with one of these words in them of the office's lists, as they are and as the
    log has them.
    """
    for line in sorted(lists.lines(db.session.connection())):
        if says(line, needles):
            yield Item(f"line-{digest(line)[:16]}", line, False, "mention")


def _entries(comments: list[Item], needles: list[str]) -> Iterator[Item]:
    """Yield the entries of the log that hold personal data: of trust in an author of these
    comments, or with one of these words. Those of the texts of comments go with the comments.
    """
    authors = _authors(comments)
    actions = [action.value for action in PERSONAL]
    query = select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id.desc())
    sure = {item.thing.id for item in comments if item.is_sure}
    for entry in db.session.scalars(query.execution_options(populate_existing=True)):
        if entry.after.get(REDACTED):
            continue
        sides = entry.before, entry.after
        author = next(
            ((each["name"], each["address"]) for each in sides if "address" in each), None
        )
        is_sure = authors.get(author, False) if author else False
        is_sure = is_sure or any(number in sure for side in sides for number in _remembered(side))
        is_named = any(says(side.get("name", ""), needles) for side in sides)
        if author in authors or is_named or is_sure:
            yield Item(f"entry-{entry.id}", entry, is_sure, "mention")


def _remembered(side: dict[str, Any]) -> Iterator[int]:
    """Yield the ids of the comments in which a name was that the spam filter had remembered."""
    for number, _is_distinct in side.get("rows", ()):
        yield number


def _requests(request: DataRequest) -> Iterator[Item]:
    """Yield the person's other requests, but those that the office has to answer."""
    conditions = []
    if request.name:
        conditions.append(func.lower(DataRequest.name) == request.name.lower())
    if request.email:
        conditions.append(func.lower(DataRequest.email) == request.email.lower())
    is_theirs = or_(false(), *conditions)
    query = select(DataRequest).where(
        is_theirs, DataRequest.id != request.id, DataRequest.stage != Stage.OPEN
    )
    has_words = DataRequest.name != "", DataRequest.email != ""
    for other in db.session.scalars(query.where(or_(*has_words)).order_by(DataRequest.id)):
        is_same = bool(request.email) and other.email.lower() == request.email.lower()
        is_sure = request.is_proved and is_same
        yield Item(f"request-{other.id}", other, is_sure, "email" if is_same else "name")


def says(text: str, needles: Sequence[str]) -> bool:
    """Return whether a text has one of these words in it, in whatever case."""
    folded = text.casefold()
    return any(needle.casefold() in folded for needle in needles if needle)


def _articles(needles: list[str]) -> Sequence[Article]:
    if not needles:
        return []
    texts = Article.title, Article.body
    conditions = [_has(text, needle) for needle in needles for text in texts]
    query = select(Article).where(or_(*conditions)).order_by(Article.id.desc())
    return db.session.scalars(query.limit(20)).all()


def _accounts(request: DataRequest) -> Sequence[User]:
    is_theirs = func.lower(User.name) == request.name.lower()
    if request.email:
        is_theirs |= func.lower(User.email) == request.email.lower()
    return db.session.scalars(select(User).where(is_theirs).order_by(User.id)).all()


_MODELS: dict[str, Any] = {
    "comment": Comment,
    "mail": OutgoingMail,
    "entry": AuditEntry,
    "request": DataRequest,
}
NUMBERED = (*_MODELS, "subscriber")  # what is chosen by its id; the rest by a hash of what it is


def _has(column: Any, needle: str) -> ColumnElement[bool]:
    return and_(*(contains(column, word) for word in needle.split()))


def _authors(comments: list[Item]) -> dict[tuple[str, str], bool]:
    """Return the authors of these comments, by name and address, and whether that surely is the
    person.
    """
    authors: dict[tuple[str, str], bool] = {}
    for item in comments:
        author = item.thing.name, item.thing.address_hash
        if author != ("", ""):
            authors[author] = item.is_sure or authors.get(author, False)
    return authors


def _is_named(request: DataRequest, name: str) -> bool:
    return bool(request.name) and name.casefold() == request.name.casefold()
