"""What the pages of a restore and of a move to another database have in common."""

from collections.abc import Callable, Mapping
from pathlib import Path

from flask import current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel.speaklater import LazyString

from pnpm.files import Busy

from .forms import TokenForm


def changed(
    change: Callable[[Path], None], page: Callable, endpoint: str, while_busy: str
) -> ResponseReturnValue:
    """Answer a button that changes the job which was begun: redirect to `endpoint`, or render its
    `page` with the form and status of a refusal.
    """
    form = TokenForm()
    if not form.validate():
        return page(form, form.refusal)
    try:
        change(current_app.config["PNPM"].instance)
    except Busy:
        form.refuse(while_busy)
        return page(form, 409)
    return redirect(url_for(endpoint), 303)


def progress(job, doing: Mapping[str, LazyString], faults: Mapping[str, LazyString]) -> dict:
    """Return what a page says of how far the job is: its step, of how many, and why it failed."""
    steps = list(doing)
    return {
        "job": job,
        "doing": doing.get(job.phase.value),
        "step": steps.index(job.phase.value) + 1 if job.phase.value in steps else 0,
        "steps": len(steps),
        "fault": faults.get(job.fault, faults["other"]),
    }
