"""mail: the outbox, officers' addresses, what is to be announced, links that were used"""

import sqlalchemy as sa
from alembic import op

from pnpm.db.types import Json, Moment

revision = "0007"
down_revision = "0006"

INDEX = "ix_comment_announce"


def upgrade() -> None:
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("key", sa.String(64), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", Moment(), nullable=True),
        sa.Column("claim", sa.String(32), nullable=True),
        sa.Column("claimed_until", Moment(), nullable=True),
        sa.Column("failed_at", Moment(), nullable=True),
        sa.Column("error", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_mail"),
        sa.UniqueConstraint("key", name="uq_outgoing_mail_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outgoing_mail_failed_at_due_at", "outgoing_mail", ["failed_at", "due_at"])
    op.create_table(
        "used_link",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_used_link"),
    )
    notices = sa.Enum("none", "each", "hourly", "daily", native_enum=False, length=16)
    for column in (
        sa.Column("email", sa.String(254), nullable=False, server_default=""),
        sa.Column("notices", notices, nullable=False, server_default="none"),
        sa.Column("told_at", Moment(), nullable=True),
    ):
        op.add_column("user", column)
    announcement = sa.Enum("waiting", "published", native_enum=False, length=16)
    op.add_column("comment", sa.Column("announce", announcement, nullable=True))
    where = sa.text("announce IS NOT NULL")
    op.create_index(INDEX, "comment", ["announce"], sqlite_where=where)


def downgrade() -> None:
    op.drop_index(INDEX, "comment")
    op.drop_column("comment", "announce")
    for column in ("told_at", "notices", "email"):
        op.drop_column("user", column)
    for table in ("used_link", "outgoing_mail"):
        op.drop_table(table)
