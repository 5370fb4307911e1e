"""The preview of an article: the page as readers will see it, and the card that WhatsApp makes of
it, before anything is saved.
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

# Makes each link in the preview's frame open another page, which the frame's sandbox forbids: so
# nothing leads anywhere.
NOWHERE = '<head>\n<base target="_blank">'


def page(form: ManuscriptForm, article: Article | None) -> Response:
    """Render the preview of what was sent; `article` is the one being changed, None if it is
    new.
    """
    unsaved = _unsaved(form, article)
    html = render_template(
        "admin/articles/preview.html",
        form=form,
        article=unsaved,
        card=metadata.card_of(unsaved),
        host=request.host,
        framed=framed(_reader_page(form, article, unsaved)),
    )
    response = make_response(html, 400 if form.is_stale else 200)
    response.headers["Content-Security-Policy"] = security.policy(frame_src="'self'")
    return response


def framed(page: str) -> str:
    """Return a reader's page for a frame with a sandbox, in which its links lead nowhere."""
    return page.replace("<head>", NOWHERE, 1)


def _unsaved(form, article):
    """Return what was sent as an article that no database session knows of."""
    unsaved = Article(
        id=article.id if article else 0,
        title=form.title.data,
        slug=slug_of(form.title.data),
        html="",
        status=Status.PUBLISHED,
        published_at=now(),
        comments_open=False,
        close_after=None,
        comment_count=article.comment_count if article else 0,
    )
    if not form.body.errors:  # what is too much for saving is too much for rendering, too
        unsaved.html = rendered(form.source)[0]
    if article and article.has_come:
        unsaved.published_at = article.published_at
    if isinstance(form, ArticleForm):
        unsaved.slug = form.slug.data or unsaved.slug
        unsaved.published_at = moment_of(form, article) or unsaved.published_at
        unsaved.comments_open = form.comments_open.data
        unsaved.close_after = form.close_after.data
    return unsaved


def _reader_page(form, article, shown):
    """Render `shown`, the unsaved article or static page, as readers would see it."""
    if not isinstance(form, ArticleForm):
        return render_template(
            "site/page.html",
            name=article.slug.removeprefix("p/"),
            title=shown.title,
            html=shown.html,
        )
    labels = [SimpleNamespace(name=name, slug=label_slug(name)) for name in known_as(form.names)]
    comments = ThreadPage([], None, None)
    if article:
        comments = newest(article.id)
    return pages.article(shown, comments, labels=labels)
