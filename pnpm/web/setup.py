"""First-request setup: makes what a site needs and does not have (folder, key, static files,
tables), in one process while others wait.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from time import monotonic

from flask import Flask
from flask_babel import gettext
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from pnpm import config, languages
from pnpm.bootstrap import fallback_page
from pnpm.db import db, migrations
from pnpm.db.sqlite import is_lost
from pnpm.files import Busy, locked, write

from . import assets, error_messages, relocation, search_index

LOCK, MARK = "start.lock", "made"  # files in the instance folder
BACKUPS = "backups"  # the folder in it for copies of the database
# seconds to wait for another process that is at it: less than a web server waits for an answer
WAIT = 25
MADE = (
    "This site was made, with its data in {place}.\nWhile this file is here, no empty database "
    "takes the place of a lost one.\n"
)


class SetupFailed(Exception):
    """The site cannot be made ready. `title` says what is wrong, `advice` what its host can do."""

    def __init__(self, title: str, advice: str):
        super().__init__(title, advice)
        self.title, self.advice = title, advice


class Lost(SetupFailed):
    """The site's data are not in their place. Each request looks whether they are back, since that
    is cheap.
    """


def make(app: Flask, is_asked: bool = False) -> None:
    """Make what is missing, within the app's context. SetupFailed if that cannot be done, a
    DBAPIError while the database is away.

    With the setting `upgrade` off only the static files are made, unless a command asks for all
    (`is_asked`).
    """
    try:
        if not _is_made(app):
            app.config["PNPM"].instance.mkdir(parents=True, exist_ok=True)
            with locked(app.config["PNPM"].instance / LOCK, WAIT):
                _make(app, is_asked or app.config["PNPM"].upgrade == "start")
    except Busy as busy:
        raise SetupFailed(
            gettext("Situs sedang diperbarui"), gettext("Coba lagi beberapa saat lagi.")
        ) from busy
    except OSError as error:
        raise SetupFailed(
            gettext("Folder situs tidak dapat ditulis"), _folder_words(error)
        ) from error


def _is_made(app):
    """Tell whether nothing is missing; change nothing."""
    settings = app.config["PNPM"]
    is_there = settings.secret_key and app.config["ASSETS"] and not _is_lost(settings)
    return is_there and (
        settings.upgrade == "off" or migrations.of(db.engine) == migrations.newest()
    )


def _make(app, is_all):
    settings = app.config["PNPM"]
    if is_all:
        settings = app.config["PNPM"] = with_key(settings)
        app.config["SECRET_KEY"] = settings.secret_key
    app.config["ASSETS"] = assets.prepare(config.TOP / "static", app.config["STATIC"])
    if is_all:
        _bring_up(settings)


def with_key(settings: config.Config) -> config.Config:
    """Return the settings with a secret key: their own, the one in the instance folder, or a new
    one, which is written there, readable by its owner alone.
    """
    if settings.secret_key:
        return settings
    if not settings.key_file.is_file():
        write(settings.key_file, secrets.token_urlsafe(48).encode())
    return replace(settings, secret_key=settings.key_file.read_text().strip())


def _bring_up(settings):
    """Make or upgrade the tables, and leave the mark that says where the data are."""
    place, newest = _place(settings), migrations.newest()
    at = None  # the schema's version
    if not _is_lost(settings):
        at = migrations.of(db.engine)
    mark = settings.instance / MARK
    if at is None and mark.is_file() and place in mark.read_text():
        raise Lost(gettext("Basis data hilang"), _lost_words(settings))
    if at and at > newest:
        raise SetupFailed(
            gettext("Basis data ini dari versi yang lebih baru"), _newer_words(at, newest)
        )
    if at != newest:
        _upgrade(settings)
    if at is None:
        search_index.begin()
    remember_place(settings)


def remember_place(settings: config.Config) -> None:
    """Leave the mark that says where the data are, unless it says so. Raises OSError."""
    mark, place = settings.instance / MARK, _place(settings)
    if not mark.is_file() or place not in mark.read_text():
        write(mark, MADE.format(place=place).encode())


def _upgrade(settings):
    from pnpm.db import upgrade  # every cold start would pay for it

    try:
        upgrade.run(db.engine, settings.instance / BACKUPS)
    except upgrade.Failed as failed:
        raise SetupFailed(
            gettext("Pembaruan basis data gagal"), _failed_words(failed, settings)
        ) from failed
    except sqlite3.Error as error:
        raise OSError(str(error)) from error


def _file(settings):
    """Return the file of a SQLite database; None for another engine."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)


