"""who is told by mail of new comments"""

import sqlalchemy as sa
from alembic import op

from pnpm.db.types import Moment

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("comment", sa.Column("announced_at", Moment(), nullable=True))
    # What was there before anybody could ask to be told is no news, but what waits will be.
    op.execute(
        "UPDATE comment SET announced_at = created_at WHERE status <> 'pending' "
        "AND NOT (status = 'spam' AND moved_at IS NULL)"
    )
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("secret", sa.String(43), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("address", name=op.f("uq_subscriber_address")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("told_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        _reference("subscription", "subscriber_id", "subscriber"),
        _reference("subscription", "article_id", "article"),
        sa.UniqueConstraint(
            "subscriber_id", "article_id", name=op.f("uq_subscription_subscriber_id_article_id")
        ),
        sqlite_autoincrement=True,
    )
    _index("subscription", "article_id", "confirmed_at")
    op.create_table(
        "subscription_comment",
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "subscription_id", "comment_id", name=op.f("pk_subscription_comment")
        ),
        _reference("subscription_comment", "subscription_id", "subscription"),
        _reference("subscription_comment", "comment_id", "comment"),
    )
    _index("subscription_comment", "comment_id")
    op.create_table(
        "subscription_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(64), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_request")),
    )
    _index("subscription_request", "mailbox", "asked_at")
    _index("subscription_request", "network", "asked_at")
    _index("subscription_request", "asked_at")


def downgrade() -> None:
    for table in (
        "subscription_request",
        "subscription_comment",
        "subscription",
        "subscriber",
    ):
        op.drop_table(table)
    op.drop_column("comment", "announced_at")


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
