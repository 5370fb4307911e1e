"""report."""

from flask import Blueprint

from ... import auth

report = Blueprint("report", __name__, url_prefix=f"{auth.PREFIX}/report")


@report.get("")
def index():
    """Stub."""
    return ""
