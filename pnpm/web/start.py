"""The site made ready at a process's first request, or a plain page that says why it is not: nothing is written at import."""

from collections.abc import Callable, Iterable
from threading import Lock
from time import monotonic

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from pnpm.bootstrap import fallback_page

from . import setup, trouble

HEALTH = "/healthz"  # says for itself what is wrong
RETRY = 30  # seconds for which what went wrong is told again, and not tried


class Start:
    """A WSGI layer before everything that needs the site to be made."""

    def __init__(self, app: Flask, following: Callable):
        self.app, self.following = app, following
        self.is_ready, self.body, self.until = False, None, 0.0
        self.lock, self.error, self.tried = Lock(), None, 0.0
        self.is_lost = False  # so that nothing can be written; Flask gives back what was typed

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Make the site ready, unless that was done; then answer."""
        is_asked_for_health = environ.get("PATH_INFO") == HEALTH
        if not self.is_ready and (error := self._make()) and not is_asked_for_health:
            environ[trouble.MET] = error
        if self.body is None or is_asked_for_health or (self.is_lost and environ["REQUEST_METHOD"] == "POST"):
            return self.following(environ, start_response)
        return fallback_page.answer(environ, start_response, self.body, RETRY)

    def _make(self):
        """Gives the error of a database that does not answer: the pages say so, and the next request tries again."""
        asked = monotonic()
        with self.lock:  # who waited for another thread's try takes what that came to, and does not wait as long once more
            if not (self.is_ready or monotonic() < self.until or self.tried > asked):
                self.error = self._try()
                self.tried = monotonic()
            return self.error

    def _try(self):
        with self.app.app_context():
            try:
                setup.make(self.app)
                self.body, self.is_ready = None, True
            except setup.Unready as unready:
                trouble.log(unready)
                self.is_lost = isinstance(unready, setup.Lost)
                self.body, self.until = fallback_page.page(unready.title, unready.advice), monotonic() + RETRY * (not self.is_lost)
            except SQLAlchemyError as error:
                self.body = None
                return error


def make_ready(app: Flask) -> None:
    """Put that layer before `app`."""
    app.wsgi_app = Start(app, app.wsgi_app)
