"""The site's own address where no request says it: for links in mails.

It is PNPM_SITE_URL. Where that is not set, it is the address under which an admin last signed in or
saved their own e-mail address: an admin's browser has sent it, with their password or session, so
it is none that a stranger made up by a forged Host header. A moderator's does not count: links that
let admins in, as for a new password, lead there, too.
"""

from flask import current_app, request

from pnpm.accounts.models import User
from pnpm.site_settings import Setting

NAME = "address"  # of the setting


def known() -> str:
    """Return the address, without a slash at its end; empty if none is known."""
    return current_app.config["PNPM"].site_url or Setting.get(NAME, "")


def remember(user: User) -> None:
    """Store the address of this request, in the caller's transaction, if that account, which has
    just proved to be the one that asks, is an admin's.
    """
    asked = request.url_root.rstrip("/")
    is_set = bool(current_app.config["PNPM"].site_url)
    if user.is_admin and not is_set and Setting.get(NAME, "") != asked:
        Setting.keep(NAME, asked)
