"""The pages about the site itself, at the addresses of Blogger's static pages: the office's text,
or the default one.
"""

from datetime import UTC, datetime

from flask import Blueprint, abort, render_template
from flask_babel import lazy_gettext as _

from pnpm.articles.freshness import FRESHNESS, site_freshness
from pnpm.articles.models import PAGES as BEGINNING
from pnpm.articles.static_pages import own_pages, page_of
from pnpm.markup import sanitizer
from pnpm.web import page_cache
from pnpm.web.site import current_site

PAGES = {
    "tentang": (_("Tentang situs ini"), "site/_about.html"),
    "privasi": (_("Privasi"), "site/_privacy.html"),
}
# the day of the default texts; change it when they change
WRITTEN = datetime(2026, 11, 27, tzinfo=UTC)


def default(name: str) -> tuple[str, str]:
    """Return title and HTML source of a page's default text, made from the site's words. What it
    tells is imported here, as no other page needs it.
    """
    from pnpm.articles.revisions import KEPT as VERSIONS
    from pnpm.comments.moderation import KEPT
    from pnpm.comments.subscriptions.tables import UNCONFIRMED_DAYS
    from pnpm.privacy.models import KEPT_DAYS

    title, template = PAGES[name]
    source = render_template(
        template,
        written_on=WRITTEN,
        days_kept=KEPT.days,
        versions_kept=VERSIONS,
        days_unconfirmed=UNCONFIRMED_DAYS,
        days_requested=KEPT_DAYS,
    )
    return str(title), source.strip()


def all_pages() -> dict[str, str]:
    """Return the titles of all pages by their names: of PAGES, then of those that came from another
    system.
    """
    titles = {name: str(title) for name, (title, _template) in PAGES.items()}
    own = {page.slug.removeprefix(BEGINNING): page.title for page in own_pages()}
    return titles | {name: title for name, title in own.items() if name not in titles}


def page(name: str) -> str:
    """Render the page of that name: the office's own, or the default one; 404 if there is
    neither.
    """
    own = page_of(name)
    if own:
        return _rendered(name, own.title, own.html)
    if name not in PAGES:
        abort(404)
    title, source = default(name)
    return _rendered(name, title, sanitizer.article_html(source))


def _rendered(name, title, html):
    return render_template("site/page.html", name=name, title=title, html=html)


static_pages = Blueprint("static_pages", __name__)


@static_pages.get("/p/<name>.html")
def show(name):
    """Render one of PAGES: about the site, or privacy; or one that came from another system."""
    found = site_freshness()
    current_site(found.site_revision or "")
    return page_cache.answer(
        ("page", name), page_cache.Source(FRESHNESS, {}, tuple(found)), lambda: page(name)
    )
