"""Saved requests: forms that an officer sent after their session had ended, kept until they are
signed in again, so that nothing tapped or typed is lost.

A form is kept only if it has the CSRF token of a session that this site gave to the browser, so
not one from another site, or from somebody who was never signed in. It is kept in a file, since an
article is larger than a cookie; the browser's signed cookie says which files are its own. Nothing
is done by itself: the form is offered, and sent with a token of the new session.
"""

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import current_app, request, session
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import HTTPException
from wtforms.validators import ValidationError

from pnpm import files as disk

FOLDER = "requests"
# names in the session cookie: the keys of this browser's saved requests, and whose session it was
SAVED, WHO = "saved requests", "who"
KEY_BYTES = 16
KEPT = 24 * 3600  # seconds: a day later nobody remembers what it was
MOST_OF_ONE, MOST = 3, 50  # saved requests of one browser, and of all
LARGEST = 4 * 1024 * 1024  # bytes: the longest article
# words in the names of secret fields: a form that has one is never kept
SECRET = "password", "code"
FIELD = "saved_request"  # the field by which the form that is sent again names the saved one


@dataclass(frozen=True)
class SavedRequest:
    """A form as it was sent: its address, its fields in order, and the office's page that it was
    sent from; `who` is the id of the account.
    """

    key: str
    path: str
    fields: list[list[str]]
    page: str | None
    is_multipart: bool
    who: int | None

    @property
    def values(self) -> dict[str, str]:
        """Return the first value of each field."""
        return dict(reversed(self.fields))  # the first overwrites the later ones


def keep(page: str | None) -> None:
    """Keep the form of this request, sent from `page`, for who was signed in here before. It is not
    kept if it is too large or the disk is full.
    """
    if request.method != "POST" or not _is_ours():
        return
    fields = [
        [name, value]
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", FIELD)
    ]
    if any(word in name for name, _value in fields for word in SECRET):
        return
    if again := request.form.get(FIELD):
        drop(again)  # it was offered, and this session ended, too
    saved = SavedRequest(
        key=secrets.token_hex(KEY_BYTES),
        path=request.full_path.rstrip("?"),
        fields=fields,
        page=page,
        is_multipart=request.mimetype == "multipart/form-data",
        who=session.get(WHO),
    )
    content = json.dumps(asdict(saved)).encode()
    if len(content) > LARGEST:
        return
    with suppress(OSError):
        _write(saved.key, content)
        own = [*_own(), saved.key]
        _forget(own[:-MOST_OF_ONE])
        session[SAVED] = own[-MOST_OF_ONE:]


def waiting(user_id: int) -> list[SavedRequest]:
    """Return the saved requests of this browser that the account may send again, newest first; none
    of another account.
    """
    found = [_read(key) for key in reversed(_own())]
    return [saved for saved in found if saved and saved.who in (None, user_id)]


def drop(key: str) -> None:
    """Forget a saved request of this browser: it was done, or is not wanted."""
    if key in _own():
        _forget([key])
        session[SAVED] = [other for other in _own() if other != key]


def is_done(status: int) -> bool:
    """Tell whether this request, answered with that status, did what a saved one had asked for."""
    return (
        bool(session.get(SAVED))
        and request.method == "POST"
        and status < 400
        and FIELD in request.form
    )


def carried() -> dict:
    """Return what of the session goes over to the next one: its saved requests."""
    if not session.get(SAVED):
        return {}
    return {SAVED: session[SAVED]}


def _is_ours():
    """Tell whether the form has the token of the session that ended; one that is too large to be
    read has not.
    """
    with suppress(ValidationError, HTTPException):
        validate_csrf(request.form.get("csrf_token"))
        return True
    return False


def _own():
    """Return the keys of this browser's saved requests, the oldest first."""
    return list(session.get(SAVED, []))


def _folder() -> Path:
    return current_app.config["PNPM"].instance / FOLDER


def _path(key):
    return _folder() / f"{key}.json"


def _write(key, content):
    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    _sweep(folder)
    disk.write(_path(key), content)


def _read(key):
    """Return the saved request; None if it is gone, too old, or written by another version."""
    with suppress(OSError, ValueError, TypeError):
        if time.time() - _path(key).stat().st_mtime < KEPT:
            return SavedRequest(**json.loads(_path(key).read_bytes()))
    return None


def _forget(keys):
    for key in keys:
        with suppress(OSError):
            _path(key).unlink()


def _sweep(folder):
    """Remove old files, and the oldest ones where there would be more than MOST with a new one."""
    files = sorted(_dated(folder), reverse=True)
    for place, (written, path) in enumerate(files):
        if place >= MOST - 1 or time.time() - written >= KEPT:
            path.unlink(missing_ok=True)


def _dated(folder: Path) -> Iterator[tuple[float, Path]]:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process has just removed it
            yield path.stat().st_mtime, path
