"""The pages of the archive: the articles of a year, or of a month."""

from flask import Blueprint, abort, redirect, render_template, request, url_for

from pnpm.articles.freshness import FRESHNESS, site_freshness
from pnpm.web import page_cache
from pnpm.web.params import number_of
from pnpm.web.site import current_site

archive = Blueprint("archive", __name__)
YEAR = "/<int(fixed_digits=4):year>/"
MONTH = f"{YEAR}<int(fixed_digits=2):month>/"
YEARS = range(1000, 9999)  # that a calendar can count from, and to the next of which


@archive.get("/arsip")
def newest():
    """Redirect to the newest year that has articles; without any, to the front page."""
    from pnpm.articles.archive import counts

    found = counts(current_site().zone)
    target = url_for("articles.index")
    if found:
        target = url_for("archive.show_year", year=next(iter(found))[0])
    return redirect(target, 302), {"Cache-Control": "no-cache"}


@archive.get(YEAR, endpoint="show_year")
@archive.get(MONTH, endpoint="show_month")
def show(year, month=None):
    """Render the titles of a year or month, those older than the article of number `before`; 404 if
    there is none.
    """
    # other scripts have digits, too, and so would each page many addresses
    if year not in YEARS or not 1 <= (month or 1) <= 12 or not request.path.isascii():
        abort(404)
    before, found = number_of(request.args, "before"), site_freshness()
    current_site(found.site_revision or "")
    source = page_cache.Source(FRESHNESS, {}, tuple(found))
    return page_cache.answer(
        ("archive", year, month, before),
        source,
        lambda: _page(year, month, before) or abort(404),
    )


def _page(year, month, before):
    from pnpm.articles import archive as articles  # no other reader waits for it

    zone = current_site().zone
    shown, last = articles.of(year, month, zone, before)
    if not shown:
        return ""
    counts = articles.counts(zone)
    years: dict[int, int] = {}
    for (of_year, _month), count in counts.items():
        years[of_year] = years.get(of_year, 0) + count
    return render_template(
        "archive/show.html",
        year=year,
        month=month,
        before=before,
        articles=shown,
        last=last,
        years=years,
        months={one: count for (of_year, one), count in counts.items() if of_year == year},
    )
