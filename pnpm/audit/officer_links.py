"""Links that are mailed to an officer, each for one purpose, and bound to what must not have
changed. Nothing of them is stored.
"""

from collections.abc import Callable

from pnpm.accounts.models import User
from pnpm.db import db
from pnpm.mail import links


class Invalid(Exception):
    """A link is none of ours, what it was for has changed, or its time is over."""


def owner(
    key: str, purpose: str, token: str, proof: Callable[[User], str], lock: bool = False
) -> User:
    """Return to whom a link was mailed; with `lock` all accounts are locked until the commit. `key`
    is the site's secret key, `proof` gives what must not have changed. Raises Invalid.
    """
    values = links.values_of(token, 1)
    if values is None or not (values[0].isdigit() and len(values[0]) < 10):
        raise Invalid
    number = int(values[0])
    user = User.held(number) if lock else db.session.get(User, number, populate_existing=True)
    if user is None or not links.is_good(key, purpose, token, proof(user)):
        raise Invalid
    return user
