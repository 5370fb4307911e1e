"""The daily jobs and the mail, without a daemon or cron: they run after the answer to a form has
been sent, so that nobody waits.

What they need is imported inside them, since every cold start of the site would pay for it.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial
from time import monotonic

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from pnpm.comments import announcements
from pnpm.config import Config
from pnpm.db import db, now, transaction

from . import error_messages, relocation
from .site import current_site, in_language

DONE_ON = "housekeeping"  # the setting with the day of the last housekeeping, for all processes
LOOK = "backup"  # the key for when this process looks again whether a backup is due
LOOK_AGAIN = 600  # seconds until then
# seconds for pictures that are new to the backups: gunicorn ends a worker after 30, and the next
# form goes on
AT_ONCE = 20
IMPORTS = "imports"  # the key for whether this process goes on with taking an import back
TAKING_BACK = 5  # seconds for that after one answer; the next form goes on
# in the instance folder: the restore that the office has begun (`backup.restore_job`)
RESTORE = "restore/job.json"
MOVE = "move/job.json"  # and the move to another database (`backup.move_job`)
MAIL = "mail"  # the key for when this process looks again whether mail is due
MAIL_AGAIN = 60  # seconds until then
# The key for until when news need not become mail at once: what came last was added to a mail that
# waits, so that in a flood of comments most cost nothing.
FOLDING = "mail folding"
WHO = "situs"  # who did it, in the audit log


def init_app(app: Flask) -> None:
    """Run the jobs that are due after each form that was answered."""

    @app.after_request
    def after(response: Response) -> Response:
        if request.method == "POST":
            for duty in _duties(app) if response.status_code < 500 else _moving(app):
                response.call_on_close(partial(_done, app, duty))
        return response


def tidy(today: date) -> bool:
    """Remove for ever what was deleted long enough ago, and see that the site's identity is stored.
    Return False if that was done today already.
    """
    from pnpm.audit.models import ChangeSet
    from pnpm.backup import move_job, restore_job
    from pnpm.comments.moderation import remove_old
    from pnpm.comments.spam import campaign
    from pnpm.comments.subscriptions import opt_in
    from pnpm.imports import job as import_job
    from pnpm.imports import run as imports
    from pnpm.mail import links
    from pnpm.media import actions as media_actions
    from pnpm.media import uploads
    from pnpm.privacy import intake, residue
    from pnpm.site_settings import Setting

    with transaction():
        if Setting.get(DONE_ON, "") == today.isoformat():
            return False
        Setting.keep(DONE_ON, today.isoformat())
        Setting.keep_identity(current_app.config["PNPM"].secret_key)
        while remove_old(ChangeSet(WHO)):
            pass
        links.forget_old()
        opt_in.forget_old(db.session.connection())
        intake.forget_old(db.session.connection())
        campaign.forget_old(db.session.connection(), now())
        gone = media_actions.remove_old(ChangeSet(WHO))
    uploads.throw_away(current_app.config["PNPM"], gone)
    uploads.sweep(current_app.config["PNPM"])
    imports.tidy(current_app.config["PNPM"].instance)
    import_job.sweep(current_app.config["PNPM"].instance)
    restore_job.sweep(current_app.config["PNPM"].instance)
    move_job.sweep(current_app.config["PNPM"].instance)
    residue.clear(current_app.config["PNPM"])
    return True


def clear_residue(response: Response) -> None:
    """After a response has been sent, clear away what is left in files of what was erased."""

    def clear():
        from pnpm.privacy import residue

        residue.clear(current_app.config["PNPM"])

    after_answer(response, clear)


def learn(comment_id: int) -> None:
    """Let the spam filter learn from a comment that was published at once."""
    from pnpm.comments import lessons

    with transaction():
        lessons.published(comment_id)


def after_answer(response: Response, duty: Callable[[], object]) -> None:
    """Do something after a response has been sent, so that nobody waits. What fails is logged."""
    response.call_on_close(partial(_done, current_app._get_current_object(), duty))  # type: ignore[attr-defined]


def deliver_mail(response: Response, is_urgent: bool = True) -> None:
    """After a response has been sent, send the mail that this request has caused. What is not
    urgent may wait for a minute, if the last of it was added to a mail that waits.
    """
    if is_urgent or current_app.extensions.get(FOLDING, 0.0) <= monotonic():
        after_answer(response, _deliver)


def take_back() -> None:
    """Go on with taking an import back, if that was begun, for a while; unless another process does
    or an import runs.
    """
    from pnpm.imports import pending

    is_left = pending.is_left()
    db.session.rollback()
    if not is_left:
        return
    from flask_babel import gettext

    from pnpm.files import Busy
    from pnpm.imports import run, undo
    from pnpm.markup.sanitizer import comment_html

    config, number = current_app.config["PNPM"], undo.under_way()
    if number is None:
        return
    with suppress(Busy), run.alone(config.instance), in_language(current_site().language):
        done = undo.advance(
            number, config, lambda body: comment_html(body, gettext), TAKING_BACK
        ).is_done
        if not done:
            current_app.extensions[IMPORTS] = True


def restore() -> None:
    """Go on with the restore that the office has begun, for a while."""
    from flask_babel import gettext

    from pnpm.backup import restore_steps

    config, zone = current_app.config["PNPM"], current_site().zone
    db.session.rollback()
    with in_language(current_site().language):
        restore_steps.advance(config, zone, gettext)


def move() -> None:
    """Go on with the move to another database that the office has begun, for a while."""
    from pnpm.backup import move_steps

    if relocation.is_behind(current_app):
        relocation.follow(current_app)
    zone = current_site().zone
    db.session.rollback()
    move_steps.advance(current_app.config["PNPM"], zone)


def back_up(config: Config) -> None:
    """Make today's backup, unless there is one. A failure is logged, and shown to the office."""
    from pnpm.backup import daily
    from pnpm.backup.failure import Failed
    from pnpm.backup.pool import Unfinished
    from pnpm.files import Busy

    zone = current_site().zone
    if not daily.is_due(config, zone):
        return
    try:
        daily.daily(config, zone, AT_ONCE)
    except (Busy, Unfinished):  # another process makes one, or the next form goes on
        return
    except Failed as failed:
        error_messages.log(failed)


