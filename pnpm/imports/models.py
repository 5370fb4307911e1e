"""The imports of a site: each run with how far it is, and what it brought."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.accounts import NAME_LENGTH as WHO_LENGTH
from pnpm.db import Model
from pnpm.db.types import Json

from .records import System

TITLE_LENGTH = 200


class Stage(enum.Enum):
    """What an import does next."""

    ARTICLES = "articles"
    COMMENTS = "comments"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class Kind(enum.Enum):
    """What was brought."""

    ARTICLE = "article"  # or page
    COMMENT = "comment"
    PICTURE = "picture"


class ImportRun(Model):
    """One import of one archive. What it has changed so far and how far it is are stored in the
    same transaction, so that it can be killed at any moment.
    """

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[System]
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))  # of the other site
    archive: Mapped[str] = mapped_column(String(64))  # the digest of the file and of its mapping
    who: Mapped[str] = mapped_column(String(WHO_LENGTH))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    stage: Mapped[Stage]
    # the last article or comment of the archive, in its order there, that is done; of an undo, the
    # lowest number of an item that is
    position: Mapped[int]
    change_set: Mapped[str] = mapped_column(String(16))  # in the log
    report: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (Index(None, "archive"), {"sqlite_autoincrement": True})


class ImportedItem(Model):
    """A thing of another site that was brought here once. It is known again by its digest, also
    after it was deleted here, so that nothing is doubled and nothing that was deleted comes back.
    """

    __tablename__ = "imported_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    # of the system, the site, and what the thing is called there
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[Kind]
    number: Mapped[int]  # of the article, the comment or the picture here
    run_id: Mapped[int] = mapped_column(ForeignKey(ImportRun.id))
    # keyed hashes of what the archive said, and of what was written here by that: whoever changed
    # it here has another one. Empty: never to be changed by an archive again.
    source: Mapped[str] = mapped_column(String(64))
    written: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index(None, "run_id", "kind", "id"), Index(None, "kind", "number"))
