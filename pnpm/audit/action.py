"""What can be done in the office, as the log names it."""

import enum


class Action(enum.Enum):
    """What was done."""

    MOVED = "moved"  # a comment to another status
    EDITED = "edited"  # a comment's text
    REPLIED = "replied"
    REMOVED = "removed"  # for ever
    TRUSTED = "trusted"
    POLICY = "policy"
    LISTS = "lists"
    ADDED = "added"  # an account, and so on
    PASSWORD = "password"  # noqa: S105 - the name of an action
    ROLE = "role"
    FACTOR = "factor"
    SAVED = "saved"  # an article
    WORDS = "words"  # the site's
    PICTURE = "picture"
    TAKEN = "taken"  # a backup out of the house
    RESTORED = "restored"  # the site, from a backup
