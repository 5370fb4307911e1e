"""Makes the search's index: by a command, or a few texts at a time after answers, as after an
upgrade or a restore.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from pnpm.db import db, now, transaction

from . import error_messages

DONE = "search index"  # the key for until when a process takes it that all is made
LOOK_AGAIN = 3600  # seconds for that: a command, as an import, may have left something to do
BATCH = 20  # texts between two commits: a reader's comment waits for no more than that
AT_ONCE = 200  # the same for the command, which has nothing else to do
# Of so many forms, one is followed by it: by chance, since a process may answer no other.
MERGED_AFTER = 100
RELATED_COSTS = 10  # times as much as a text: what to find related articles takes
SECONDS = 0.2  # for it after one answer: the process that does it answers nobody meanwhile


def init_app(app: Flask) -> None:
    """Make some of the index after each answer, until all of it is made."""

    # by one thread of a process: others have answers to give, and would only wait for the database
    at_work = Lock()

    @app.after_request
    def after(response: Response) -> Response:
        is_due = request.method == "POST" and not now().microsecond % MERGED_AFTER
        # only there are comments found before they are in the index
        if is_due and db.engine.dialect.name == "sqlite":
            response.call_on_close(lambda: _merge(app))
        is_done = app.extensions.get(DONE, 0.0) > monotonic()
        if not is_done and app.config["PNPM"].upgrade == "start":
            response.call_on_close(lambda: _after(app, at_work))
        return response


def look_again() -> None:
    """Have this process look again whether the index is all made, as after a restore."""
    current_app.extensions.pop(DONE, None)


def begin() -> None:
    """Make the index of a new site, in which there is nothing yet."""
    from pnpm.comments import search as comments
    from pnpm.search import index

    _prepare()
    with transaction():
        connection = db.session.connection()
        for stage in index.STAGES:
            index.advance(connection, stage, None)
        comments.begin_new(connection)


def rebuild(start: Callable[[int], Callable[[int], None]]) -> int:
    """Make the whole index anew; return how many texts are in it. `start` is called with how many
    steps there are, and returns the function that is told of each batch.
    """
    from pnpm.search import index

    with transaction():
        if index.is_there(db.session.connection()):
            index.forget(db.session.connection())
    with transaction():
        connection = db.session.connection()
        counts = {stage: source.count(connection) for stage, source in _sources().items()}
    report = start(sum(counts.values()))
    while (count := batch(AT_ONCE)) is not None:
        report(count)
    return sum(counts[kind] for kind in index.KINDS)


def batch(most: int) -> int | None:
    """Make the next `most` texts of the index; return how many there were, None if all was made
    already.
    """
    from pnpm.comments import search as comments
    from pnpm.search import index

    remaining = index.remaining(db.session.connection())
    is_there = index.is_there(db.session.connection())
    db.session.rollback()
    if not remaining:
        return None
    if not is_there:
        _prepare()
    with transaction():
        connection = db.session.connection()
        comments.begin_new(connection)
        for stage, below in index.remaining(connection).items():
            source = _sources()[stage]
            if stage == index.RELATED:  # each of which is a search
                most = max(1, most // RELATED_COSTS)
            numbers = source.numbers_below(connection, below, most)
            source.follow(connection, numbers)
            index.advance(connection, stage, numbers[-1] if len(numbers) == most else None)
            return len(numbers)
    return None


def _prepare():
    """Make an empty index, in a transaction of its own: who asks whether it is there, and remembers
    that, is told of what is committed.
    """
    from pnpm.search import index

    with transaction():
        index.prepare(db.session.connection())


def _sources():
    from pnpm.articles import related
    from pnpm.articles import search as articles
    from pnpm.comments import search as comments
    from pnpm.search import index

    return {index.ARTICLES: articles, index.RELATED: related, index.COMMENTS: comments}


def _merge(app):
    """Put the new comments into SQLite's full-text search."""
    from pnpm.comments import search as comments

    try:
        with app.app_context():
            comments.prepare_merge(db.session.connection())
            with transaction():
                comments.merge(db.session.connection())
    except SQLAlchemyError as error:  # as below
        error_messages.log(error)


def _after(app, at_work):
    """Make some of it, unless another thread is at it."""
    if not at_work.acquire(blocking=False):
        return
    end = monotonic() + SECONDS
    try:
        with app.app_context():
            while monotonic() < end:
                if batch(BATCH) is None:
                    app.extensions[DONE] = monotonic() + LOOK_AGAIN
                    return
    except SQLAlchemyError as error:  # the page was sent, and the next answer tries again
        error_messages.log(error)
    finally:
        at_work.release()
