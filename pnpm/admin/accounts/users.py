"""The office's accounts, which an admin adds, changes and removes. Their own account officers
change in `profile`.
"""

from typing import cast

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext

from pnpm.accounts import models as accounts
from pnpm.accounts import throttling, two_factor
from pnpm.accounts.models import NameTaken, User
from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.db import db, transaction
from pnpm.web import auth, jobs

from ..forms import TokenForm
from . import contact
from .forms import ContactForm, NewPasswordForm, RoleForm, UserForm

users = Blueprint("users", __name__, url_prefix=f"{auth.PREFIX}/users")


@users.get("")
def index():
    """Render all accounts, and the form for a new one."""
    return _list(UserForm(formdata=None))


@users.post("")
def create():
    """Add an account."""
    form = UserForm()
    if not form.validate():
        return _list(form, form.refusal)
    try:
        with transaction():
            auth.own_account()
            user = User.add(form.username.data, form.chosen, form.password.data)
            _record(AuditAction.ADDED, user, {}, {"role": user.role.value})
    except NameTaken:
        form.username.errors = [gettext("Nama ini sudah dipakai. Pilih yang lain.")]
        return _list(form, 422)
    return _back(gettext("%(name)s sudah ditambahkan.", name=user.name))


@users.get("/<int:number>")
def show(number):
    """Render one account with the forms that change it."""
    return _page(_found(number), None)


@users.post("/<int:number>/role")
def change_role(number):
    """Change the role of another's account."""
    form = RoleForm()
    return _change(
        number, form, lambda user: _role(user, form.chosen), gettext("Perannya sudah diubah.")
    )


@users.post("/<int:number>/password")
def change_password(number):
    """Change the password of another's account, and forgive failed attempts at the old one."""
    form = NewPasswordForm(_found(number).name)
    return _change(
        number,
        form,
        lambda user: _password(user, form.password.data),
        gettext("Kata sandinya sudah diganti."),
    )


@users.post("/<int:number>/mail")
def change_contact(number):
    """Change the e-mail address of another's account, and what is sent there."""
    form = ContactForm()
    answer = _change(
        number,
        form,
        lambda user: contact.change(user, form, auth.signed_in().name),
        gettext("Alamat surel dan pemberitahuannya sudah disimpan."),
    )
    response = current_app.make_response(answer)
    jobs.deliver_mail(response)
    return response


@users.post("/<int:number>/factor")
def turn_factor_off(number):
    """Turn off the second factor of another's account, whose telephone is lost."""
    return _change(
        number, TokenForm(), _factor_off, gettext("Verifikasi dua langkahnya sudah dimatikan.")
    )


@users.post("/<int:number>/removal")
def remove(number):
    """Remove the account of somebody else."""
    return _change(number, TokenForm(), _remove, gettext("Akun itu sudah dihapus."))


def _change(number, form, verb, words):
    """Call `verb` with the account, if the form is valid and the account may be changed, and say
    `words`; else render the page that says why not.
    """
    user = _found(number)
    if not form.validate():
        return _page(user, form, form.refusal)
    if user.id == auth.signed_in().id:
        form.refuse(
            gettext("Ini akun Anda sendiri. Peran dan penghapusannya adalah urusan admin lain.")
        )
        return _page(user, form, 422)
    try:
        _do(verb, number)
    except accounts.LastAdmin:
        form.refuse(gettext("Ini admin terakhir. Jadikan orang lain admin lebih dahulu."))
        return _page(user, form, 422)
    return _back(words)


def _do(verb, number):
    with transaction():
        # of two admins who remove each other at once, the second has no account any more
        auth.own_account()
        verb(User.held(number) or abort(404))


def _role(user, role):
    before = user.role
    if role is not before:
        accounts.change_role(user, role)
        _record(AuditAction.ROLE, user, {"role": before.value}, {"role": role.value})


def _password(user, password):
    accounts.change_password(user, password)
    throttling.forgive_all(cast(str, current_app.secret_key), user)
    _record(AuditAction.PASSWORD, user, {}, {})


def _factor_off(user):
    if user.second_factor:
        two_factor.turn_off(user)
        _record(AuditAction.FACTOR, user, {"second_factor": True}, {"second_factor": False})


def _remove(user):
    _record(AuditAction.REMOVED, user, {"role": user.role.value}, {})
    accounts.remove(user)


def _record(action, user, before, after):
    ChangeSet(auth.signed_in().name).record(
        action, "user", [(user.id, before, {"name": user.name, **after})]
    )


def _found(number):
    known = {user.id: user for user in db.session.scalars(User.everyone())}
    return known.get(number) or abort(404)


def _back(words):
    flash(words)
    return redirect(url_for("users.index"), 303)


def _list(form, status=200):
    return render_template("admin/users/index.html", users=User.by_name(), form=form), status


def _page(user, form, status=200):
    """Render an account; `form` is the one that was refused, if any, in place of a fresh one."""
    role, password = RoleForm(formdata=None, role=user.role.value), None
    if isinstance(form, RoleForm):
        role = form
    if isinstance(form, NewPasswordForm):
        password = form
    reached = form if isinstance(form, ContactForm) else contact.form_of(user, ContactForm)
    page = render_template(
        "admin/users/show.html",
        user=user,
        form=form,
        role=role,
        contact=reached,
        password=password or NewPasswordForm(user.name, formdata=None),
    )
    return page, status
