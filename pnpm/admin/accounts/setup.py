"""Making the first account from the browser, for whoever has no shell: with the setup code that the
program wrote into the instance folder.
"""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask_babel import gettext

from pnpm.accounts import Role, setup_code
from pnpm.accounts import throttling as attempts
from pnpm.accounts.models import User
from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.db import transaction
from pnpm.site_settings import Setting
from pnpm.web import auth

from . import login_flow, throttling
from .forms import SetupForm

setup = Blueprint("setup", __name__, url_prefix=f"{auth.PREFIX}/setup")


@setup.get("/")
@auth.open_to(auth.EVERYONE)
def show():
    """Render the form, which says where the code is; only as long as there is no account."""
    if User.anyone():
        return _over()
    return _page(SetupForm(formdata=None))


@setup.post("/")
@auth.open_to(auth.EVERYONE)
def create():
    """Make the first account, an admin's, and sign it in."""
    form, attempted = SetupForm(), throttling.of_setup()
    if User.anyone():
        return _over()
    if not form.validate():
        return _page(form, form.refusal)
    try:
        user = _first(form, attempted)
    except attempts.TooSoon as wait:
        return _page(form, *throttling.refusal(form, wait))
    if user is None:
        return _refused(form)
    return login_flow.let_in(user, url_for("admin.index"), attempted)


def _first(form, attempted):
    """Record the attempt, then make and return the first account, which is shown the first steps;
    None if the code is wrong, or somebody else was first.
    """
    throttling.begin(attempted)
    with transaction():
        if (
            User.anyone()
            or not setup_code.is_right(_instance(), form.setup_code.data)
            or not setup_code.take(_instance())
        ):
            return None
        user = User.add(form.username.data, Role.ADMIN, form.password.data)
        Setting.change(welcome=True)
        ChangeSet(user.name).record(
            AuditAction.ADDED, "user", [(user.id, {}, {"name": user.name, "role": user.role.value})]
        )
        return user


def _refused(form):
    if User.anyone():
        return _over()
    form.setup_code.errors = [gettext("Kode ini salah. Salin isi berkas itu seluruhnya.")]
    return _page(form, 422)


def _over():
    """Remove the code, which is of no use once there is an account, and redirect to the sign-in."""
    setup_code.take(_instance())
    return redirect(url_for("session.show"), 303)


def _page(form, status=200, headers=None):
    page = render_template("admin/setup.html", form=form, file=setup_code.write(_instance()))
    return page, status, headers or {}


def _instance():
    return current_app.config["PNPM"].instance
