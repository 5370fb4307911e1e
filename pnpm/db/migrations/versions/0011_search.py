"""related articles; the search's index is made beside the schema, see pnpm/search/index.py"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "related_article",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "place", name=op.f("pk_related_article")),
        _reference("article_id"),
        _reference("other_id"),
    )
    op.create_index(op.f("ix_related_article_other_id"), "related_article", ["other_id"])


def downgrade() -> None:
    from pnpm.search import index

    index.drop(op.get_bind())
    op.drop_table("related_article")


def _reference(column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_related_article_{column}")
    return sa.ForeignKeyConstraint([column], ["article.id"], name=name, ondelete="CASCADE")
