"""The pages about the site itself, at addresses as Blogger's static pages have them."""

from flask import Blueprint, abort

from pnpm.articles.freshness import FRESHNESS
from pnpm.db import read
from pnpm.web import page_cache
from pnpm.web.site import current_site

from . import standing as pages

standing = Blueprint("standing", __name__)


@standing.get("/p/<name>.html")
def show(name):
    """About, or privacy."""
    if name not in pages.PAGES:
        abort(404)
    found = read(FRESHNESS)
    current_site(found.site_revision or "")
    return page_cache.answer(("page", name), page_cache.Source(FRESHNESS, {}, tuple(found)), lambda: pages.page(name))
