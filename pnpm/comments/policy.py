"""The office's decisions on how comments are accepted, for the whole site and for single
articles.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import or_

from pnpm.articles.models import Article
from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, differing, unchanged
from pnpm.db import db
from pnpm.db.types import AnyRow
from pnpm.site_settings import Setting

from .spam.verdict import Strength

# one a line, until the office changes them
OFFICIAL_NAMES = "Admin\nAdministrator\nModerator\nOperator\nPengurus\nPengelola"
OF_AN_ARTICLE = "comments_open", "moderation", "close_after"
NEWEST = 10  # articles offered for a policy of their own


@dataclass(frozen=True)
class Policy:
    """The site's policy: `moderation` like PNPM_MODERATION (None: as that says), closing, and the
    emergency.
    """

    moderation: str | None = None
    # days after which an article takes no more comments; None: it goes on
    close_after: int | None = None
    emergency: bool = False  # everything is held, whatever else is said
    reserved: str = OFFICIAL_NAMES
    strength: str = Strength.NORMAL.value  # of the spam filter

    @staticmethod
    def now() -> "Policy":
        """Return the policy as it is now. Fields stored by another version and unknown here are
        ignored.
        """
        kept = Setting.get("policy", {})
        return Policy(
            **{field.name: kept[field.name] for field in fields(Policy) if field.name in kept}
        )


def change_policy(change_set: ChangeSet, **changes: Any) -> None:
    """Change some of the site's policy, by the names of `Policy`."""
    before = asdict(Policy.now())
    after = asdict(Policy(**before | changes))
    if after != before:
        Setting.put("policy", after)
        change_set.record(AuditAction.POLICY, "site", [(None, *differing(before, after))])


def change_article(change_set: ChangeSet, article: Article, **changes: Any) -> None:
    """Change some of an article's own policy, by the names of `OF_AN_ARTICLE`."""
    before = policy_of(article)
    after = before | changes
    if after != before:
        article.set_policy(**after)
        change_set.record(AuditAction.POLICY, "article", [(article.id, *differing(before, after))])


def policy_of(article: Article) -> dict[str, Any]:
    """Lock the article and return its own policy as it is now."""
    db.session.refresh(article, OF_AN_ARTICLE, with_for_update=True)
    return {name: getattr(article, name) for name in OF_AN_ARTICLE}


def exceptions() -> list[AnyRow]:
    """Return the headings of the articles with a policy of their own, newest first."""
    own = or_(
        Article.comments_open.is_(False),
        Article.moderation.is_not(None),
        Article.close_after.is_not(None),
    )
    return list(db.session.execute(Article.headings().where(own)))


def undo_policy(entry: AuditEntry, change_set: ChangeSet) -> bool:
    """Put back the policy of the site or of an article as it was before an entry; return whether
    there was anything to undo.
    """
    if entry.subject != "article":
        wanted = unchanged(entry, asdict(Policy.now()))
        change_policy(change_set, **wanted)
        return bool(wanted)
    article = db.session.get(Article, entry.number)
    if article is None:
        return False
    wanted = unchanged(entry, policy_of(article))
    change_article(change_set, article, **wanted)
    return bool(wanted)
