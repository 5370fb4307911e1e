"""The schema's history, one file a step, run by Alembic through Flask-Migrate."""

from pathlib import Path

from sqlalchemy import Engine, text

from ..database import db

FOLDER = Path(__file__).parent


def current() -> str | None:
    """The revision of the site's database; an SQLAlchemyError if it does not answer or was never made."""
    return db.session.scalar(text("SELECT version_num FROM alembic_version"))


def newest() -> str:
    """The revision of the newest step; read from the files' names, since importing Alembic costs a cold start 0.1 s."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def upgrade(engine: Engine) -> None:
    """Bring the schema of that database to the newest step. Alembic is imported here: every cold start would pay it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
