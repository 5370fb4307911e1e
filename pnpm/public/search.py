"""The search: its page, and how a browser can offer it. What is found is looked for in
`search_page.py`, loaded when somebody asks, so that no reader of an article waits for it.
"""

from flask import Blueprint, render_template, request

from pnpm.articles.freshness import FRESHNESS, site_freshness
from pnpm.web import page_cache
from pnpm.web.site import current_site

search = Blueprint("search", __name__)


@search.get("/cari")
def show():
    """Render the articles and comments that have the words of `q`; without any, the form alone."""
    from . import search_page

    found = site_freshness()
    current_site(found.site_revision or "")
    asked = search_page.Asked.now()
    return page_cache.answer(
        ("search", asked),
        page_cache.Source(FRESHNESS, {}, tuple(found)),
        lambda: search_page.page(asked),
        # what is asked with words may be anything, and comments come in between
        is_cached=not request.query_string,
    )


@search.get("/opensearch.xml")
def description():
    """Send what a browser needs to offer this search (OpenSearch 1.1)."""
    source = page_cache.Source(FRESHNESS, {}, tuple(site_freshness()))
    return page_cache.answer(
        "opensearch",
        source,
        lambda: render_template("search/opensearch.xml"),
        "application/opensearchdescription+xml",
    )
