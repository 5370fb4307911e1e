"""lists."""

from flask import Blueprint

from ... import auth

lists = Blueprint("lists", __name__, url_prefix=f"{auth.PREFIX}/lists")


@lists.get("")
def index():
    """Stub."""
    return ""
