"""What is to be done once a day, without a daemon or cron: after the answer to a form has gone out, so that nobody waits."""

from datetime import date

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from . import trouble
from .database import changing, now

DONE_ON = "housekeeping"  # the setting that says on which day it was done last, for all processes
WHO = "situs"  # in the log


def keep(app: Flask) -> None:
    """Do it after the first form of each day that this process takes, unless another process has."""

    @app.after_request
    def after(response: Response) -> Response:
        today = now().date()
        if request.method == "POST" and app.extensions.get(DONE_ON) != today:
            app.extensions[DONE_ON] = today
            response.call_on_close(lambda: _done(app, today))
        return response


def _done(app: Flask, today: date) -> None:
    with app.app_context():
        try:
            tidy(today)
        except (SQLAlchemyError, OSError) as error:  # nobody is there to be told, and tomorrow is another day
            trouble.log(error)


def tidy(today: date) -> bool:
    """Remove for ever what was deleted long enough ago; False if that was done on this day already."""
    # Imported here: every cold start of the site would pay for them.
    from . import pictures
    from .models import library
    from .models.log import Deed
    from .models.moderation import remove_old
    from .models.setting import Setting

    with changing():
        if Setting.get(DONE_ON, "") == today.isoformat():
            return False
        Setting.keep(DONE_ON, today.isoformat())
        while remove_old(Deed(WHO)):
            pass
        gone = library.remove_old(Deed(WHO))
    pictures.throw_away(current_app.config["PNPM"], gone)
    pictures.sweep(current_app.config["PNPM"])
    return True
