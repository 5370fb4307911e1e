"""A process follows the site to the database that it was moved to, without a restart: what it had
begun in the old one is refused there, and done again in the new one.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from threading import Lock

from flask import Flask, current_app
from sqlalchemy import create_engine

from pnpm import config
from pnpm.db import db, engine_options, open_engine, relocation, use

AGAIN = "settings"  # the key for the function that reads the settings again
_lock = Lock()


def init_app(app: Flask, read: Callable[[], config.Config]) -> None:
    """Have the site follow; `read` gives the settings as they are by then."""
    app.extensions[AGAIN] = read


def is_behind(app: Flask) -> bool:
    """Tell whether the site was moved away from the database that this process uses."""
    settings = app.config["PNPM"]
    return relocation.is_closed(settings.instance, settings.database_url)


def follow(app: Flask) -> bool:
    """Use the database that the settings name by now. Return whether that is another one than the
    closed one, which this process has used until now.
    """
    with _lock:
        if not is_behind(app):  # another thread was first
            return True
        try:
            url = app.extensions[AGAIN]().database_url
        except (config.ConfigError, OSError):
            return False
        if relocation.is_closed(app.config["PNPM"].instance, url):
            return False
        with app.app_context():
            _use(url)
        return True


def _use(url):
    from .setup import remember_place

    before, settings = db.engine, replace(current_app.config["PNPM"], database_url=url)
    engine = create_engine(url, **engine_options(url))
    engine = open_engine(engine, settings.sqlite_journal, settings.instance)
    use(engine)
    current_app.config.update(
        PNPM=settings,
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url),
    )
    current_app.extensions["page_cache"].engine = engine
    before.dispose()
    with suppress(OSError):  # the disk is full: the site is there all the same
        remember_place(settings)
