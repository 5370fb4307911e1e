"""articles, comments, settings"""

import sqlalchemy as sa
from alembic import op

from pnpm.db.types import Json, LongText, Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(108), nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.Column("html", LongText, nullable=False),
        sa.Column(
            "status", sa.Enum("draft", "published", native_enum=False, length=16), nullable=False
        ),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("comments_open", sa.Boolean(), nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("slug", name="uq_article_slug"),
    )
    op.create_index(
        "ix_article_status_published_at_id", "article", ["status", "published_at", "id"]
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", LongText, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("website", sa.String(200), nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.Column("html", LongText, nullable=False),
        sa.Column("renderer", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("published", "pending", "spam", "deleted", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_comment_article_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name="fk_comment_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.UniqueConstraint("token", name="uq_comment_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comment_article_id_status_id", "comment", ["article_id", "status", "id"])
    op.create_index("ix_comment_status_id", "comment", ["status", "id"])
    op.create_index("ix_comment_address_hash_created_at", "comment", ["address_hash", "created_at"])


def downgrade() -> None:
    op.drop_table("comment")
    op.drop_table("setting")
    op.drop_table("article")
