"""A password that was forgotten: its owner asks for a link by mail, and chooses another."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext

from pnpm.accounts import throttling as attempts
from pnpm.audit import password_reset
from pnpm.audit.officer_links import Invalid
from pnpm.db import transaction
from pnpm.web import auth, jobs, site_address

from . import throttling
from .forms import ForgottenForm, NewPasswordForm

forgotten = Blueprint("forgotten", __name__, url_prefix=f"{auth.PREFIX}/forgotten")


def is_offered() -> bool:
    """Tell whether a link can be mailed: where mail is set up, and the site's own address is known,
    whatever the Host header of this request says.
    """
    return current_app.config["PNPM"].mail_url is not None and bool(site_address.known())


@forgotten.get("")
@auth.open_to(auth.EVERYONE)
def show():
    """Render the form that asks for a link."""
    if not is_offered():
        abort(404)
    return _page(ForgottenForm(formdata=None))


@forgotten.post("")
@auth.open_to(auth.EVERYONE)
def create():
    """Have a link mailed; the answer is the same for a name that nobody has."""
    if not is_offered():
        abort(404)
    form = ForgottenForm()
    if not form.validate():
        return _page(form, form.refusal)
    try:
        throttling.begin(throttling.of_forgotten())
    except attempts.TooSoon as wait:
        return _page(form, *throttling.refusal(form, wait))
    with transaction():
        password_reset.ask(_key(), form.username.data)
    response = current_app.make_response(render_template("admin/forgotten/sent.html"))
    jobs.deliver_mail(response)
    return response


@forgotten.get("/<token>")
@auth.open_to(auth.EVERYONE)
def edit(token):
    """Render the form for another password."""
    try:
        user = password_reset.owner(_key(), token)
    except Invalid:
        return _over()
    return _new_page(user, NewPasswordForm(user.name, formdata=None))


@forgotten.post("/<token>")
@auth.open_to(auth.EVERYONE)
def change(token):
    """Change the password. Every browser is signed out."""
    try:
        user = password_reset.owner(_key(), token)
        form = NewPasswordForm(user.name)
        if not form.validate():
            return _new_page(user, form, form.refusal)
        with transaction():
            password_reset.change(_key(), token, form.password.data)
    except Invalid:
        return _over()
    flash(gettext("Kata sandi sudah diganti. Masuklah dengan yang baru."))
    return redirect(url_for("session.show"), 303)


def _over():
    return render_template("admin/forgotten/over.html", can_be_mailed=is_offered()), 410


def _page(form, status=200, headers=None):
    return render_template("admin/forgotten/show.html", form=form), status, headers or {}


def _new_page(user, form, status=200):
    return render_template("admin/forgotten/edit.html", form=form, user=user), status


def _key():
    return current_app.config["PNPM"].secret_key
