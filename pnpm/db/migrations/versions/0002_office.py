"""the office: accounts, sign-ins, the log, trust; replies and policies"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from pnpm.db.types import Json, LongText, Moment

revision = "0002"
down_revision = "0001"

# What holds the log's chain together cannot be changed by a slip; SQLite needs no privilege for it,
# shared MySQL hosts do.
GUARDS = {
    f"log_entry_no_{verb}": f"CREATE TRIGGER log_entry_no_{verb} BEFORE {verb} ON log_entry "
    "BEGIN SELECT RAISE(ABORT, 'the log is only ever added to'); END"
    for verb in ("update", "delete")
}


def upgrade() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column(
            "role", sa.Enum("admin", "moderator", native_enum=False, length=16), nullable=False
        ),
        sa.Column("password", sa.String(255), nullable=False),
        sa.Column("second_factor", sa.String(64), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("recovery_codes", Json, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("key", name="uq_user_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(80), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_sign_in_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
        sa.UniqueConstraint("token", name="uq_sign_in_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sign_in_user_id", "sign_in", ["user_id"])
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_subject_created_at", "attempt", ["subject", "created_at"])
    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("before", Json, nullable=False),
        sa.Column("after", Json, nullable=False),
        sa.Column("link", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_entry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_log_entry_deed", "log_entry", ["deed"])
    op.create_index("ix_log_entry_subject_number", "log_entry", ["subject", "number"])
    op.create_table(
        "original",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_original_comment_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_original"),
        sa.UniqueConstraint("comment_id", "digest", name="uq_original_comment_id_digest"),
    )
    op.create_table(
        "trust",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("hashed_at", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_trust"),
        sa.UniqueConstraint("name", "address_hash", name="uq_trust_name_address_hash"),
    )
    op.add_column(
        "comment", sa.Column("official", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("comment", sa.Column("moved_at", Moment(), nullable=True))
    # When these were deleted nobody knows; their 30 days begin now, whatever zone the server's own
    # clock shows.
    deleted = sa.text("UPDATE comment SET moved_at = :now WHERE status = 'deleted'")
    op.execute(deleted.bindparams(sa.bindparam("now", datetime.now(UTC), Moment())))
    op.create_index(
        "ix_comment_parent_id",
        "comment",
        ["parent_id"],
        sqlite_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index("ix_comment_name_id", "comment", ["name", "id"])
    op.create_index(
        "ix_comment_created_at_status_article_id", "comment", ["created_at", "status", "article_id"]
    )
    op.add_column("article", sa.Column("moderation", sa.String(16), nullable=True))
    op.add_column("article", sa.Column("close_after", sa.Integer(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        for guard in GUARDS.values():
            op.execute(guard)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in GUARDS:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_column("article", "close_after")
    op.drop_column("article", "moderation")
    op.drop_index("ix_comment_created_at_status_article_id", "comment")
    op.drop_index("ix_comment_name_id", "comment")
    # where a foreign key cannot be without an index
    if op.get_bind().dialect.name in ("mysql", "mariadb"):
        op.create_index("fk_comment_parent_id", "comment", ["parent_id"])
    op.drop_index("ix_comment_parent_id", "comment")
    op.drop_column("comment", "moved_at")
    op.drop_column("comment", "official")
    for table in ("trust", "original", "log_entry", "attempt", "sign_in", "user"):
        op.drop_table(table)
