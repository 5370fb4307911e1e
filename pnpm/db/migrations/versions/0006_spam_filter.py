"""what the spam filter says of each comment, and what it knows of this site"""

import sqlalchemy as sa
from alembic import op

from pnpm.db.types import Json, LongText

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("comment", sa.Column("verdict", sa.String(16), nullable=True))
    op.add_column("comment", sa.Column("signals", Json, nullable=True))
    op.add_column("comment", sa.Column("marks", sa.String(255), nullable=True))
    op.create_table(
        "spam_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("is_distinct", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spam_name")),
    )
    _index("spam_name", "name", "comment_id", unique=True)
    _index("spam_name", "comment_id")
    weights = op.create_table(
        "spam_weights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("decided", sa.String(16), nullable=False),
        sa.Column("packed", LongText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spam_weights")),
    )
    op.bulk_insert(weights, [{"id": 1, "version": "", "decided": "", "packed": ""}])
    op.create_table(
        "spam_lesson",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("is_spam", sa.Boolean(), nullable=False),
        sa.Column("is_decided", sa.Boolean(), nullable=False),
        sa.Column("steps", Json, nullable=False),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_spam_lesson")),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_spam_lesson_comment_id"),
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    for table in ("spam_lesson", "spam_weights", "spam_name"):
        op.drop_table(table)
    op.drop_column("comment", "marks")
    op.drop_column("comment", "signals")
    op.drop_column("comment", "verdict")


def _index(table: str, *columns: str, unique: bool = False) -> None:
    name = op.f(f"ix_{table}_{'_'.join(columns)}")
    op.create_index(name, table, list(columns), unique=unique)
