"""The monthly report, which prints on one page."""

from datetime import date
from itertools import pairwise

from flask import Blueprint, abort, render_template, request
from flask_babel import format_date

from pnpm.articles.models import Article
from pnpm.comments import statistics
from pnpm.comments.models import Status
from pnpm.db import now
from pnpm.web import auth
from pnpm.web.site import current_site

from . import charts, labels

MOST_OFFICERS = 6  # or it is no longer one page

report = Blueprint("report", __name__, url_prefix=f"{auth.PREFIX}/report")


@report.get("")
@auth.open_to(auth.OFFICERS)
def index():
    """A month, the running one if none is asked for, beside the month before."""
    zone = current_site().zone
    today = now().astimezone(zone).date()
    first = _month(request.args.get("month") or f"{today:%Y-%m}")
    try:
        before, after = statistics.month_before(first), statistics.month_after(first)
        found = _found(before, first, zone)
    except OverflowError:  # before the first month there is, or after the last
        abort(404)
    return render_template("office/report/index.html", first=first, before=before, after=after, today=today, made=now(), **found)


def _month(asked):
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError:
        abort(404)


def _found(before, first, zone):
    weeks = statistics.weeks(first)
    edges = statistics.midnights([before, *weeks], zone)
    past, *came = statistics.came(edges)
    busiest = statistics.busiest(edges[1], edges[-1])
    return {
        "now": {status: sum(week[status] for week in came) for status in Status},
        "past": past,
        "busiest": busiest,
        "headings": Article.headings_of(number for number, _count in busiest),
        "waits": [statistics.wait(edges[1], edges[-1]), statistics.wait(edges[0], edges[1])],
        "work": statistics.work(edges[1], edges[-1]),
        "most_officers": MOST_OFFICERS,
    } | _weeks(weeks, came)


def _weeks(days, came):
    names = [_week(since, until) for since, until in pairwise(days)]
    chart = charts.columns(names, {status.value: [week[status] for week in came] for status in Status})
    rows = [[name, *(week[status] for status in labels.STATUSES)] for name, week in zip(names, came, strict=True)]
    return {"chart": chart, "rows": rows}


def _week(since, until):
    """A week of a month: `2–8`."""
    last = date.fromordinal(until.toordinal() - 1)
    return f"{since.day}–{last.day}" if last > since else format_date(since, "d")
