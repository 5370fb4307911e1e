"""Trust in an author; everything an author wrote is a page of the desk."""

from flask import Blueprint, abort, redirect

from pnpm.audit.models import Deed
from pnpm.comments.trust import trust
from pnpm.db import changing
from pnpm.web import auth
from pnpm.web.site import current_site

from .. import return_to
from ..forms import TrustForm
from . import pages

authors = Blueprint("authors", __name__, url_prefix=f"{auth.PREFIX}/authors")


@authors.post("/trust")
@auth.open_to(auth.OFFICERS)
def change_trust():
    """Publish an author's comments without waiting from now on (until a day), or no more."""
    form, search, deed = TrustForm(), return_to.asked_from(), Deed(auth.officer().name)
    if not search.is_author:
        abort(404)
    if not form.validate():
        return pages.desk(search, trust=form), form.refusal
    until = form.moment(current_site().zone)
    try:
        with changing():
            trust(search.name, search.address, until, form.trusted.data, deed)
    except LookupError:
        abort(404)
    return redirect(return_to.sent_from(None, deed.done), 303)
