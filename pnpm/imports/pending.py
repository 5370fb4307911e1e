"""Whether there is an import to go on with, or to be taken back, after answers: every process that
gives them asks, so this needs none of the rest.
"""

from pathlib import Path

from pnpm.db import db
from pnpm.site_settings import Setting

JOB = "imports/office/job.json"  # in the instance folder: the import that the office has begun
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


def is_begun(instance: Path) -> bool:
    """Return whether the office has begun an import (`imports.job`), or is about to."""
    return (instance / JOB).is_file()
