"""The addresses that programs ask for: health, robots, sitemap, manifest, icon, service worker."""

import hashlib
import json

from flask import Blueprint, abort, redirect, render_template
from sqlalchemy.exc import SQLAlchemyError

from pnpm.articles.freshness import FRESHNESS, site_freshness
from pnpm.articles.tags import all_labels
from pnpm.db import db, migrations
from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.db.sqlite import obstacle
from pnpm.web import page_cache, templating
from pnpm.web.params import whole
from pnpm.web.site import current_site

from .static_pages import all_pages

site = Blueprint("site", __name__)
ILLNESSES: dict[StorageFault | None, str] = {
    StorageFault.BUSY: "another process holds it",
    StorageFault.AWAY: "bring back a backup of it",
}
OBSTACLES = {
    StorageFault.AWAY: "the database's file is gone, or empty; bring it back",
    StorageFault.FULL: "the disk is full: the site can be read, but nothing is kept",
    StorageFault.READ_ONLY: (
        "the database, or its folder, cannot be written to: the site can be read, but nothing "
        "is kept"
    ),
}
# what a page is made of, but for its pictures; a page of another release has others
PARTS = "site.css", "color_scheme.js", "htmx-4.0.1.min.js", "app.js", "emoticons.svg"
SITEMAP = 50_000  # addresses in one file: the limit of sitemaps.org
MOST_LABELS = 25_000  # in the sitemap


@site.get("/healthz")
def healthz():
    """Answer 200 if the database works and its schema is the newest, else 503 with the reason."""
    reason = _illness()
    headers = {"Cache-Control": "no-store"}
    if reason:
        return ({"status": "ill", "reason": reason}, 503, headers)
    return ({"status": "ok"}, 200, headers)


@site.get("/robots.txt")
def robots():
    """Let robots read everything but the office and what is one reader's own."""
    return render_template("site/robots.txt"), {"Content-Type": "text/plain; charset=utf-8"}


@site.get("/sitemap.xml")
def sitemap():
    """Send the addresses of all articles, labels and static pages; where they are too many for one
    file, those of its parts.
    """
    source = page_cache.Source(FRESHNESS, {}, tuple(site_freshness()))
    return page_cache.answer("sitemap", source, _sitemap, "application/xml")


@site.get("/sitemap-<number>.xml")
def sitemap_part(number):
    """Send a part of the sitemap: the first has labels and static pages, the others articles."""
    part = whole(number)
    source = page_cache.Source(FRESHNESS, {}, tuple(site_freshness()))
    return page_cache.answer(
        ("sitemap", part), source, lambda: _sitemap_part(part) or abort(404), "application/xml"
    )


@site.get("/manifest.webmanifest")
def manifest():
    """Send what a phone needs to put the site on its home screen."""
    name = current_site().words.name
    icon = {"src": templating.asset("icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    described = {
        "lang": current_site().language_tag,
        "name": name,
        "short_name": name[:12],
        "start_url": "./",
        "display": "minimal-ui",
        "icons": [icon],
        "background_color": "#fbfaf5",
        "theme_color": current_site().theme_color,
    }
    return described, {"Content-Type": "application/manifest+json"}


@site.get("/favicon.ico")
def icon():
    """Redirect to the icon: many programs ask for it here, whatever a page says."""
    return redirect(templating.asset("icon.svg"), 302)


@site.get("/sw.js")
def worker():
    """Send the service worker, which keeps what was read; or, where the settings have it off, one
    that takes itself away. Browsers ask for it at each visit.

    Its place is its scope: the site, in whatever folder.
    """
    source = page_cache.Source(FRESHNESS, {}, tuple(site_freshness()))
    return page_cache.answer("worker", source, _worker, "text/javascript")


def _worker():
    files = [templating.asset(name) for name in PARTS]
    return render_template(
        "site/sw.js",
        version=hashlib.sha256(" ".join(files).encode()).hexdigest()[:6],
        offline=json.dumps(render_template("site/_offline.html").strip(), ensure_ascii=False),
    )


def _sitemap():
    from pnpm.articles import sitemap as sitemaps  # no reader waits for it

    labels = all_labels(MOST_LABELS)
    if 1 + len(all_pages()) + len(labels) + sitemaps.count() <= SITEMAP:
        return _addresses(sitemaps.part(0, SITEMAP), labels)
    parts = [None, *sitemaps.parts_changed_at(SITEMAP)]
    return render_template("site/sitemap_index.xml", parts=parts)


def _sitemap_part(part):
    """Return the part of that number of a sitemap that has parts; empty if it has no such part."""
    from pnpm.articles import sitemap as sitemaps

    if part == 1:
        return _addresses([], all_labels(MOST_LABELS))
    if part < 1 or (part - 2) * SITEMAP >= sitemaps.count():
        return ""
    return _addresses(sitemaps.part((part - 2) * SITEMAP, SITEMAP), None)


def _addresses(articles, labels):
    """Render addresses; without labels (None) those of articles alone."""
    return render_template("site/sitemap.xml", articles=articles, labels=labels, pages=all_pages())


def _illness():
    """Return what is wrong with the database or the key; empty if nothing is."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and (fault := obstacle(url.database or "")):
        return OBSTACLES.get(fault, "")
    if not current_site().config.secret_key:
        return "there is no secret key; run `flask init`, then restart the application"
    try:
        current = migrations.current()
    except SQLAlchemyError as error:
        advice = ILLNESSES.get(storage_fault_of(error), "run `flask init`")
        return f"the database does not answer: {type(error).__name__}; {advice}"
    if current != migrations.newest():
        return f"the schema is at {current}, not {migrations.newest()}; run `flask db upgrade`"
    return ""
