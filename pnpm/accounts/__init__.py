"""Accounts: users, their sessions, two-factor authentication and login throttling. Here is what a
start knows of them; their tables are in `models.py`, which only what officers ask for loads.
"""

import enum
from datetime import timedelta

NAME_LENGTH = 40
IDLE = timedelta(days=14)  # a session that was not used for so long has ended


class Role(enum.Enum):
    """What an account may do: everything, or moderate comments."""

    ADMIN = "admin"
    MODERATOR = "moderator"
