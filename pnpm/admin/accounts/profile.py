"""One's own account: the password, and the browsers in which one is signed in."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext

from pnpm.accounts.sign_in import SignIn, change_password, end_all
from pnpm.audit.action import Action
from pnpm.audit.models import Deed
from pnpm.db import changing
from pnpm.web import auth

from ..forms import TokenForm
from . import throttling
from .forms import PasswordForm

account = Blueprint("account", __name__, url_prefix=f"{auth.PREFIX}/account")


@account.get("")
@auth.open_to(auth.OFFICERS)
def index():
    """Who one is here, and the browsers in which one is signed in."""
    return _page(None)


@account.get("/password")
@auth.open_to(auth.OFFICERS)
def show_password():
    """The form for another password."""
    return _password_page(PasswordForm(auth.officer().name, formdata=None))


@account.post("/password")
@auth.open_to(auth.OFFICERS)
def save_password():
    """Change the password. Every browser is signed out but this one, which gets another session."""
    form = PasswordForm(auth.officer().name)
    if refusal := throttling.confirm(form, form.current):
        return _password_page(form, *refusal)
    with changing():
        user = auth.own_account()
        change_password(user, form.password.data)
        auth.sign_in(user)
        Deed(user.name).record(Action.PASSWORD, "user", [(user.id, {}, {"name": user.name})])
    return _back(gettext("Kata sandi sudah diganti. Peramban lain harus masuk lagi."))


@account.post("/sessions/<int:number>/removal")
@auth.open_to(auth.OFFICERS)
def end(number):
    """Sign one of one's own browsers out."""
    found = next((one for one in SignIn.all_of(auth.officer()) if one.id == number), None) or abort(404)
    form = TokenForm()
    if not form.validate():
        return _page(form, form.refusal)
    with changing():
        found.end()
    return _back(gettext("Sesi itu sudah diakhiri."))


@account.post("/sessions/removal")
@auth.open_to(auth.OFFICERS)
def end_others():
    """Sign all of one's browsers out but this one."""
    form = TokenForm()
    if not form.validate():
        return _page(form, form.refusal)
    with changing():
        end_all(auth.officer(), but=auth.this_browser())
    return _back(gettext("Semua sesi lain sudah diakhiri."))


def _back(words):
    flash(words)
    return redirect(url_for("account.index"), 303)


def _page(form, status=200):
    user, this = auth.officer(), auth.this_browser()
    sign_ins = SignIn.all_of(user)
    return render_template("office/account/index.html", user=user, sign_ins=sign_ins, this=this, form=form), status


def _password_page(form, status=200, headers=None):
    return render_template("office/account/password.html", form=form), status, headers or {}
