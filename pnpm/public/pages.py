"""What stands on a page: the words and headlines around it, and what its templates need, found
before they are rendered.
"""

from collections.abc import Sequence
from types import SimpleNamespace

from flask import render_template
from sqlalchemy import Row

from pnpm.articles import headlines
from pnpm.articles.models import PAGE, Article, takes_comments
from pnpm.articles.tags import Label, all_labels, labels_of
from pnpm.comments.thread import ThreadPage
from pnpm.db import db, now
from pnpm.markup import sanitizer
from pnpm.web import page_cache
from pnpm.web.site import current_site
from pnpm.web.templating import address_of

from .comment_form import CommentForm

# an article's, in Blogger's own form
ADDRESS = "/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>/<slug>.html"
MOST_LABELS = 30  # at the front page's foot


def front(before: int | None) -> str:
    """The front page, or the one with what is older than that article; what is pinned stands first,
    and nowhere else.
    """
    words = current_site().words
    query = Article.older_than(before)
    query = query.where(Article.id != words.pinned) if words.pinned else query
    first = headlines.pinned(words) if before is None else None
    found = _listed(query, [first] if first else [])
    return render_template(
        "articles/index.html",
        pinned=first,
        before=before,
        all_labels=all_labels(MOST_LABELS),
        **found,
    )


def labelled(label: Label, before: int | None) -> str:
    """The page of a label, or the one with what is older than that article; empty if there is
    nothing on it.
    """
    found = _listed(label.articles(before), [])
    if found["articles"]:
        return render_template("labels/show.html", label=label, before=before, **found)
    return ""


def article(
    found: Article,
    stretch: ThreadPage,
    form: CommentForm | None = None,
    waiting: str = "",
    labels: Sequence[Row | SimpleNamespace] | None = None,
    thanks_sender: bool = False,
) -> str:
    """An article's page with a stretch of its comments, and the form: a fresh one, or one with its
    errors.

    `labels` are those of an article that is not saved yet: each with `name` and `slug`. With
    `thanks_sender` the comment that the address names after its # is thanked for: there a browser
    without JavaScript is sent with it, and a permalink is not.
    """
    return render_template(
        "articles/show.html",
        article=found,
        stretch=stretch,
        form=form or CommentForm(found.id, None),
        waiting=waiting,
        is_open=takes_comments(found, current_site().rules.policy.close_after, now()),
        labels=labels_of([found.id])[found.id] if labels is None else labels,
        thanks_sender=thanks_sender,
    )


def fresh_form(found: Article) -> str:
    """The empty form under that article, the same for every reader for an hour; their own browser
    remembers who they are.
    """

    def render():
        return render_template(
            "comments/_form.html", article=found, form=CommentForm(found.id, None)
        )

    return sanitizer.trusted(
        page_cache.piece(("form", address_of(found), current_site().language), render)
    )


def _listed(query, before_them):
    """A page of articles: those of `query`, whether there are older ones, and the labels of all
    that stand there.
    """
    found = list(db.session.scalars(query.limit(PAGE + 1)))
    labels = labels_of([article.id for article in [*before_them, *found[:PAGE]]])
    return {"articles": found[:PAGE], "has_older": len(found) > PAGE, "labels": labels}
