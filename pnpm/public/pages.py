"""The readers' pages: what their templates need is found here, before anything is rendered."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace

from flask import render_template
from sqlalchemy import Row

from pnpm.articles import headlines, related
from pnpm.articles.freshness import freshness_of, freshness_of_front
from pnpm.articles.models import PAGE, Article, address, dated_slug, neighbours_of, takes_comments
from pnpm.articles.outline import outline_of
from pnpm.articles.tags import Label, all_labels, labels_of
from pnpm.comments.models import Comment
from pnpm.comments.thread import ThreadPage, answered_by, newest_number, reply_counts, since
from pnpm.db import db, now
from pnpm.db.types import AnyRow, AnySelect
from pnpm.markup import sanitizer
from pnpm.web import page_cache
from pnpm.web.site import current_site
from pnpm.web.templating import address_of

from .comment_form import CommentForm
from .own_comments import Own

# of an article, as Blogger has them
ADDRESS = "/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>/<slug>.html"
MOST_LABELS = 30  # at the front page's foot
NEWEST = 5  # comments, there


def found_at(
    year: int,
    month: int,
    slug: str,
    present: AnySelect,
    former: AnySelect,
    read: Callable[[AnySelect, str], AnyRow | None],
) -> AnyRow | None:
    """Return the row of the article at that address, else of the one to which it leads: `read` asks
    one of two queries for a slug, that of the articles that have it or of those that had it.

    One question is enough for all but the few whose slug is dated.
    """
    plain = read(present, slug)
    if plain and _stands_at(plain, year, month):
        return plain
    dated = dated_slug(year, month, slug)
    return read(present, dated) or read(former, dated) or plain or read(former, slug)


def _stands_at(found, year, month):
    zone = current_site(found.site_revision or "").zone
    parts = address(found.slug, found.published_at, zone)
    return (parts["year"], parts["month"]) == (year, month)


def front_freshness(before: int | None) -> AnySelect:
    """Return the query whose one row changes with anything that `front` shows."""
    listed = Article.older_than(before)
    if before is None:
        return freshness_of_front(listed, PAGE + 2, _newest_comments())
    return freshness_of(listed, PAGE + 2)  # one may be the pinned one


def front(before: int | None) -> str:
    """Render the front page, or the one with the articles older than number `before`. The pinned
    article and the newest comments are on the front page, and nowhere else.
    """
    words = current_site().words
    listed, pinned = Article.published(), None
    newest: Sequence[Row] = ()
    if words.pinned:
        listed = listed.where(Article.id != words.pinned)
    if before is None:
        pinned = headlines.pinned(words)
        newest = db.session.execute(_newest_comments()).all()
    return render_template(
        "articles/index.html",
        pinned=pinned,
        before=before,
        all_labels=all_labels(MOST_LABELS),
        newest=newest,
        headings=Article.headings_of(comment.article_id for comment in newest) if newest else {},
        **_listed(listed, before, [pinned] if pinned else []),
    )


def _newest_comments():
    from pnpm.comments import feed  # which articles' pages need not

    return feed.newest().limit(NEWEST)


def labelled(label: Label, before: int | None) -> str:
    """Render the page of a label, or the one with its articles older than number `before`; return
    an empty text if there is none.
    """
    found = _listed(label.articles(), before, [])
    if found["articles"]:
        return render_template("labels/show.html", label=label, before=before, **found)
    return ""


def article(
    found: Article,
    stretch: ThreadPage,
    form: CommentForm | None = None,
    own: Own | None = None,
    labels: Sequence[Row | SimpleNamespace] | None = None,
    thanks_sender: bool = False,
) -> str:
    """Render an article with a stretch of its comments, and the form: `form` if one was refused,
    else an empty one.

    `own` is the comment that its reader has just sent. `labels`, each with `name` and
    `slug`, are for an article that is not saved yet. With `thanks_sender` the page thanks for the
    comment that the address names after its #: a browser without JavaScript is sent there when it
    has posted one, and a permalink leads elsewhere.
    """
    if labels is None:
        labels = labels_of([found.id])[found.id]
    return render_template(
        "articles/show.html",
        article=found,
        stretch=stretch,
        form=form or CommentForm(found.id, None),
        own=own,
        is_open=is_open(found),
        newest=newest_number(found.id),
        labels=labels,
        related=related.of(found.id) if found.id else [],
        neighbours=neighbours_of(found),
        outline=outline_of(found.html),
        thanks_sender=thanks_sender,
    )


def new_comments(article_id: int, number: int) -> str:
    """Render the comments under that article that came after the one of that `number`."""
    found = db.session.get_one(Article, article_id)
    comments = since(article_id, number)
    return render_template(
        "comments/_new.html",
        article=found,
        comments=comments,
        answered=answered_by(comments),
        reply_counts=reply_counts({one.parent_id for one in comments if one.parent_id}),
        own=None,
        can_reply=is_open(found),
        count=found.comment_count,
    )


def reply(found: Article, comment: Comment, form: CommentForm) -> str:
    """Render the page with the form that answers a comment of that article."""
    return _one_comment("comments/reply.html", found, comment, None, form=form)


def waiting(found: Article, comment: Comment, own: Own) -> str:
    """Render the page of a comment under that article that waits, which its author alone has."""
    return _one_comment("comments/waiting.html", found, comment, own)


def _one_comment(template, found, comment, own, **more):
    return render_template(
        template,
        article=found,
        comment=comment,
        own=own,
        answered=answered_by([comment]),
        can_reply=False,
        **more,
    )


def fresh_form(found: Article) -> str:
    """Return the empty form under that article as HTML. It is the same for every reader for an
    hour: their own browser fills in who they are.
    """

    def render():
        return render_template(
            "comments/_form.html", article=found, form=CommentForm(found.id, None)
        )

    return sanitizer.trusted(
        page_cache.piece(("form", address_of(found), current_site().language), render)
    )


def is_open(found: Article) -> bool:
    """Tell whether that article takes comments now."""
    return takes_comments(found, current_site().rules.policy.close_after, now())


def _listed(listed, before, before_them):
    """Return a page of these articles: the newest, or those older than number `before`; the numbers
    that lead to the pages on both sides; and the labels of these and of the articles `before_them`.
    """
    found = list(db.session.scalars(Article.older(listed, before).limit(PAGE + 1)))
    newer = None
    if before is not None and found:
        newer = Article.page_before(listed, found[0])
    return {
        "articles": found[:PAGE],
        "has_older": len(found) > PAGE,
        "newer": newer,
        "labels": labels_of([article.id for article in [*before_them, *found[:PAGE]]]),
    }
