"""The first account, for who has no shell: made with the code that the program wrote into the instance folder."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask_babel import gettext

from ... import auth, entrance, setup_code, slowdown
from ...database import changing
from ...forms.account import SetupForm
from ...models import attempt
from ...models.log import Action, Deed
from ...models.user import Role, User

setup = Blueprint("setup", __name__, url_prefix=f"{auth.PREFIX}/setup")


@setup.get("/")
@auth.open_to(auth.EVERYONE)
def show():
    """Says where the code is, and asks for it; only as long as there is no account."""
    if User.anyone():
        return redirect(url_for("session.show"), 303)
    return _page(SetupForm(formdata=None))


@setup.post("/")
@auth.open_to(auth.EVERYONE)
def create():
    """Make the first admin, and let them in."""
    form, attempted = SetupForm(), slowdown.of_setup()
    if User.anyone():
        return redirect(url_for("session.show"), 303)
    if not form.validate():
        return _page(form, form.refusal)
    try:
        with changing():
            attempt.begin(attempted)
    except attempt.TooSoon as wait:
        return _page(form, *slowdown.refusal(form, wait))
    if not setup_code.is_right(_instance(), form.setup_code.data):
        form.setup_code.errors = [gettext("Kode ini salah. Salin isi berkas itu seluruhnya.")]
        return _page(form, 422)
    return _made(form, attempted)


def _made(form, attempted):
    user = None
    with changing():
        if not User.anyone() and setup_code.take(_instance()):  # else somebody was first
            user = User.add(form.username.data, Role.ADMIN, form.password.data)
            Deed(user.name).record(Action.ADDED, "user", [(user.id, {}, {"name": user.name, "role": user.role.value})])
    if user is None:
        return redirect(url_for("session.show"), 303)
    return entrance.let_in(user, url_for("office.index"), attempted)


def _page(form, status=200, headers=None):
    return render_template("office/setup.html", form=form, file=setup_code.write(_instance())), status, headers or {}


def _instance():
    return current_app.config["PNPM"].instance
