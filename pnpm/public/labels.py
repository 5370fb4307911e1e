"""Labels: under each one the articles that have it, newest first."""

from flask import Blueprint, abort, redirect, request, url_for

from pnpm.web.params import number_of
from pnpm.articles.freshness import FRESHNESS
from pnpm.articles.tags import Label, label_slug
from pnpm.db import read
from pnpm.web import page_cache
from pnpm.web.page_cache import Source
from pnpm.web.site import current_site

from . import pages

labels = Blueprint("labels", __name__)


@labels.get("/label/<slug>")
def show(slug):
    """The newest articles of a label, or those older than `before`; 404 where readers would see none."""
    label, before = Label.of(slug) or abort(404), number_of(request.args, "before")
    found = read(FRESHNESS)
    current_site(found.site_revision or "")
    source = Source(FRESHNESS, {}, tuple(found))
    return page_cache.answer(("label", label.slug, before), source, lambda: pages.labelled(label, before) or abort(404))


@labels.get("/search/label/<path:name>")
def find(name):
    """From Blogger's address of a label, however its name is written there, to ours."""
    label = Label.of(label_slug(name)) or abort(404)
    return redirect(url_for("labels.show", slug=label.slug), 301)
