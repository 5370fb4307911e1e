"""How Alembic reaches the site's database."""

from typing import Any

from alembic import context

from pnpm.db import db, sqlite
from pnpm.db.migrations import charset

config = context.config
batch: dict[str, Any] = {"render_as_batch": True, "compare_type": True}


def run() -> None:
    """Upgrade or downgrade over the engine that was given, or the site's own, in one transaction
    where it can.
    """
    engine = config.attributes.get("engine") or db.engine
    sqlite.make(engine)
    with engine.connect().execution_options(writes=True) as connection:
        # With foreign keys on, Alembic's batch mode deletes every child row of the table it
        # rebuilds. The pragma counts only outside a transaction, so it goes past SQLAlchemy, which
        # would begin one.
        switch = connection.connection.execute if connection.dialect.name == "sqlite" else str
        switch("PRAGMA foreign_keys=OFF")
        # All steps in one transaction, on SQLite, too, where Alembic by itself would commit each.
        whole: dict[str, Any] = (
            {"transactional_ddl": True} if connection.dialect.name == "sqlite" else {}
        )
        context.configure(connection=connection, target_metadata=db.metadata, **whole, **batch)
        with context.begin_transaction():
            context.run_migrations()
        if connection.dialect.name in ("mysql", "mariadb"):
            charset.of_tables(connection, ["alembic_version", *db.metadata.tables])
        connection.commit()
        switch("PRAGMA foreign_keys=ON")


def write() -> None:
    """Write the SQL instead (`--sql`)."""
    context.configure(
        url=str(db.engine.url), target_metadata=db.metadata, literal_binds=True, **batch
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    write()
else:
    run()
