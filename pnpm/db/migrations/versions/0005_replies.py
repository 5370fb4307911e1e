"""replies by readers: whom a reply answers within its thread, and threads of thousands"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

OLD, NEW = "ix_comment_parent_id", "ix_comment_parent_id_status_id"


def upgrade() -> None:
    op.add_column("comment", sa.Column("reply_to_id", sa.Integer(), nullable=True))
    # the new one first: on MariaDB the foreign key cannot be without an index
    _index(NEW, "parent_id", "status", "id")
    op.drop_index(OLD, "comment")


def downgrade() -> None:
    _index(OLD, "parent_id")
    op.drop_index(NEW, "comment")
    op.drop_column("comment", "reply_to_id")


def _index(name: str, *columns: str) -> None:
    where = sa.text("parent_id IS NOT NULL")
    op.create_index(name, "comment", list(columns), sqlite_where=where)
