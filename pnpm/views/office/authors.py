"""Trust in an author; everything an author wrote is a page of the desk."""

from flask import Blueprint, abort, redirect

from ... import auth, office, way_back
from ...database import changing
from ...forms.office import TrustForm
from ...models.log import Deed
from ...models.trust import trust
from ...site import current_site

authors = Blueprint("authors", __name__, url_prefix=f"{auth.PREFIX}/authors")


@authors.post("/trust")
@auth.open_to(auth.OFFICERS)
def change_trust():
    """Publish an author's comments without waiting from now on (until a day), or no more."""
    form, search, deed = TrustForm(), way_back.asked_from(), Deed(auth.officer().name)
    if not search.is_author:
        abort(404)
    if not form.validate():
        return office.desk(search, trust=form), form.refusal
    until = form.moment(current_site().zone)
    try:
        with changing():
            trust(search.name, search.address, until, form.trusted.data, deed)
    except LookupError:
        abort(404)
    return redirect(way_back.sent_from(None, deed.done), 303)
