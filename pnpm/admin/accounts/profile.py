"""An officer's own account: password, signed-in browsers, two-factor authentication."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask import session as cookie
from flask_babel import gettext

from pnpm.accounts import two_factor
from pnpm.accounts.models import SignIn, change_password, end_all
from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.db import transaction
from pnpm.web import auth, jobs, site_address
from pnpm.web.site import current_site

from ..forms import TokenForm
from . import contact, throttling
from .forms import ConfirmForm, FactorForm, OwnContactForm, PasswordForm

account = Blueprint("account", __name__, url_prefix=f"{auth.PREFIX}/account")


@account.get("")
@auth.open_to(auth.OFFICERS)
def index():
    """Render the account with the browsers in which it is signed in."""
    return _page(None)


@account.get("/password")
@auth.open_to(auth.OFFICERS)
def show_password():
    """Render the form for a new password."""
    return _password_page(PasswordForm(auth.signed_in().name, formdata=None))


@account.post("/password")
@auth.open_to(auth.OFFICERS)
def save_password():
    """Change the password. Every browser is signed out but this one, which gets another session."""
    form = PasswordForm(auth.signed_in().name)
    if refusal := throttling.confirm(form, form.current):
        return _password_page(form, *refusal)
    with transaction():
        user = auth.own_account()
        change_password(user, form.password.data)
        auth.sign_in(user)
        ChangeSet(user.name).record(
            AuditAction.PASSWORD, "user", [(user.id, {}, {"name": user.name})]
        )
    return _back(gettext("Kata sandi sudah diganti. Peramban lain harus masuk lagi."))


@account.get("/mail")
@auth.open_to(auth.OFFICERS)
def show_contact():
    """Render the form for the e-mail address and what is sent there."""
    return _contact_page(contact.form_of(auth.signed_in(), OwnContactForm))


@account.post("/mail")
@auth.open_to(auth.OFFICERS)
def save_contact():
    """Change the e-mail address and what is sent there."""
    form = OwnContactForm()
    if refusal := throttling.confirm(form, form.current):
        return _contact_page(form, *refusal)
    with transaction():
        user = auth.own_account()
        is_asked = contact.change(user, form, user.name)
        site_address.remember(user)
    words = gettext("Alamat surel dan pemberitahuan sudah disimpan.")
    if is_asked:
        words += " " + gettext("Buka tautan dalam surel yang kami kirim ke alamat itu.")
    response = current_app.make_response(_back(words))
    jobs.deliver_mail(response)
    return response


@account.post("/sessions/<int:number>/removal")
@auth.open_to(auth.OFFICERS)
def end(number):
    """Sign one of the officer's own browsers out."""
    own = {sign_in.id: sign_in for sign_in in SignIn.all_of(auth.signed_in())}
    sign_in = own.get(number) or abort(404)
    form = TokenForm()
    if not form.validate():
        return _page(form, form.refusal)
    with transaction():
        sign_in.end()
    return _back(gettext("Sesi itu sudah diakhiri."))


@account.post("/sessions/removal")
@auth.open_to(auth.OFFICERS)
def end_others():
    """Sign all of the officer's browsers out but this one."""
    form = TokenForm()
    if not form.validate():
        return _page(form, form.refusal)
    with transaction():
        end_all(auth.signed_in(), but=auth.this_browser())
    return _back(gettext("Semua sesi lain sudah diakhiri."))


def _back(words):
    flash(words)
    return redirect(url_for("account.index"), 303)


def _page(form, status=200):
    user = auth.signed_in()
    page = render_template(
        "admin/profile/index.html",
        user=user,
        sign_ins=SignIn.all_of(user),
        this=auth.this_browser(),
        form=form,
    )
    return page, status


def _contact_page(form, status=200, headers=None):
    is_set_up = current_app.config["PNPM"].mail_url is not None
    page = render_template("admin/profile/contact.html", form=form, is_set_up=is_set_up)
    return page, status, headers or {}


def _password_page(form, status=200, headers=None):
    return render_template("admin/profile/password.html", form=form), status, headers or {}


factor = Blueprint("factor", __name__, url_prefix=f"{auth.PREFIX}/account/factor")


@factor.get("")
@auth.open_to(auth.OFFICERS)
def show():
    """Render the QR code for a telephone, or the form that turns the second factor off if it is
    on.
    """
    if auth.signed_in().second_factor:
        return _off_page(ConfirmForm(formdata=None))
    return _factor_page(FactorForm(formdata=None))


@factor.post("")
@auth.open_to(auth.OFFICERS)
def turn_on():
    """Turn the second factor on, and show the recovery codes, this once."""
    form = FactorForm()
    if auth.signed_in().second_factor or "secret" not in cookie:
        return redirect(url_for("factor.show"), 303)
    if refusal := throttling.confirm(form, form.password):
        return _factor_page(form, *refusal)
    try:
        with transaction():
            codes = _turned_on(form.code.data)
    except ValueError:
        form.code.errors = [
            gettext("Kode ini salah. Salin yang sekarang ada di telepon, dan periksa jamnya.")
        ]
        return _factor_page(form, 422)
    return render_template("admin/profile/codes.html", codes=codes)


@factor.post("/removal")
@auth.open_to(auth.OFFICERS)
def turn_off():
    """Turn the second factor off, so that the password alone is asked for again."""
    form = ConfirmForm()
    if refusal := throttling.confirm(form, form.password):
        return _off_page(form, *refusal)
    with transaction():
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
    ChangeSet(user.name).record(AuditAction.FACTOR, "user", [(user.id, *changes)])


def _factor_page(form, status=200, headers=None):
    """Render the QR code of the secret, which stays in the session cookie until it is confirmed, so
    that another load of the page shows the same one.
    """
    secret = cookie.setdefault("secret", two_factor.new_secret())
    address = two_factor.address(auth.signed_in(), secret, current_site().words.name)
    page = render_template(
        "admin/profile/factor.html",
        form=form,
        secret=secret,
        address=address,
        picture=two_factor.picture(address),
    )
    return page, status, headers or {}


def _off_page(form, status=200, headers=None):
    return render_template("admin/profile/factor_off.html", form=form), status, headers or {}
