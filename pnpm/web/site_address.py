"""The site's own address where no request says it: for links in mails.

It is PNPM_SITE_URL. Where that is not set, it is the address under which an officer last signed in
or saved their account: an officer's own browser has sent it, with their password or session, so it
is none that a stranger made up by a forged Host header.
"""

from flask import current_app, request

from pnpm.site_settings import Setting

NAME = "address"  # of the setting


def known() -> str:
    """Return the address, without a slash at its end; empty if none is known."""
    return current_app.config["PNPM"].site_url or Setting.get(NAME, "")


def is_certain() -> bool:
    """Tell whether the host has set it: a link that lets whoever has it in needs that."""
    return bool(current_app.config["PNPM"].site_url)


def remember() -> None:
    """Store the address of this request, which an officer has proved to be theirs, in the caller's
    transaction.
    """
    asked = request.url_root.rstrip("/")
    if not is_certain() and Setting.get(NAME, "") != asked:
        Setting.keep(NAME, asked)
