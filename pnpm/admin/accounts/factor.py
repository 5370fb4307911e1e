"""One's own second factor: put in force with a telephone, and turned off again."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import session as cookie
from flask_babel import gettext

from pnpm.accounts import two_factor
from pnpm.audit.action import Action
from pnpm.audit.models import Deed
from pnpm.db import changing
from pnpm.web import auth
from pnpm.web.site import current_site

from . import throttling
from .forms import ConfirmForm, FactorForm

factor = Blueprint("factor", __name__, url_prefix=f"{auth.PREFIX}/account/factor")


@factor.get("")
@auth.open_to(auth.OFFICERS)
def show():
    """The QR code for a telephone; or, where the second factor is in force, the form that turns it off."""
    if auth.officer().second_factor:
        return _off_page(ConfirmForm(formdata=None))
    return _page(FactorForm(formdata=None))


@factor.post("")
@auth.open_to(auth.OFFICERS)
def turn_on():
    """Put it in force, and show the recovery codes, this once."""
    form = FactorForm()
    if auth.officer().second_factor or "secret" not in cookie:
        return redirect(url_for("factor.show"), 303)
    if refusal := throttling.confirm(form, form.password):
        return _page(form, *refusal)
    try:
        with changing():
            codes = _turned_on(form.code.data)
    except ValueError:
        form.code.errors = [gettext("Kode ini salah. Salin yang sekarang ada di telepon, dan periksa jamnya.")]
        return _page(form, 422)
    return render_template("office/account/codes.html", codes=codes)


@factor.post("/removal")
@auth.open_to(auth.OFFICERS)
def turn_off():
    """Ask for the password alone again."""
    form = ConfirmForm()
    if refusal := throttling.confirm(form, form.password):
        return _off_page(form, *refusal)
    with changing():
        user = auth.own_account()
        two_factor.turn_off(user)
        _record(user, True, False)
    flash(gettext("Verifikasi dua langkah sudah dimatikan."))
    return redirect(url_for("account.index"), 303)


def _turned_on(code):
    user = auth.own_account()
    codes = two_factor.turn_on(user, cookie["secret"], code)
    _record(user, False, True)
    del cookie["secret"]
    return codes


def _record(user, before, after):
    changes = {"second_factor": before}, {"name": user.name, "second_factor": after}
    Deed(user.name).record(Action.FACTOR, "user", [(user.id, *changes)])


def _page(form, status=200, headers=None):
    """With the secret in the session's cookie, which its owner alone has: another load of the page shows the same one."""
    secret = cookie.setdefault("secret", two_factor.new_secret())
    address = two_factor.address(auth.officer(), secret, current_site().words.name)
    context = {"secret": secret, "address": address, "picture": two_factor.picture(address)}
    return render_template("office/account/factor.html", form=form, **context), status, headers or {}


def _off_page(form, status=200, headers=None):
    return render_template("office/account/factor_off.html", form=form), status, headers or {}
