"""The tables of what the spam filter knows of this site, apart from the weights that it ships
with. Only a posted comment, a moderator's decision and a backup need them.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from pnpm.db import db
from pnpm.db.types import Json, LongText

NAME_LENGTH = 64

# names of comments that moderators called spam
remembered = Table(
    "spam_name",
    db.metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(NAME_LENGTH), nullable=False),
    # no foreign key: the name is known after the comment is gone
    Column("comment_id", Integer, nullable=False),
    # of a kind that one decision suffices for
    Column("is_distinct", Boolean, nullable=False),
    Index(None, "name", "comment_id", unique=True),
    Index(None, "comment_id"),
)

# what was learnt here, added to the weights that the filter ships with; one row
weights = Table(
    "spam_weights",
    db.metadata,
    Column("id", Integer, primary_key=True),
    # another with each lesson, so that a process need not read weights that it knows
    Column("version", String(16), nullable=False),
    # another with each decision of a moderator
    Column("decided", String(16), nullable=False),
    Column("packed", LongText, nullable=False),
)

# what each comment added to them, so that it can be taken back
lessons = Table(
    "spam_lesson",
    db.metadata,
    Column("comment_id", ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True),
    Column("is_spam", Boolean, nullable=False),
    Column("is_decided", Boolean, nullable=False),  # by a moderator
    Column("steps", Json, nullable=False),
)
