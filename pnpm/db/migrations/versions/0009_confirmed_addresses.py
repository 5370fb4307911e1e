"""officers' addresses, confirmed by their owners"""

import sqlalchemy as sa
from alembic import op

from pnpm.db.types import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("user", sa.Column("confirmed_at", Moment(), nullable=True))
    # What 0.9.0 has mailed to goes on: notices that end with an upgrade would not be missed.
    user = sa.table("user", sa.column("email"), sa.column("confirmed_at"), sa.column("created_at"))
    op.execute(sa.update(user).where(user.c.email != "").values(confirmed_at=user.c.created_at))


def downgrade() -> None:
    op.drop_column("user", "confirmed_at")
