"""The format of a site in one JSON document, as docs/export.md tells it: which columns of which
tables are in it, and what of them is personal data.

Passwords, sessions, tokens, second factors and keys are in neither kind of document; nor is what
can be made again (the search's index) or only serves a day (limits, mail that waits).
"""

from typing import Any, NamedTuple

from sqlalchemy import Table

from pnpm.accounts.models import User
from pnpm.articles.models import Article
from pnpm.articles.revisions import Revision
from pnpm.audit.models import BY_MAIL, REDACTED, UNDOES, AuditAction, AuditEntry
from pnpm.comments.models import Comment
from pnpm.comments.subscriptions.tables import subscribers, subscriptions
from pnpm.comments.trust import Trust
from pnpm.db.types import AnyRow
from pnpm.media.models import Picture
from pnpm.privacy.models import DataRequest, erasures

FORMAT, VERSION = "pnpm-site", 1
DOCUMENT = "site.json"  # in a zip, beside the files of pictures
# whose last ids go along, so that none stands for two things
NUMBERED = "article", "comment", "picture", "version", "data_request", "import_run"


class Kind(NamedTuple):
    """A kind of thing in the document: its table, the columns that are always in it, and those that
    are only with personal data.
    """

    table: Table
    plain: tuple[str, ...]
    personal: tuple[str, ...] = ()

    def columns(self, personal: bool) -> tuple[str, ...]:
        """Return the columns that are in a document with or without personal data."""
        return self.plain + self.personal if personal else self.plain


ARTICLE = Kind(
    Article.__table__,
    (
        "id",
        "title",
        "slug",
        "body",
        "html",
        "status",
        "published_at",
        "saved_at",
        "comments_open",
        "moderation",
        "close_after",
    ),
)
REVISION = Kind(Revision.__table__, ("id", "created_at", "who", "title", "body"))
COMMENT = Kind(
    Comment.__table__,
    (
        "id",
        "article_id",
        "parent_id",
        "reply_to_id",
        "name",
        "website",
        "body",
        "html",
        "status",
        "reasons",
        "created_at",
        "official",
        "moved_at",
        "announced_at",
    ),
    ("email", "address_hash", "verdict", "signals", "marks"),
)
PICTURE = Kind(
    Picture.__table__,
    ("id", "key", "name", "alt", "width", "height", "preview", "who", "created_at", "deleted_at"),
)
LOG = Kind(
    AuditEntry.__table__,
    ("id", "deed", "created_at", "who", "action", "subject", "number", "before", "after"),
    ("salt", "link"),
)
ACCOUNT = Kind(User.__table__, ("name", "role", "created_at"), ("email", "notices"))
# these are personal data altogether
TRUST = Kind(Trust.__table__, (), ("id", "name", "address_hash", "hashed_at", "until"))
SUBSCRIBER = Kind(subscribers, (), ("id", "address", "created_at"))
SUBSCRIPTION = Kind(
    subscriptions, (), ("id", "article_id", "scope", "asked_at", "confirmed_at", "told_at")
)
REQUEST = Kind(
    DataRequest.__table__, (), tuple(column.name for column in DataRequest.__table__.columns)
)
ERASURE = Kind(erasures, (), ("subject", "number", "proof", "created_at"))

# reasons why a comment waits that name a person: lines of the lists, and what the spam filter knew
NAMING = "names", "addresses", "memory"
ALL = None
_LISTS = "hold_words", "hold_domains", "refuse_words", "refuse_domains"
# The values of the log's entries that are no personal data, by action; an action that is not here
# leaves none.
IMPERSONAL: dict[str, tuple[str, ...] | None] = {
    AuditAction.MOVED.value: ALL,
    AuditAction.EDITED.value: ALL,
    AuditAction.REPLIED.value: ALL,
    AuditAction.REMOVED.value: ALL,
    AuditAction.TRUSTED.value: ("trusted",),
    AuditAction.POLICY.value: ALL,
    AuditAction.LISTS.value: _LISTS,
    AuditAction.FORGOTTEN.value: (),
    AuditAction.ADDED.value: ALL,
    AuditAction.PASSWORD.value: ALL,
    AuditAction.ROLE.value: ALL,
    AuditAction.FACTOR.value: ALL,
    AuditAction.CONTACT.value: ("name", "notices", "confirmed"),
    AuditAction.MAIL.value: ALL,
    AuditAction.SAVED.value: ALL,
    AuditAction.WORDS.value: ALL,
    AuditAction.PICTURE.value: ALL,
    AuditAction.TAKEN.value: ALL,
    AuditAction.IMPORTED.value: ALL,
    AuditAction.RESTORED.value: ALL,
    AuditAction.REDACTED.value: (),
    AuditAction.ASKED.value: ("kind",),
    AuditAction.CONFIRMED.value: (),
    AuditAction.ANSWERED.value: (),
    AuditAction.DELIVERED.value: (),
    AuditAction.CORRECTED.value: (),
    AuditAction.ANONYMIZED.value: (),
    AuditAction.ERASED.value: (),
}
_MARKS = UNDOES, BY_MAIL, REDACTED


def sides_of(entry: AnyRow, personal: bool) -> dict[str, Any]:
    """Return what an entry of the log says was before and after; without personal data it has a
    mark where they were left out, as a redacted one has.
    """
    names = ALL if personal else IMPERSONAL.get(entry.action, ())
    if names is ALL:
        return {"before": entry.before, "after": entry.after}
    before = {name: value for name, value in entry.before.items() if name in names}
    after = {name: value for name, value in entry.after.items() if name in (*names, *_MARKS)}
    if before != entry.before or after != entry.after:
        after[REDACTED] = True
    return {"before": before, "after": after}


def reasons_of(reasons: list[str], personal: bool) -> list[str]:
    """Return the reasons why a comment waits; without personal data, not which line of the lists
    named its author.
    """
    if personal:
        return reasons
    return [
        reason.partition(":")[0] if reason.partition(":")[0] in NAMING else reason
        for reason in reasons
    ]
