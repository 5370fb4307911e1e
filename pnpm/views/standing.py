"""The pages about the site itself, at addresses as Blogger's static pages have them."""

from flask import Blueprint, abort

from .. import kept
from .. import standing as pages
from ..database import read
from ..models.freshness import FRESHNESS
from ..site import current_site

standing = Blueprint("standing", __name__)


@standing.get("/p/<name>.html")
def show(name):
    """About, or privacy."""
    if name not in pages.PAGES:
        abort(404)
    found = read(FRESHNESS)
    current_site(found.site_revision or "")
    return kept.answer(("page", name), kept.Source(FRESHNESS, {}, tuple(found)), lambda: pages.page(name))
