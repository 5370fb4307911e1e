"""writing: versions, labels, former addresses, pictures"""

import sqlalchemy as sa
from alembic import op

from pnpm.db.types import LongText, Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("article", sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
    # The moment is only written over a server's default, which SQLite wants to be constant.
    op.add_column(
        "article",
        sa.Column(
            "saved_at", Moment(), nullable=False, server_default="1970-01-01 00:00:00.000000"
        ),
    )
    op.execute("UPDATE article SET saved_at = published_at WHERE published_at IS NOT NULL")
    op.add_column("article", sa.Column("token", sa.String(64), nullable=True))
    op.create_index("ix_article_token", "article", ["token"], unique=True)
    op.create_index("ix_article_status_saved_at_id", "article", ["status", "saved_at", "id"])
    op.create_table(
        "former_address",
        sa.Column("slug", sa.String(108), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_former_address_article_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name="pk_former_address"),
    )
    op.create_index("ix_former_address_article_id", "former_address", ["article_id"])
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_label"),
        sa.UniqueConstraint("slug", name="uq_label_slug"),
    )
    op.create_table(
        "article_label",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_article_label_article_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["label_id"], ["label.id"], name="fk_article_label_label_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "label_id", name="pk_article_label"),
    )
    op.create_index("ix_article_label_label_id", "article_label", ["label_id"])
    op.create_table(
        "version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_version_article_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_version_article_id_id", "version", ["article_id", "id"])
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("alt", sa.String(300), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("preview", LongText, nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_picture"),
        sa.UniqueConstraint("key", name="uq_picture_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_picture_deleted_at_id", "picture", ["deleted_at", "id"])
    op.create_table(
        "illustration",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_illustration_article_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name="fk_illustration_picture_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "picture_id", name="pk_illustration"),
    )
    op.create_index("ix_illustration_picture_id", "illustration", ["picture_id"])


def downgrade() -> None:
    for table in ("illustration", "picture", "version", "article_label", "label", "former_address"):
        op.drop_table(table)
    op.drop_index("ix_article_status_saved_at_id", "article")
    op.drop_index("ix_article_token", "article")
    for column in ("token", "saved_at", "edition"):
        op.drop_column("article", column)
