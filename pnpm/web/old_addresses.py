"""Who comes by the address that an article had on another system is led to it."""

from urllib.parse import quote

from flask import redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug import Response

from pnpm.articles.models import of_a_page
from pnpm.db import db
from pnpm.imports import addresses

from .error_messages import log
from .site import current_site
from .templating import address_of

# Asked again each time: what stands there may change.
HEADERS = {"Cache-Control": "no-cache"}


def redirected() -> Response | None:
    """Return the redirect for the running request: to the article that had its address elsewhere,
    or to what stands here at the path of the address in `dari`, with which our lines for a theme of
    Blogger's send readers; None if there is neither.

    A site without old addresses is asked for none.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    path, query = request.path, request.query_string.decode("latin-1")
    sent = request.args.get("dari", "") if path == "/" else ""
    if sent:
        path, query = addresses.split(sent)
    target = _found(path, query)
    if target is None and sent:
        target = _here(path)
    if target is None:
        return None
    answer = redirect(target, 301)
    answer.headers.extend(HEADERS)
    return answer


def _found(path, query):
    """Return the present address of what had that one; None while the database cannot be asked,
    too: that there is no such page is said all the same.
    """
    try:
        if not current_site().has_old_addresses:
            return None
        found = addresses.find(db.session.connection(), path, query)
    except SQLAlchemyError as error:
        log(error)
        db.session.rollback()
        return None
    if found is None:
        return None
    if of_a_page(found.slug):
        return f"{request.script_root}/{found.slug}.html"
    return address_of(found)


def _here(path):
    """Return that path on this site, whatever stands there: never another site's address."""
    return f"{request.script_root}/{quote(path.lstrip('/'), safe='/%')}"
