"""What stands on a page: the words and headlines around it, and what its templates need, found
before they are rendered.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Flask, current_app, render_template, request, url_for
from flask_babel import gettext
from jinja2 import pass_context
from sqlalchemy import Row

from pnpm.articles import headlines
from pnpm.articles.models import PAGE, Article, address, takes_comments
from pnpm.articles.tags import Label, all_labels, labels_of
from pnpm.comments.models import Comment
from pnpm.comments.thread import ThreadPage
from pnpm.db import db, now
from pnpm.markup import quantities, sanitizer
from pnpm.markup.emoticons import EMOTICONS
from pnpm.web import dates, htmx, page_cache
from pnpm.web.site import current_site

from .comment_form import CommentForm

# an article's, in Blogger's own form
ADDRESS = "/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>/<slug>.html"
TONES = 8  # calm colours for the picture beside a name
MOST_LABELS = 30  # at the front page's foot
SUMMARY = 200  # characters: what WhatsApp shows of a page


def init_app(app: Flask) -> None:
    """Give the templates what they say: the site, addresses, dates, names, emoticons."""
    app.context_processor(lambda: {"site": current_site()})
    app.jinja_env.globals.update(
        asset=asset,
        address_of=address_of,
        emoticons=EMOTICONS,
        htmx_config=htmx.CONFIG,
        name_of=name_of,
        tone_of=tone_of,
        longest_comment=app.config["PNPM"].comment_max_length,
    )
    app.jinja_env.install_gettext_callables(
        lambda word: current_site().catalogue.gettext(word),
        lambda one, many, count: current_site().catalogue.ngettext(one, many, count),
        newstyle=True,
    )
    for name in ("gettext", "ngettext"):
        app.jinja_env.globals[name] = _with_numbers(app.jinja_env.globals[name])
    app.jinja_env.filters.update(
        written=lambda moment: dates.written(moment, current_site().zone, current_site().language),
        day=lambda moment: dates.day(moment, current_site().zone, current_site().language),
        grouped=lambda number: quantities.grouped(number, current_site().language),
        size=lambda amount: quantities.size(amount, current_site().language),
        exact=lambda moment: dates.exact(moment, current_site().zone),
        pictured=lambda html: sanitizer.shown(html, lambda: asset("emoticons.svg")),
        trusted=sanitizer.trusted,
        illustrated=lambda html: sanitizer.illustrated(html, request.script_root),
        summary=lambda html: _summary(sanitizer.prose(html)),
    )


def asset(name: str, **more) -> str:
    """The address of a file of static/, under the name that changes with its content; `_external`
    for the whole URL.
    """
    filename = current_app.config["ASSETS"][name]
    # Spelled out where that is enough: url_for costs a page of 100 comments more than its queries.
    return (
        url_for("static", filename=filename, **more)
        if more
        else f"{request.script_root}/static/{filename}"
    )


def address_of(article: Article, **more) -> str:
    """The article's address; `before`, `after` or `comment` for another stretch of comments,
    `_external` for the whole URL.
    """
    parts = address(article.slug, article.published_at, current_site().zone)
    if "_external" in more:
        return url_for("articles.show", **parts, **more)
    anchor = f"#{more.pop('_anchor')}" if "_anchor" in more else ""
    query = f"?{urlencode(more)}" if more else ""
    path = f"/{parts['year']:04}/{parts['month']:02}/{parts['slug']}.html"
    return f"{request.script_root}{path}{query}{anchor}"


def name_of(comment: Comment) -> str:
    """Who wrote it, as readers see it."""
    return comment.name or gettext("Anonim")


def tone_of(name: str) -> int:
    """One of the calm colours, the same for a name everywhere, from 1."""
    return sum(name.encode()) % TONES + 1


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
    return (
        render_template("labels/show.html", label=label, before=before, **found)
        if found["articles"]
        else ""
    )


def article(
    found: Article,
    stretch: ThreadPage,
    form: CommentForm | None = None,
    waiting: str = "",
    labels: Sequence[Row] | None = None,
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


def _with_numbers(translate):
    """Jinja's own function for sentences, with numbers in them as people read them."""

    @pass_context
    def translated(context, *words, **values):
        if len(words) == 3:  # one, many, how many
            values.setdefault("num", words[2])
        return translate(context, *words, **quantities.spelled(values, current_site().language))

    return translated


def _listed(query, before_them):
    """A page of articles: those of `query`, whether there are older ones, and the labels of all
    that stand there.
    """
    found = list(db.session.scalars(query.limit(PAGE + 1)))
    labels = labels_of([article.id for article in [*before_them, *found[:PAGE]]])
    return {"articles": found[:PAGE], "has_older": len(found) > PAGE, "labels": labels}


def _summary(words):
    return words if len(words) <= SUMMARY else words[:SUMMARY].rsplit(" ", 1)[0] + " …"
