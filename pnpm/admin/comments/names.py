"""The office's page of the names that the spam filter remembers, each with a button that forgets
it.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import StringField

from pnpm.audit.models import ChangeSet
from pnpm.comments import lessons
from pnpm.comments.spam.tables import NAME_LENGTH
from pnpm.db import transaction
from pnpm.web import auth
from pnpm.web.forms import AtMost

from .. import return_to
from ..forms import REQUIRED, OfficeForm, one_line
from . import pages

names = Blueprint("names", __name__, url_prefix=f"{auth.PREFIX}/lists/names")


class NameForm(OfficeForm):
    """The button that forgets a name."""

    name = StringField(_("Nama"), filters=[one_line], validators=[AtMost(NAME_LENGTH), REQUIRED])


@names.get("")
def index():
    """Render the names that make comments wait."""
    return _page(None, request.args.get("done", ""))


@names.post("")
def forget():
    """Forget a name."""
    form, change_set = NameForm(), ChangeSet(auth.signed_in().name)
    if not form.validate():
        return _page(form), form.refusal
    with transaction():
        is_forgotten = lessons.forget_name(form.name.data, change_set)
    if not is_forgotten:
        form.refuse(gettext("Nama itu sudah tidak diingat lagi."))
        return _page(form), 409
    return redirect(url_for("names.index", done=change_set.done), 303)


def _page(form, done=""):
    # imported here, as the rest of the office does without it
    from pnpm.comments.spam import memory

    return render_template(
        "admin/names/index.html",
        remembered=lessons.remembered(),
        shown=memory.SHOWN,
        form=form,
        done=pages.change_set_done(done),
        back=return_to.NAMES,
    )
