"""The schema's history, one file a step, run by Alembic through Flask-Migrate."""

from pathlib import Path

from sqlalchemy import text

from ..database import db

FOLDER = Path(__file__).parent


def current() -> str | None:
    """The revision of the site's database; an SQLAlchemyError if it does not answer or was never made."""
    return db.session.scalar(text("SELECT version_num FROM alembic_version"))


def newest() -> str:
    """The revision of the newest step; read from the files' names, since importing Alembic costs a cold start 0.1 s."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))
