"""Renders again the comments that an older version of the program rendered: by a command, or a few
at a time after answers.
"""

from threading import Lock
from time import monotonic
from typing import NamedTuple

from flask import Flask, Response
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError

from pnpm.articles.freshness import touch
from pnpm.comments.models import Comment
from pnpm.db import db, transaction
from pnpm.markup import sanitizer
from pnpm.site_settings import Setting

from . import error_messages
from .site import current_site, in_language

# the setting with the version of the renderer that made all comments; under the same key a process
# remembers it in `app.extensions`
DONE_BY = "renderer"
BATCH = 20  # comments written between two commits: a reader's comment waits for no more than that
SECONDS = 0.2  # for rendering after one answer: the process that does it answers nobody meanwhile


class Batch(NamedTuple):
    """What one call of `batch` did: the last comment's number, how many were rendered, and the
    numbers of those that could not be.
    """

    last: int
    rendered: int
    failed: list[int]


def init_app(app: Flask) -> None:
    """After an upgrade, render some comments again after each answer, until all are done."""

    # by one thread of a process: others have answers to give, and would only wait for the database
    at_work = Lock()

    @app.after_request
    def after(response: Response) -> Response:
        if (
            app.extensions.get(DONE_BY) != sanitizer.RENDERER
            and app.config["PNPM"].upgrade == "start"
        ):
            response.call_on_close(lambda: _after(app, at_work))
        return response


def _after(app, at_work):
    """Render a batch, unless all is done or another thread is at it."""
    if not at_work.acquire(blocking=False):
        return
    try:
        with app.app_context():
            if Setting.get(DONE_BY, 0) == sanitizer.RENDERER or not batch():
                app.extensions[DONE_BY] = sanitizer.RENDERER
    except SQLAlchemyError as error:  # the page was sent, and the next answer tries again
        error_messages.log(error)
    finally:
        at_work.release()


def batch(after: int | None = None) -> Batch | None:
    """Render the next comments again, those after number `after`; None if there are no more.

    Without a number, comments that this version failed to render are passed over, and when none are
    left the setting says that all are done. Comments are rendered before anything is locked, and
    left alone where somebody changed their text meanwhile.
    """
    query = Comment.rendered_before(sanitizer.RENDERER, after or 0, failed=after is not None)
    columns = query.limit(BATCH).with_only_columns(Comment.id, Comment.body)
    found = db.session.execute(columns).all()
    db.session.rollback()
    if not found:
        if after is None:
            with transaction():
                Setting.keep(DONE_BY, sanitizer.RENDERER)
        return None
    made = _rendered(found)
    with transaction():
        changed = [_take(number, body, html) for number, body, html in made]
        db.session.flush()
        for number in sorted({comment.article_id for comment in changed if comment}):
            touch(db.session.connection(), number)
    failed = [number for number, _body, html in made if html is None]
    return Batch(made[-1][0], len(made) - len(failed), failed)


def _rendered(found):
    """Render as many as there is time for, at least one; return number, text and HTML of each. The
    HTML is None where that failed.
    """
    made, end = [], monotonic() + SECONDS
    with in_language(current_site().language):
        for number, body in found:
            try:
                html = sanitizer.comment_html(body, gettext)
            except Exception as error:  # whatever it is: one comment stops no other
                error_messages.log(error)
                html = None
            made.append((number, body, html))
            if monotonic() > end:
                break
    return made


def _take(number, body, html):
    """Save a comment's HTML; return the comment if its HTML was changed, else None."""
    comment = db.session.get(Comment, number, populate_existing=True, with_for_update=True)
    if comment is None or comment.body != body or comment.renderer == sanitizer.RENDERER:
        return None
    if html is None:  # a negative version marks one that this renderer failed at
        comment.render_again(comment.html, -sanitizer.RENDERER)
        return None
    comment.render_again(html, sanitizer.RENDERER)
    return comment
