"""The office's first page."""

from flask import Blueprint, render_template, request

from ... import auth
from ... import office as offices

office = Blueprint("office", __name__, url_prefix=auth.PREFIX)


@office.get("/")
@auth.open_to(auth.OFFICERS)
def index():
    """What waits, with the buttons right there."""
    return render_template("office/index.html", done=offices.deed_done(request.args.get("done", "")))
