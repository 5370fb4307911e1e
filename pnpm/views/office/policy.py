"""policy."""

from flask import Blueprint

from ... import auth

policy = Blueprint("policy", __name__, url_prefix=f"{auth.PREFIX}/policy")


@policy.get("")
def index():
    """Stub."""
    return ""


@policy.post("/emergency")
@auth.open_to(auth.OFFICERS)
def change_emergency():
    """Hold everything now."""
    return ""


@policy.get("/articles/<int:number>")
def article(number):
    """One article's."""
    return ""
