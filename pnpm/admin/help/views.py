"""The help: the list of guides with their search, each as a page, and their pictures. They are in
the release, so that they are about this version, and are there without a connection to elsewhere.
"""

from flask import Blueprint, abort, render_template, request, send_file

from pnpm.search import reading
from pnpm.web import auth

from .. import return_to
from . import guides, search

help_pages = Blueprint("help", __name__, url_prefix=f"{auth.PREFIX}/help")
DAY = 24 * 3600  # seconds that a browser keeps a picture: a release may have another


@help_pages.get("")
@auth.open_to(auth.OFFICERS)
def index():
    """Render the list of guides, or with `q` the sections that have its words."""
    query = reading.read(request.args.get("q", ""))
    found = guides.everything()
    hits = search.hits(query, found) if query.terms else []
    return render_template(
        "admin/help/index.html", guides=found, query=query, hits=hits, back=return_to.HOME
    )


@help_pages.get("/<name>")
@auth.open_to(auth.OFFICERS)
def show(name):
    """Render a guide."""
    found = guides.guide(name) or abort(404)
    return render_template("admin/help/show.html", guide=found)


@help_pages.get(f"/{guides.PICTURES}/<path:name>")
@auth.open_to(auth.OFFICERS)
def picture(name):
    """Send a picture of a guide, which this browser may keep: on a phone they are most of it."""
    path = guides.FOLDER / name
    if name not in guides.pictures() or not path.is_file():
        abort(404)
    answer = send_file(path, max_age=DAY)
    answer.cache_control.public, answer.cache_control.private = False, True
    return answer
