"""The office's first page: what waits, what is newest, and pictures of the last 90 days."""

from flask import Blueprint, render_template, request
from flask_babel import format_date, format_percent

from pnpm.articles.models import Article
from pnpm.comments import statistics
from pnpm.comments.models import Status
from pnpm.comments.queue import Search, counts
from pnpm.db import db, now
from pnpm.web import auth
from pnpm.web.site import current_site

from . import charts, labels, return_to
from .comments import pages as offices

office = Blueprint("office", __name__, url_prefix=auth.PREFIX)
WAITING, NEWEST = 10, 5  # comments shown
WEEK = 7  # days


@office.get("/")
@auth.open_to(auth.OFFICERS)
def index():
    """What waits, with the buttons right there; the newest; the pictures."""
    waiting = _first(Status.PENDING, WAITING)
    return render_template(
        "office/index.html",
        counts=counts(),
        newest=_first(Status.PUBLISHED, NEWEST),
        done=offices.deed_done(request.args.get("done", "")),
        form=None,
        back=return_to.HOME,
        **offices.rows(waiting),
        **_pictures(),
    )


def _first(status, most):
    return list(db.session.scalars(Search(status=status).query().limit(most)))


def _pictures():
    """Comments a day, spam a week, the busiest articles: each as a chart and as the rows of its table."""
    zone = current_site().zone
    days = statistics.last_days(now().astimezone(zone).date())
    edges = statistics.midnights(days, zone)
    came = statistics.came(edges)
    return {"days": _days(days, came), "spam": _spam(days, came), "busiest": _busiest(edges[0], edges[-1])}


def _days(days, came):
    names = [format_date(day, "d MMM") for day in days[:-1]]
    rows = [[name, *(day[status] for status in labels.STATUSES)] for name, day in zip(names, came, strict=True)]
    chart = charts.columns(names, {status.value: [day[status] for day in came] for status in Status})
    return {"chart": chart, "rows": rows, "total": sum(sum(day.values()) for day in came)}


def _spam(days, came):
    """By weeks that end today; the first one is shorter."""
    names, shares, rows = [], [], []
    for end in range(len(came) % WEEK or WEEK, len(came) + 1, WEEK):
        week = came[max(0, end - WEEK) : end]
        spam, every = (sum(sum(day[status] for status in kinds) for day in week) for kinds in ((Status.SPAM,), Status))
        names.append(format_date(days[max(0, end - WEEK)], "d MMM"))
        shares.append(100 * spam / every if every else 0)
        rows.append([names[-1], every, spam, format_percent(spam / every) if every else "–"])
    return {"chart": charts.columns(names, {Status.SPAM.value: shares}, "%"), "rows": rows, "total": sum(row[2] for row in rows)}


def _busiest(since, until):
    found = statistics.busiest(since, until)
    headings = Article.headings_of(number for number, _count in found)
    rows = [(headings[number], count) for number, count in found]
    return {"beams": charts.beams([(heading.title, count) for heading, count in rows]), "rows": rows}
