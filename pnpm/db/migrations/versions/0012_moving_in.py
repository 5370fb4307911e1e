"""old addresses of articles that came from another system"""

import sqlalchemy as sa
from alembic import op

from pnpm.db.types import LongText

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "old_address",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("path", LongText(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_old_address")),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_old_address_article_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_old_address_article_id"), "old_address", ["article_id"])


def downgrade() -> None:
    op.drop_table("old_address")
