"""The page behind the link that confirms an officer's address: whoever reads the mail and is signed
in to the account presses its one button.
"""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext

from pnpm.audit import contact_confirmation
from pnpm.audit.officer_links import Invalid
from pnpm.db import transaction
from pnpm.web import auth

from ..forms import TokenForm

confirmation = Blueprint("confirmation", __name__, url_prefix=f"{auth.PREFIX}/confirmation")


@confirmation.get("/<token>")
@auth.open_to(auth.OFFICERS)
def show(token):
    """Render the address with the button; nothing changes."""
    return _page(token, TokenForm(formdata=None))


@confirmation.post("/<token>")
@auth.open_to(auth.OFFICERS)
def confirm(token):
    """Confirm the address."""
    form = TokenForm()
    if not form.validate() or _owner(token) is None:
        return _page(token, form, form.refusal)
    with transaction():
        contact_confirmation.confirm(_key(), token)
    flash(gettext("Alamat surel sudah dikonfirmasi."))
    return redirect(url_for("account.index"), 303)


def _owner(token):
    """Return the account of a link if it is the one that is signed in, else None."""
    try:
        user = contact_confirmation.owner(_key(), token)
    except Invalid:
        return None
    return user if user.id == auth.signed_in().id else None


def _page(token, form, status=200):
    user = _owner(token)
    page = render_template("admin/confirmation/show.html", form=form, user=user, token=token)
    return page, status if user else 410


def _key():
    return current_app.config["PNPM"].secret_key
