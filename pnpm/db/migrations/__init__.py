"""The schema's history, one file a step, run by Alembic through Flask-Migrate."""

import re
from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from .. import db
from ..errors import storage_fault_of

FOLDER = Path(__file__).parent
_CURRENT = text("SELECT version_num FROM alembic_version")
_MADE = re.compile(r'(?:create_table\(\s*"|CREATE TABLE )(\w+)')


def current() -> str | None:
    """Return the revision of the site's database. Raises an SQLAlchemyError if it does not answer
    or has no tables.
    """
    revision: str | None = db.session.scalar(_CURRENT)
    return revision


def of(engine: Engine) -> str | None:
    """Return the revision of a database, or None if it has no tables yet. Raises DBAPIError if it
    does not answer.
    """
    try:
        with engine.connect() as connection:
            revision: str | None = connection.scalar(_CURRENT)
            return revision
    except DBAPIError as error:
        if storage_fault_of(error) or inspect(engine).has_table("alembic_version"):
            raise
        return None


def steps() -> list[str]:
    """Return the revisions of all steps, in order, from the files' names: importing Alembic takes
    0.1 s of a cold start.
    """
    return sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def tables() -> set[str]:
    """Return the names of all tables that any step has made, from the files' texts: a host's only
    database may hold another program's, too.
    """
    texts = "".join(path.read_text() for path in (FOLDER / "versions").glob("*.py"))
    return {"alembic_version", *_MADE.findall(texts)}


def newest() -> str:
    """Return the revision of the newest step."""
    return steps()[-1]


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate that database to a revision, or the newest. Alembic is imported here, as every cold
    start would pay for it.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = engine
    command.upgrade(config, revision)
