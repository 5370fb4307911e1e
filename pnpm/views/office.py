"""The way in for the office."""

from flask import Blueprint, render_template

office = Blueprint("office", __name__, url_prefix="/admin")


@office.get("/")
def index():
    """Says how comments are moderated as long as the office has no pages of its own."""
    return render_template("office/index.html"), {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
