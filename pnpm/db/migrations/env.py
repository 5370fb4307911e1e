"""Alembic's environment: how it reaches the site's database."""

from typing import Any

from alembic import context

from pnpm.db import db, sqlite
from pnpm.db.migrations import charset, tables

config = context.config
# What the models say, for the commands that compare them with the schema; to go up or down takes
# only the steps.
models = config.attributes.get("metadata")
INDEX = "search_"  # tables of the search's index, which is made beside the schema
batch: dict[str, Any] = {
    "render_as_batch": True,
    "compare_type": True,
    "include_name": lambda name, kind, _more: not (kind == "table" and name.startswith(INDEX)),
}


def run() -> None:
    """Migrate the given engine's database, or the site's own, in one transaction where the engine
    can.
    """
    engine = config.attributes.get("engine") or db.engine
    sqlite.make(engine)
    with engine.connect().execution_options(writes=True) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        options = dict(batch)
        if is_sqlite:
            # With foreign keys on, Alembic's batch mode deletes every child row of the table it
            # rebuilds. The pragma works only outside a transaction, so it bypasses SQLAlchemy,
            # which would begin one.
            connection.connection.execute("PRAGMA foreign_keys=OFF")
            # All steps in one transaction: Alembic by itself would commit each one on SQLite.
            options["transactional_ddl"] = True
        context.configure(connection=connection, target_metadata=models, **options)
        with context.begin_transaction():
            context.run_migrations()
        if connection.dialect.name in ("mysql", "mariadb"):
            charset.of_tables(connection, tables())
        connection.commit()
        if is_sqlite:
            connection.connection.execute("PRAGMA foreign_keys=ON")


def write() -> None:
    """Print the SQL instead of running it (`--sql`)."""
    context.configure(url=str(db.engine.url), target_metadata=models, literal_binds=True, **batch)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    write()
else:
    run()
