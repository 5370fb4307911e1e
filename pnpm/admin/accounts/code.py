"""The second step of signing in: the code of the telephone, or a recovery code."""

from flask import Blueprint, redirect, render_template, url_for
from flask import session as cookie
from flask_babel import gettext

from pnpm.accounts import throttling as attempt
from pnpm.accounts import two_factor
from pnpm.db import changing
from pnpm.web import auth

from . import entrance, throttling
from .forms import CodeForm

code = Blueprint("code", __name__, url_prefix=f"{auth.PREFIX}/login/code")


@code.get("")
@auth.open_to(auth.EVERYONE)
def show():
    """Asks for the code, once the password was right."""
    if entrance.half_way() is None:
        return redirect(url_for("session.show"), 303)
    return _page(CodeForm(formdata=None))


@code.post("")
@auth.open_to(auth.EVERYONE)
def create():
    """Look at the code."""
    form, user = CodeForm(), entrance.half_way()
    if user is None:
        return redirect(url_for("session.show"), 303)
    if not form.validate():
        return _page(form, form.refusal)
    attempted = throttling.of_code(user)
    try:
        accepted = _accepted(form, attempted)
    except attempt.TooSoon as wait:
        return _page(form, *throttling.refusal(form, wait))
    if not accepted:
        return _wrong(form)
    return entrance.let_in(user, cookie["next"], attempted | throttling.of_name(user.name))


def _accepted(form, attempted):
    """Whether the code is right; the attempt is written down first."""
    throttling.begin(attempted)
    with changing():
        user = entrance.half_way()  # held now, so that the same code is not taken twice
        return user is not None and two_factor.accepts(user, form.given)


def _wrong(form):
    form.code.data = form.recovery.data = ""
    form.refuse(gettext("Kode salah atau sudah dipakai. Tunggu kode berikutnya, lalu coba lagi."))
    return _page(form, 422)


def _page(form, status=200, headers=None):
    return render_template("office/session/code.html", form=form), status, headers or {}
