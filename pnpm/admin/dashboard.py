"""The office's first page, with charts of the last 90 days, and the report of a month."""

from datetime import date, timedelta
from itertools import pairwise

from flask import Blueprint, abort, current_app, render_template, request
from flask_babel import format_date, format_percent

from pnpm.articles.models import Article
from pnpm.comments import statistics
from pnpm.comments.models import Status
from pnpm.comments.queue import QueueQuery, counts
from pnpm.db import db, now
from pnpm.imports import pending
from pnpm.mail import outbox
from pnpm.privacy import answers
from pnpm.web import auth
from pnpm.web.site import current_site

from . import charts, labels, return_to, welcome
from .comments import pages as comment_pages

admin = Blueprint("admin", __name__, url_prefix=auth.PREFIX)
WAITING, NEWEST = 10, 5  # comments shown
WEEK = 7  # days


@admin.get("/")
@auth.open_to(auth.OFFICERS)
def index():
    """Render the comments that wait, with their buttons, the newest ones, and the charts."""
    waiting = _first(Status.PENDING, WAITING)
    return render_template(
        "admin/index.html",
        counts=counts(),
        newest=_first(Status.PUBLISHED, NEWEST),
        done=comment_pages.change_set_done(request.args.get("done", "")),
        form=None,
        unsent=outbox.counted().failed,
        asked=answers.counted(),
        importing=pending.is_begun(current_app.config["PNPM"].instance),
        steps=welcome.shown(),
        back=return_to.HOME,
        **comment_pages.rows(waiting),
        **_charts(),
    )


def _first(status, most):
    return list(db.session.scalars(QueueQuery(status=status).query().limit(most)))


def _charts():
    """Return comments per day, spam per week and the busiest articles, each as a chart and as the
    rows of its table.
    """
    zone = current_site().zone
    days = statistics.last_days(now().astimezone(zone).date())
    edges = statistics.midnights(days, zone)
    came = statistics.came(edges)
    return {
        "days": _days(days, came),
        "spam": _spam(days, came),
        "busiest": _busiest(edges[0], edges[-1]),
    }


def _days(days, came):
    names = [format_date(day, "d MMM") for day in days[:-1]]
    rows = [
        [name, *(day[status] for status in labels.STATUSES)]
        for name, day in zip(names, came, strict=True)
    ]
    chart = charts.columns(
        names, {status.value: [day[status] for day in came] for status in Status}
    )
    return {"chart": chart, "rows": rows, "total": sum(sum(day.values()) for day in came)}


def _spam(days, came):
    """Return the share of spam in each week, the last of which ends today; the first is shorter
    where the days are not whole weeks.
    """
    names, shares, rows = [], [], []
    first_end = len(came) % WEEK or WEEK
    for end in range(first_end, len(came) + 1, WEEK):
        start = max(0, end - WEEK)
        week = came[start:end]
        name = format_date(days[start], "d MMM")
        spam = sum(day[Status.SPAM] for day in week)
        total = sum(sum(day.values()) for day in week)
        percent, written = 0, "–"
        if total:
            percent, written = 100 * spam / total, format_percent(spam / total)
        names.append(name)
        shares.append(percent)
        rows.append([name, total, spam, written])
    return {
        "chart": charts.columns(names, {Status.SPAM.value: shares}, "%"),
        "rows": rows,
        "total": sum(row[2] for row in rows),
    }


def _busiest(since, until):
    found = statistics.busiest(since, until)
    headings = Article.headings_of(number for number, _count in found)
    rows = [(headings[number], count) for number, count in found]
    return {
        "beams": charts.beams([(heading.title, count) for heading, count in rows]),
        "rows": rows,
    }


MOST_OFFICERS = 6  # in the report: more do not fit on its one page

report = Blueprint("report", __name__, url_prefix=f"{auth.PREFIX}/report")


@report.get("", endpoint="index")
@auth.open_to(auth.OFFICERS)
def show_report():
    """Render the report of a month (by default the running one) beside the month before."""
    zone = current_site().zone
    today = now().astimezone(zone).date()
    first = _month(request.args.get("month") or f"{today:%Y-%m}")
    try:
        before, after = statistics.month_before(first), statistics.month_after(first)
        figures = _figures(before, first, zone)
    except OverflowError:  # before the first month there is, or after the last
        abort(404)
    return render_template(
        "admin/report/index.html",
        first=first,
        before=before,
        after=after,
        today=today,
        made=now(),
        **figures,
    )


def _month(asked):
    """Return the first day of a month written as `2026-11`, or 404."""
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError:
        abort(404)


def _figures(before, first, zone):
    weeks = statistics.weeks(first)
    edges = statistics.midnights([before, *weeks], zone)
    past, *came = statistics.came(edges)
    busiest = statistics.busiest(edges[1], edges[-1])
    filtered_past, filtered_now = statistics.filtered([*edges[:2], edges[-1]])
    return {
        "filtered": filtered_now,
        "filtered_past": filtered_past,
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
    chart = charts.columns(
        names, {status.value: [week[status] for week in came] for status in Status}
    )
    rows = [
        [name, *(week[status] for status in labels.STATUSES)]
        for name, week in zip(names, came, strict=True)
    ]
    return {"chart": chart, "rows": rows}


def _week(since, until):
    """Return the days of a month from `since` until the day before `until`: `2–8`."""
    last = until - timedelta(days=1)
    if last == since:
        return format_date(since, "d")
    return f"{since.day}–{last.day}"
