"""The office's pages of imports, rendered: the form, how far an import is, its report, and what
came of it.
"""

from typing import Any

from flask import Response, abort, current_app, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from pnpm.comments.models import Status
from pnpm.comments.queue import counts
from pnpm.imports import job, redirects
from pnpm.imports import run as runs
from pnpm.imports.models import ImportRun, Stage
from pnpm.imports.report import FIRST, KINDS, OUTCOMES, Report
from pnpm.imports.undo import UNDO
from pnpm.web import jobs

from ..forms import OfficeForm, TokenForm
from . import reasons, words, work
from .forms import UploadForm, placed
from .views import LARGEST

MOST_RUNS = 20  # earlier imports that are listed
LONGEST_LINES = 20_000  # characters of lines for the old host that are shown; the rest by file


def current(form: OfficeForm | None = None, status: int = 200) -> AnyResponse:
    """Render the import that was begun; if there is none, the form with which one is. `form` is one
    that was refused.
    """
    begun = job.current(current_app.config["PNPM"].instance)
    if begun is None:
        return _form(UploadForm(formdata=None), form, status)
    if begun.run_id:
        return redirect(url_for("admin_imports.show", number=begun.run_id), 303)
    context: dict[str, Any] = {"job": begun, "form": form or TokenForm(formdata=None)}
    if begun.phase is job.Phase.READY:
        report, unreadable = job.found(current_app.config["PNPM"].instance)
        return _answer(
            "admin/imports/report.html", status, **context, **_reported(report, unreadable)
        )
    return _answer("admin/imports/progress.html", status, **context, **_progress(begun))


def form(refused: UploadForm, status: int) -> AnyResponse:
    """Render the form with why it was refused."""
    return _form(refused, refused, status)


def run(number: int, form: OfficeForm | None = None, status: int = 200) -> AnyResponse:
    """Render that import, with a form of it that was refused; 404 if there is none."""
    found = runs.numbered(number) or abort(404)
    begun = job.current(current_app.config["PNPM"].instance)
    context = {"run": found, "form": form or TokenForm(formdata=None)}
    if found.stage in runs.WORKING:
        is_here = begun is not None and begun.run_id == number
        shown = begun if is_here and begun else None
        context |= {"job": shown, **(_progress(shown) if shown else {})}
        return _answer("admin/imports/running.html", status, **context)
    undone = found.report.get(UNDO, {})
    context |= _reported(Report(found.report), found.report.get(runs.UNREADABLE, []))
    context |= {"undone": undone, "gone": words.GONE, "is_at_work": found.stage is Stage.UNDOING}
    here = counts()
    context |= {"waiting": here[Status.PENDING], "spam": here[Status.SPAM], **_redirects(found)}
    answer = _answer("admin/imports/result.html", status, **context)
    if found.stage is Stage.UNDOING:
        jobs.after_answer(answer, jobs.take_back)
    return answer


def _form(form, refused, status):
    return _answer(
        "admin/imports/index.html",
        status,
        form=form,
        refused=refused,
        systems=words.SYSTEMS,
        placed=[one.name for one in placed()],
        largest=LARGEST,
        runs=runs.last(MOST_RUNS),
        folder=job.folder(current_app.config["PNPM"].instance).parent,
    )


def _reported(report: Report, unreadable: list[Any]) -> dict[str, Any]:
    named = [
        (words.KINDS[kind], words.OUTCOMES[outcome], report.details[kind][outcome], count)
        for kind in KINDS
        for outcome in OUTCOMES
        if (count := report.counts[kind][outcome])
    ]
    return {
        "counts": {words.KINDS[kind]: report.counts[kind] for kind in KINDS},
        "outcomes": words.OUTCOMES,
        "named": named,
        "elements": report.elements.most_common(),
        "unreadable": unreadable,
        "first": FIRST,
        "why": reasons.why,
        "thing": reasons.thing,
    }


def _progress(begun: job.Job) -> dict[str, Any]:
    at = words.DOING.get(begun.phase)
    stage = words.KINDS.get(begun.stage, "")
    fault = words.fault(begun) if begun.phase is job.Phase.FAILED else ""
    return {"doing": at, "stage": stage, "left": words.left(begun.seconds_left), "fault": fault}


def _redirects(found: ImportRun) -> dict[str, Any]:
    """Return how old addresses lead here, if the import has brought any articles."""
    counts = found.report.get("counts", {})
    taken = sum(sum(counts.get(kind, {}).values()) for kind in ("articles", "pages"))
    if not taken or found.stage is not Stage.DONE:
        return {"blogger": "", "htaccess": ""}
    lines = work.htaccess()
    return {
        "blogger": redirects.blogger_lines(work.site_url()),
        "htaccess": lines if len(lines) <= LONGEST_LINES else "",
    }


def _answer(template: str, status: int, **context: Any) -> Response:
    return make_response(render_template(template, systems_of=words.SYSTEMS, **context), status)
