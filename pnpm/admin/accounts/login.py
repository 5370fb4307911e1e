"""Signing in with name and password, then with a code of the second factor; and signing out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext

from pnpm.accounts import throttling as attempts
from pnpm.accounts import two_factor
from pnpm.accounts.models import User, spend_time
from pnpm.db import transaction
from pnpm.web import auth, saved_request

from ..forms import TokenForm
from . import login_flow, password_reset, throttling
from .forms import CodeForm, SignInForm

session = Blueprint("session", __name__, url_prefix=auth.PREFIX)


@session.get("/login")
@auth.open_to(auth.EVERYONE)
def show():
    """Render the sign-in form, or redirect who is signed in already to the page they wanted."""
    if not User.anyone():
        return redirect(url_for("setup.show"), 303)
    wanted = request.args.get("next", "")
    if auth.officer():
        return redirect(login_flow.onward(wanted), 303)
    return _page(SignInForm(formdata=None, next=wanted))


@session.post("/login")
@auth.open_to(auth.EVERYONE)
def create():
    """Check name and password; sign in, or go on to the second factor's code."""
    form = SignInForm()
    if not form.validate():
        return _page(form, form.refusal)
    attempted = throttling.of_name(form.username.data)
    try:
        user = _account(form, attempted)
    except attempts.TooSoon as wait:
        return _page(form, *throttling.refusal(form, wait))
    if user is None:
        form.refuse(gettext("Nama pengguna atau kata sandi salah. Periksa, lalu coba lagi."))
        return _page(form, 422)
    return _one_step_on(user, form.next.data, attempted)


@session.post("/logout")
@auth.open_to(auth.EVERYONE)
def end():
    """Sign this browser out."""
    form = TokenForm()
    if auth.officer() and not form.validate():
        return render_template("admin/login/end.html", form=form), form.refusal
    with transaction():
        auth.sign_out()
    return redirect(url_for("session.show"), 303)


def _account(form, attempted):
    """Record the attempt, then return the account with that name and password, or None."""
    throttling.begin(attempted)
    user = User.named(form.username.data)
    if user is None:
        spend_time(form.password.data)  # so that the time does not tell which names there are
        return None
    if not user.knows(form.password.data):
        return None
    return user


def _one_step_on(user, wanted, attempted):
    """Sign in, or go on to the second factor's code if the account has one."""
    if not user.second_factor:
        return login_flow.let_in(user, login_flow.onward(wanted), attempted)
    with transaction():
        login_flow.go_half_way(user, wanted)
    return redirect(url_for("code.show"), 303)


def _page(form, status=200, headers=None):
    context = {
        "has_ended": auth.has_ended(),
        "is_kept": bool(saved_request.carried()),
        "can_be_mailed": password_reset.is_offered(),
    }
    return render_template("admin/login/show.html", form=form, **context), status, headers or {}


code = Blueprint("code", __name__, url_prefix=f"{auth.PREFIX}/login/code")


@code.get("", endpoint="show")
@auth.open_to(auth.EVERYONE)
def show_code():
    """Render the form for the code, if the password was right a moment ago."""
    if login_flow.half_way() is None:
        return redirect(url_for("session.show"), 303)
    return _code_page(CodeForm(formdata=None))


@code.post("", endpoint="create")
@auth.open_to(auth.EVERYONE)
def check_code():
    """Check the code, and sign in."""
    form, user = CodeForm(), login_flow.half_way()
    if user is None:
        return redirect(url_for("session.show"), 303)
    if not form.validate():
        return _code_page(form, form.refusal)
    attempted = throttling.of_code(user)
    try:
        accepted = _accepted(form, attempted)
    except attempts.TooSoon as wait:
        return _code_page(form, *throttling.refusal(form, wait))
    if not accepted:
        return _wrong(form)
    return login_flow.let_in(user, cookie["next"], attempted | throttling.of_name(user.name))


def _accepted(form, attempted):
    """Record the attempt, then return whether the code is right."""
    throttling.begin(attempted)
    with transaction():
        user = login_flow.half_way()  # held now, so that the same code is not taken twice
        return user is not None and two_factor.accepts(user, form.given)


def _wrong(form):
    form.code.data = form.recovery.data = ""
    form.refuse(gettext("Kode salah atau sudah dipakai. Tunggu kode berikutnya, lalu coba lagi."))
    return _code_page(form, 422)


def _code_page(form, status=200, headers=None):
    return render_template("admin/login/code.html", form=form), status, headers or {}
