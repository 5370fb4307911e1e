"""What an officer sent after their session had ended, kept until they are in again: nothing tapped
or typed is lost.

Kept only of a browser to which this site gave a session, with that session's token: what another
site sends, or somebody who never was in, waits for nobody. It lies in a file, since an article is
larger than a cookie; the browser's signed cookie says which files are its own. Nothing is done by
itself: it is offered, and done by a form with a token of the new session.
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
# in the session's cookie: the keys of this browser's, and whose session it was
SAVED, WHO = "saved requests", "who"
KEY_BYTES = 16
KEPT = 24 * 3600  # seconds: a day later nobody remembers what it was
MOST_OF_ONE, MOST = 3, 50  # of one browser; of all
LARGEST = 4 * 1024 * 1024  # bytes: the longest article
# in the names of fields that are never kept, nor the forms that have them
SECRET = "password", "code"
FIELD = "saved_request"  # the form that does it at last says by it which one that was


@dataclass(frozen=True)
class SavedRequest:
    """A form as it was sent: to which address, its fields in order, and the office's page that it
    stood on.
    """

    key: str
    path: str
    fields: list[list[str]]
    page: str | None
    is_multipart: bool
    who: int | None

    @property
    def values(self) -> dict[str, str]:
        """The first value of each field."""
        return dict(reversed(self.fields))


def keep(page: str | None) -> None:
    """Keep the form that is being sent, of who was signed in here before; it stood on `page`. A
    full disk keeps nothing.
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
    key, path = secrets.token_hex(KEY_BYTES), request.full_path.rstrip("?")
    found = SavedRequest(
        key, path, fields, page, request.mimetype == "multipart/form-data", session.get(WHO)
    )
    content = json.dumps(asdict(found)).encode()
    if len(content) <= LARGEST:
        with suppress(OSError):
            _write(key, content)
            _forget(_own()[: 1 - MOST_OF_ONE])
            session[SAVED] = [*_own()[1 - MOST_OF_ONE :], key]


def waiting(user_id: int) -> list[SavedRequest]:
    """What this browser sent in vain and may still be done by that account: the newest first, none
    of another account's.
    """
    found = [_read(key) for key in reversed(_own())]
    return [one for one in found if one and one.who in (None, user_id)]


def drop(key: str) -> None:
    """Keep one no longer: it was done, or is not wanted."""
    if key in _own():
        _forget([key])
        session[SAVED] = [other for other in _own() if other != key]


def is_done(status: int) -> bool:
    """Whether the request that is being answered with that status did what was kept: as its form
    says.
    """
    return (
        bool(session.get(SAVED))
        and request.method == "POST"
        and status < 400
        and FIELD in request.form
    )


def carried() -> dict:
    """What of the session's cookie goes over to the next one."""
    return {SAVED: session[SAVED]} if session.get(SAVED) else {}


def _is_ours():
    """Whether the form has the token of the session that ended; what is too large to be read is
    not.
    """
    with suppress(ValidationError, HTTPException):
        validate_csrf(request.form.get("csrf_token"))
        return True
    return False


def _own():
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
    """None for one that is gone, or was written by another version."""
    with suppress(OSError, ValueError, TypeError):
        if time.time() - _path(key).stat().st_mtime < KEPT:
            return SavedRequest(**json.loads(_path(key).read_bytes()))
    return None


def _forget(keys):
    for key in keys:
        with suppress(OSError):
            _path(key).unlink()


def _sweep(folder):
    """Away with what is old, and with the oldest where there are too many."""
    files = sorted(_dated(folder), reverse=True)
    for place, (written, path) in enumerate(files):
        if place >= MOST - 1 or time.time() - written >= KEPT:
            path.unlink(missing_ok=True)


def _dated(folder: Path) -> Iterator[tuple[float, Path]]:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process has just dropped it
            yield path.stat().st_mtime, path
