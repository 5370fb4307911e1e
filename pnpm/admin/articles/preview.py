"""An article as its readers will see it, and the card that WhatsApp makes of it, before anything is
saved.
"""

from types import SimpleNamespace

from flask import Response, make_response, render_template, request

from pnpm.articles.actions import rendered
from pnpm.articles.models import Article, Status, slug_of
from pnpm.articles.tags import known_as, label_slug
from pnpm.comments.thread import ThreadPage, newest
from pnpm.db import now
from pnpm.public import metadata, pages
from pnpm.web import security

from .forms import ArticleForm, ManuscriptForm
from .save import moment_of

# Nothing in the frame leads anywhere: each link would open another page, and its sandbox forbids
# that.
NOWHERE = '<head>\n<base target="_blank">'


def page(form: ManuscriptForm, article: Article | None) -> Response:
    """What was sent, as the page of an article that nobody has saved; `article` is what it was
    written in, if it is not new.
    """
    shown = _unsaved(form, article)
    context = {
        "card": metadata.card_of(shown),
        "host": request.host,
        "framed": framed(_reader_page(form, article, shown)),
    }
    response = make_response(
        render_template("admin/articles/preview.html", form=form, article=shown, **context)
    )
    response.headers["Content-Security-Policy"] = security.policy(frame_src="'self'")
    response.status_code = 400 if form.is_stale else 200
    return response


def framed(page: str) -> str:
    """A reader's page for a frame with a sandbox, where nothing leads anywhere."""
    return page.replace("<head>", NOWHERE, 1)


def _unsaved(form, article):
    """An article that no session knows of."""
    is_article = isinstance(form, ArticleForm)
    moment = moment_of(form, article) if is_article else None
    return Article(
        id=article.id if article else 0,
        title=form.title.data,
        slug=(is_article and form.slug.data) or slug_of(form.title.data),
        # what is too much for saving is so for this, too
        html="" if form.body.errors else rendered(form.source)[0],
        status=Status.PUBLISHED,
        published_at=moment or (article.published_at if article and article.has_come else now()),
        comments_open=is_article and form.comments_open.data,
        close_after=form.close_after.data if is_article else None,
        comment_count=article.comment_count if article else 0,
    )


def _reader_page(form, article, shown):
    if not isinstance(form, ArticleForm):
        return render_template(
            "site/page.html",
            name=article.slug.removeprefix("p/"),
            title=shown.title,
            html=shown.html,
        )
    labels = [SimpleNamespace(name=name, slug=label_slug(name)) for name in known_as(form.names)]
    return pages.article(
        shown, newest(article.id) if article else ThreadPage([], None, None), labels=labels
    )
