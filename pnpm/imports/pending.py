"""Whether an import is to be taken back after answers: every process that answers forms asks, so
this needs none of the rest.
"""

from pnpm.db import db
from pnpm.site_settings import Setting

UNDO = (
    "import undo"  # the setting that tells it; in a session's info, that this session has said so
)


def begin() -> None:
    """Note, in the caller's transaction of the session, that there is something to take back."""
    Setting.keep(UNDO, True)
    db.session.info[UNDO] = True


def end() -> None:
    """Note, in the caller's transaction of the session, that all is taken back."""
    Setting.keep(UNDO, False)


def was_begun() -> bool:
    """Return whether the session has begun one since this was last asked."""
    return db.session.registry.has() and bool(db.session.info.pop(UNDO, False))


def is_left() -> bool:
    """Return whether there is something to take back."""
    return bool(Setting.get(UNDO, False))