def _is_lost(settings):
    return is_lost(make_url(settings.database_url))


def _place(settings):
    """Return where the data are, fit to be shown: a file in the instance folder by its name alone,
    since the folder may move.
    """
    file = _file(settings)
    if file and file.parent == settings.instance:
        return file.name
    return make_url(settings.database_url).render_as_string()


def _folder_words(error):
    reason = error.strerror or str(error)
    return gettext(
        "Pengelola: folder “instance” dan isinya harus dapat ditulis, dan masih ada ruang "
        "(%(reason)s).",
        reason=reason,
    )


def _lost_words(settings):
    return gettext(
        "Situs ini sudah pernah dibuat, tetapi datanya (%(place)s) tidak ada. Pengelola: "
        "kembalikan berkasnya atau cadangannya; "
        "atau, bila memang ingin mulai dari kosong, hapus berkas “%(mark)s” di folder instance.",
        place=_place(settings),
        mark=MARK,
    )


def _newer_words(at, newest):
    return gettext(
        "Pengelola: unggah program versi yang baru (basis data %(at)s, program %(newest)s).",
        at=at,
        newest=newest,
    )


def _failed_words(failed, settings):
    words = gettext("Data Anda utuh seperti sebelumnya. Pengelola: %(reason)s.", reason=str(failed))
    if failed.kept:
        words += " " + gettext(
            "Salinannya: %(copy)s.", copy=os.path.relpath(failed.kept, settings.instance.parent)
        )
    return words


HEALTH = "/healthz"  # is always asked: it says itself what is wrong
RETRY = 30  # seconds after a failed setup for which it is not tried again


class Start:
    """A WSGI layer that makes the site ready before the first request goes on."""

    def __init__(self, app: Flask, following: Callable):
        self.app, self.following = app, following
        self.is_ready = False
        self.body = None  # the page that is sent while the setup fails
        self.is_lost = False  # the data are missing: then Flask gives back what a form brought
        self.error = None  # of a database that did not answer
        self.lock = Lock()
        # moments of the monotonic clock: until when not to try again, and the end of the last try
        self.until = self.tried = 0.0

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Make the site ready, unless that was done; then answer."""
        is_asked_for_health = environ.get("PATH_INFO") == HEALTH
        if relocation.is_behind(self.app):
            relocation.follow(self.app)
        if not self.is_ready:
            error = self._make()
            if error and not is_asked_for_health:
                environ[error_messages.MET] = error
        if (
            self.body is None
            or is_asked_for_health
            or (self.is_lost and environ["REQUEST_METHOD"] == "POST")
        ):
            return self.following(environ, start_response)
        return fallback_page.answer(environ, start_response, self.body, RETRY)

    def _make(self):
        """Try the setup, unless that is not due. Return the error of a database that does not
        answer: the pages say so, and the next request tries again.
        """
        asked = monotonic()
        # who waited for another thread's try takes its result, and does not try once more
        with self.lock:
            if not (self.is_ready or monotonic() < self.until or self.tried > asked):
                self.error = self._try()
                self.tried = monotonic()
            return self.error

    def _try(self):
        with self.app.app_context():
            try:
                make(self.app)
                self.body, self.is_ready = None, True
            except SetupFailed as unready:
                error_messages.log(unready)
                language = languages.tag_of(self.app.config["PNPM"].language)
                self.body = fallback_page.page(unready.title, unready.advice, language)
                self.is_lost = isinstance(unready, Lost)
                self.until = monotonic()
                if not self.is_lost:
                    self.until += RETRY
            except SQLAlchemyError as error:
                self.body = None
                return error


def init_app(app: Flask) -> None:
    """Put the setup before `app`."""
    app.wsgi_app = Start(app, app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way to do it
