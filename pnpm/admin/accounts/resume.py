"""What was sent after a session had ended, offered to who is in again: done by a tap, or not at
all.
"""

from flask import Blueprint, redirect, render_template, request, url_for

from pnpm.web import auth, saved_request
from pnpm.web.saved_request import FIELD

from .. import labels
from ..forms import TokenForm
from . import entrance

resume = Blueprint("resume", __name__, url_prefix=f"{auth.PREFIX}/resume")
# fields that nobody typed
CHOSEN = {"back", "upto", "seen", "stood", "token", "edition", "format", "status"}


@resume.get("")
@auth.open_to(auth.OFFICERS)
def show():
    """Each as a form of its own, with all that it held and a token of this session."""
    return _page(TokenForm(formdata=None))


@resume.post("/removal")
@auth.open_to(auth.OFFICERS)
def drop():
    """Offer one no more, and on to the page that it was sent from."""
    form, key = TokenForm(), request.form.get(FIELD, "")
    if not form.validate():
        return _page(form, form.refusal)
    (page,) = [one.page for one in _waiting() if one.key == key] or [None]
    saved_request.drop(key)
    return redirect(entrance.onward(page or ""), 303)


def _page(form, status=200):
    offers = [_offer(one) for one in _waiting()]
    if not offers:
        return redirect(url_for("admin.index"), 303)
    return render_template("admin/resume.html", offers=offers, form=form), status


def _waiting():
    return saved_request.waiting(auth.officer().id)


def _offer(saved):
    """One as its form shows it: each field with its name, its value, and whether somebody
    typed it.
    """
    words, may = labels.tap(saved)
    fields = [(name, value, _is_typed(name, value)) for name, value in saved.fields]
    return {"saved": saved, "words": words, "may": may, "fields": fields}


def _is_typed(name, value):
    """Whether it is shown to be read: words; not the markup of the editor, which nobody can
    read.
    """
    is_markup = value.lstrip().startswith("<")
    return name not in CHOSEN and len(value.split()) > 1 and not is_markup
