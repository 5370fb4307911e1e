"""What saving an article's form comes to: one change set, however often it is sent, and nobody
else's work under it.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import abort
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError

from pnpm.articles.actions import held, of_token, save, write
from pnpm.articles.headlines import MOST, pin, put_in
from pnpm.articles.models import Article, free_slug, slug_of
from pnpm.articles.tags import known_as
from pnpm.audit import models as audit_log
from pnpm.audit.models import ChangeSet
from pnpm.db import db, now, transaction
from pnpm.web import auth
from pnpm.web.site import current_site

from .forms import ArticleForm, ManuscriptForm

FIRST = 1  # the edition of an article that was just made
# in which a form that changes nothing is taken for one that was sent before
AGAIN = timedelta(minutes=10)


class Refused(Exception):
    """What only the other articles show to be wrong with a field: its name, and why."""


def keep(form: ManuscriptForm, number: int | None) -> tuple[Article, str]:
    """Save what was sent, as a new article or as that one: the article, and the key of the change
    set.

    Raises Conflict if somebody else saved in between, Refused if a field has to be another; nothing
    is saved then.
    """
    who = auth.signed_in().name
    try:
        return _kept(form, number, who)
    except IntegrityError:  # of two at once the other was first: now there is what that one made
        return _kept(form, number, who)


def moment_of(form: ArticleForm, article: Article | None) -> datetime | None:
    """The moment that was given, in the site's zone; the one that stands, to the microsecond, if
    its minute was not changed.
    """
    typed, stands = form.published_at.data, article.published_at if article else None
    moment = typed and typed.replace(tzinfo=current_site().zone)
    is_same = moment and stands and moment == stands.replace(second=0, microsecond=0)
    return stands if is_same else moment


def _kept(form, number, who):
    change_set = ChangeSet(who)
    with transaction():
        article = _written(form, number, change_set)
        for name, wanted in form.features.items():
            _feature(change_set, article, name, wanted)
    return article, change_set.done or _before(article, who)


def _written(form, number, change_set):
    article = (held(number) or abort(404)) if number else of_token(form.token.data)
    changes = form.changes | _named(form, article)
    if article is None:
        return write(change_set, form.token.data, **changes)
    save(change_set, article, form.began if number else FIRST, **changes)
    return article


def _named(form, article):
    """The settings that depend on the other articles, or on what stands."""
    changes = form.changes
    found: dict[str, Any] = {}
    if "labels" in changes:
        found["labels"] = known_as(changes["labels"])
    if "published_at" in form and form.published_at.raw_data:
        found["published_at"] = moment_of(form, article)
    if "slug" in form and form.slug.data is not None:
        found["slug"] = _slug(form, article)
    return found


def _slug(form, article):
    """The slug that was given, which no other article may have; without one it follows the
    title.
    """
    typed, number = form.slug.data, article and article.id
    slug = free_slug(typed or slug_of(form.title.data), number)
    if typed and slug != typed:
        raise Refused(
            "slug",
            gettext(
                "Alamat ini sudah dipakai artikel lain. Yang masih bebas: %(slug)s.", slug=slug
            ),
        )
    return slug


def _feature(change_set, article, name, wanted):
    try:
        {"pinned": pin, "headline": put_in}[name](change_set, article.id, wanted)
    except LookupError:
        words = gettext(
            "Breaking News sudah penuh: %(num)s artikel. Keluarkan dulu salah satunya.", num=MOST
        )
        raise Refused(name, words) from None


def _before(article, who):
    """The change set of the same officer that made it what it is, a moment ago: the first answer
    was lost, and this one is the same.
    """
    last = db.session.scalars(audit_log.of("article", article.id).limit(1)).first()
    is_same = last and last.who == who and abs(now() - last.created_at) < AGAIN
    return last.deed if last and is_same else ""
