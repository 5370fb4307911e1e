"""requests of persons for their data, the list of erasures, the salt of the log's entries"""

import sqlalchemy as sa
from alembic import op

from pnpm.db.types import Json, LongText, Moment

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("log_entry", sa.Column("salt", sa.String(32), nullable=True))
    kind = sa.Enum("see", "correct", "delete", native_enum=False, length=16)
    stage = sa.Enum("unconfirmed", "open", "answered", "delivered", native_enum=False, length=16)
    op.create_table(
        "data_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("stage", stage, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("words", LongText(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("is_author", sa.Boolean(), nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("confirmed_by", sa.String(40), nullable=False),
        sa.Column("chosen", Json, nullable=True),
        sa.Column("erased_at", Moment(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answer", LongText(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_request"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_data_request_stage_created_at", "data_request", ["stage", "created_at"])
    op.create_table(
        "data_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("wider", sa.String(64), nullable=False),
        sa.Column("mailbox", sa.String(64), nullable=False),
        sa.Column("has_address", sa.Boolean(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_attempt"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_data_attempt_asked_at", "data_attempt", ["asked_at"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("proof", sa.String(64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sa.UniqueConstraint("subject", "proof", name="uq_erasure_subject_proof"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("erasure")
    op.drop_table("data_attempt")
    op.drop_table("data_request")
    op.drop_column("log_entry", "salt")
