"""The lists of words, domains, names and addresses: tried, and saved."""

from flask import Blueprint, redirect, render_template, request, url_for

from pnpm.audit.models import Deed
from pnpm.comments.rules import change_lists, list_texts
from pnpm.db import changing
from pnpm.web import auth, security

from .. import return_to
from . import pages
from .rules_forms import ListsForm

lists = Blueprint("lists", __name__, url_prefix=f"{auth.PREFIX}/lists")
LARGEST = 1024 * 1024  # bytes: eight lists of 500 lines of 30 characters are 120 kB, and as much again in their spelling
SHOWN = 200  # comments that a trial hits, on one page


@lists.get("")
def index():
    """The lists as they are."""
    return _page(ListsForm(formdata=None, **list_texts()), request.args.get("done", ""))


@lists.post("")
@security.takes(LARGEST)
def change():
    """Show what these lists would have held, or put them in force."""
    form, deed = ListsForm(), Deed(auth.officer().name)
    if not form.validate():
        return _page(form), form.refusal
    if request.form.get("do") == "try":
        return _page(form)
    with changing():
        change_lists(deed, form.texts)
    return redirect(url_for("lists.index", done=deed.done), 303)


def _page(form, done=""):
    context = {"form": form, "trial": form.trial, "shown": SHOWN, "done": pages.deed_done(done), "back": return_to.LISTS}
    return render_template("office/lists/index.html", **context)
