"""The page that names every place of the office that is not used daily, in groups."""

from flask import Blueprint, render_template

from pnpm.web import auth

places = Blueprint("places", __name__, url_prefix=f"{auth.PREFIX}/places")


@places.get("")
@auth.open_to(auth.OFFICERS)
def index():
    """Render what this officer may open, each with a sentence."""
    return render_template("admin/places/index.html")