def _duties(app: Flask) -> list[Callable[[], object]]:
    """Return the jobs that this process has to look at again, and note that it did."""
    from pnpm.imports import pending

    found: list[Callable[[], object]] = []
    today = now().date()
    moment = monotonic()  # which does not jump when somebody sets the clock
    if app.extensions.get(DONE_ON) != today:
        app.extensions[DONE_ON] = today
        found.append(lambda: _daily(today))
    if app.config["PNPM"].backups == "daily" and app.extensions.get(LOOK, moment) <= moment:
        app.extensions[LOOK] = moment + LOOK_AGAIN
        found.append(lambda: back_up(app.config["PNPM"]))
    if _is_there(app, RESTORE):
        found.append(restore)
    found += _moving(app)
    if pending.was_begun() or app.extensions.pop(IMPORTS, False):
        found.append(take_back)
    is_news = announcements.was_flagged()
    if app.config["PNPM"].mail_url is None:
        if is_news:
            found.append(announcements.drop)
    elif is_news or app.extensions.get(MAIL, moment) <= moment:
        app.extensions[MAIL] = moment + MAIL_AGAIN
        found.append(_deliver)
    return found


def _moving(app: Flask) -> list[Callable[[], object]]:
    """Return the job that goes on with a move: also after a form that could not be stored, as
    nothing can until a move that was broken off in its last step has gone on.
    """
    return [move] if _is_there(app, MOVE) else []


def _is_there(app, name):
    """Tell whether the instance folder has that file; for each form, hence by the quickest way."""
    return os.access(f"{app.config['PNPM'].instance}/{name}", os.F_OK)


def _daily(today):
    """Tidy up; and go on with what another process may have left, once a day, or under CGI after
    each form.
    """
    tidy(today)
    take_back()


def _deliver():
    from . import mail

    found = mail.deliver(mail.SECONDS)
    if found.told and not found.sent:
        current_app.extensions[FOLDING] = monotonic() + MAIL_AGAIN


def _done(app, duty):
    with app.app_context():
        try:
            duty()
        # nobody is there to be told, and tomorrow is another day
        except (SQLAlchemyError, OSError) as error:
            error_messages.log(error)
