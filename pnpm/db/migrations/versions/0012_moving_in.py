"""imports of other systems' archives, and the addresses that their articles had"""

import sqlalchemy as sa
from alembic import op

from pnpm.db.types import Json, LongText, Moment

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "system", _one_of("blogger", "wordpress", "disqus", "isso", "remark42"), nullable=False
        ),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("archive", sa.String(64), nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column(
            "stage", _one_of("articles", "comments", "done", "undoing", "undone"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("change_set", sa.String(16), nullable=False),
        sa.Column("report", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_run"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_run_archive", "import_run", ["archive"])
    op.create_table(
        "imported_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("kind", _one_of("article", "comment", "picture"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("written", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imported_item"),
        sa.UniqueConstraint("digest", name="uq_imported_item_digest"),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name="fk_imported_item_run_id"),
    )
    op.create_index("ix_imported_item_run_id_kind_id", "imported_item", ["run_id", "kind", "id"])
    op.create_index("ix_imported_item_kind_number", "imported_item", ["kind", "number"])
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
    op.drop_table("imported_item")
    op.drop_table("import_run")


def _one_of(*values: str) -> sa.Enum:
    return sa.Enum(*values, native_enum=False, length=16)
