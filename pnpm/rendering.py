"""Comments that an older version of the program rendered, rendered again: by a command, or a few at a time after answers."""

from flask import Flask, Response, current_app
from flask_babel import force_locale, gettext
from sqlalchemy.exc import SQLAlchemyError

from . import text, trouble
from .database import changing, db
from .models.comment import Comment
from .models.freshness import touch
from .models.setting import Setting

DONE_BY = "renderer"  # the setting that says which version's renderer made all there is, and the process's own knowledge of that
BATCH = 200  # comments rendered again between two commits, so that readers' comments get in between


def keep_up(app: Flask) -> None:
    """After an upgrade render some comments again after each answer, until all are; nobody has to think of it."""

    @app.after_request
    def after(response: Response) -> Response:
        if app.extensions.get(DONE_BY) != text.RENDERER and app.config["PNPM"].upgrade == "start":
            response.call_on_close(lambda: _after(app))
        return response


def _after(app: Flask) -> None:
    with app.app_context():
        try:
            if Setting.get(DONE_BY, 0) == text.RENDERER or not batch():
                app.extensions[DONE_BY] = text.RENDERER
        except SQLAlchemyError as error:  # the page was sent, and the next answer tries again
            trouble.log(error)


def batch() -> int:
    """Render some again, and commit that; how many there were. At none, it is written down that all are done."""
    with changing(), force_locale(current_app.config["PNPM"].language):
        found = db.session.scalars(Comment.rendered_before(text.RENDERER).limit(BATCH)).all()
        for comment in found:
            comment.render_again(text.comment_html(comment.body, gettext), text.RENDERER)
        db.session.flush()
        for number in {comment.article_id for comment in found}:
            touch(db.session.connection(), number)
        if not found:
            Setting.keep(DONE_BY, text.RENDERER)
    return len(found)
