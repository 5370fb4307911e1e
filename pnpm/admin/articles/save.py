"""Saving an article's form: as one change set, however often the form is sent, and never over what
somebody else saved meanwhile.
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
# the time in which a form that changes nothing is taken for one that was sent before
AGAIN = timedelta(minutes=10)


class Refused(Exception):
    """A value that clashes with other articles: the field's name, and the words for it."""


def keep(form: ManuscriptForm, number: int | None) -> tuple[Article, str]:
    """Save a valid form as a new article, or as the article of that number. Return the article, and
    the key of the change set.

    Conflict if somebody else saved in between, Refused if a field clashes with other articles;
    nothing is saved then.
    """
    who = auth.signed_in().name
    try:
        return _kept(form, number, who)
    except IntegrityError:  # of two at once the other was first: now there is what that one made
        return _kept(form, number, who)


def moment_of(form: ArticleForm, article: Article | None) -> datetime | None:
    """Return the typed moment in the site's zone; the article's own, to the microsecond, if the
    minute was not changed.
    """
    typed = form.published_at.data
    if not typed:
        return None
    moment: datetime = typed.replace(tzinfo=current_site().zone)
    saved = article and article.published_at
    if saved and moment == saved.replace(second=0, microsecond=0):
        return saved
    return moment


def _kept(form, number, who):
    change_set = ChangeSet(who)
    with transaction():
        article = _written(form, number, change_set)
        for name, wanted in form.features.items():
            _feature(change_set, article, name, wanted)
    return article, change_set.done or _before(article, who)


def _written(form, number, change_set):
    """Write a new article or save an existing one; return it."""
    article: Article | None
    if number:
        article, began = held(number) or abort(404), form.began
    else:  # there is one already if the form was sent before
        article, began = of_token(form.token.data), FIRST
    changes = form.changes | _dependent(form, article)
    if article is None:
        return write(change_set, form.token.data, **changes)
    save(change_set, article, began, **changes)
    return article


def _dependent(form, article):
    """Return the settings to save that depend on other articles, or on the saved values."""
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
    """Return the typed slug, or without one the slug of the title; Refused if another article has
    the typed one.
    """
    typed, number = form.slug.data, article and article.id
    moment = moment_of(form, article) or now()
    local = moment.astimezone(current_site().zone)
    slug = free_slug(typed or slug_of(form.title.data), number, (local.year, local.month))
    if typed and slug != typed:
        raise Refused(
            "slug",
            gettext(
                "Alamat ini sudah dipakai artikel lain. Yang masih bebas: %(slug)s.", slug=slug
            ),
        )
    return slug


def _feature(change_set, article, name, wanted):
    """Set or clear a tick of the front page; Refused if the headlines are full."""
    change = {"pinned": pin, "headline": put_in}[name]
    try:
        change(change_set, article.id, wanted)
    except LookupError:
        words = gettext(
            "Breaking News sudah penuh: %(num)s artikel. Keluarkan dulu salah satunya.", num=MOST
        )
        raise Refused(name, words) from None


def _before(article, who):
    """Return the key of the article's last change set if it is that officer's, and of a moment ago:
    the answer to it was lost, and the form was sent again. Else empty.
    """
    last = db.session.scalars(audit_log.of("article", article.id).limit(1)).first()
    if last and last.who == who and abs(now() - last.created_at) < AGAIN:
        return last.deed
    return ""
