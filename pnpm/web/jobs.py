"""What is to be done once a day, without a daemon or cron: after the answer to a form has gone out,
so that nobody waits.

What does it is imported where it is used: every cold start of the site would pay for it.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from time import monotonic

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from pnpm.config import Config
from pnpm.db import now, transaction

from . import error_messages
from .site import current_site

DONE_ON = "housekeeping"  # the setting that says on which day it was done last, for all processes
LOOK = "backup"  # when this process looks again whether a backup is due …
LOOK_AGAIN = 600  # … after so many seconds
# seconds for pictures that are new to the backups: gunicorn ends a worker after 30, and the next
# form goes on
AT_ONCE = 20
WHO = "situs"  # in the log


def init_app(app: Flask) -> None:
    """Do it after the first form of each day that this process takes, unless another process
    has.
    """

    @app.after_request
    def after(response: Response) -> Response:
        if request.method == "POST" and response.status_code < 500:
            for duty in _duties(app):
                response.call_on_close(partial(_done, app, duty))
        return response


def tidy(today: date) -> bool:
    """Remove for ever what was deleted long enough ago; False if that was done on this day
    already.
    """
    from pnpm.audit.models import ChangeSet
    from pnpm.comments.moderation import remove_old
    from pnpm.media import actions as media_actions
    from pnpm.media import uploads
    from pnpm.site_settings import Setting

    with transaction():
        if Setting.get(DONE_ON, "") == today.isoformat():
            return False
        Setting.keep(DONE_ON, today.isoformat())
        while remove_old(ChangeSet(WHO)):
            pass
        gone = media_actions.remove_old(ChangeSet(WHO))
    uploads.throw_away(current_app.config["PNPM"], gone)
    uploads.sweep(current_app.config["PNPM"])
    return True


def back_up(config: Config) -> None:
    """Keep a backup of today, unless there is one. What goes wrong is written down where the office
    sees it, and logged.
    """
    from pnpm.backup import daily
    from pnpm.backup.failure import Failed
    from pnpm.backup.pool import Unfinished
    from pnpm.files import Busy

    if not daily.is_due(config, zone := current_site().zone):
        return
    try:
        daily.daily(config, zone, AT_ONCE)
    except (Busy, Unfinished):  # another process makes one, or the next form goes on
        return
    except Failed as failed:
        error_messages.log(failed)


def _duties(app: Flask) -> list[Callable[[], object]]:
    """What this process has not looked at for long enough."""
    found: list[Callable[[], object]] = []
    today, moment = now().date(), monotonic()  # which no clock that is set changes
    if app.extensions.get(DONE_ON) != today:
        app.extensions[DONE_ON] = today
        found.append(lambda: tidy(today))
    if app.config["PNPM"].backups == "daily" and app.extensions.get(LOOK, moment) <= moment:
        app.extensions[LOOK] = moment + LOOK_AGAIN
        found.append(lambda: back_up(app.config["PNPM"]))
    return found


def _done(app, duty):
    with app.app_context():
        try:
            duty()
        # nobody is there to be told, and tomorrow is another day
        except (SQLAlchemyError, OSError) as error:
            error_messages.log(error)
