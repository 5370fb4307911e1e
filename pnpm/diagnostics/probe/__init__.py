"""The probe: inspects a site by its address, as a visitor's browser sees it, and looks at nothing
of this machine.

Reading changes nothing. With an account it also sends comments and a picture, moderates them and
deletes them again.
"""

from collections.abc import Iterator

from ..results import Finding, of
from . import admin, comments, files, public, urls
from .client import Client
from .visit import Visit

READING = (
    public.health,
    public.front,
    public.newest,
    public.headers,
    public.unchanged,
    files.stylesheet,
    files.script,
    files.emoticon_sheet,
    urls.links,
    urls.redirects,
    urls.other_host,
    urls.https,
    files.files_of_ours,
    comments.empty_comment,
    comments.stale_form,
)
WRITING = (
    admin.sign_in,
    comments.plain_comment,
    comments.htmx_comment,
    comments.sent_twice,
    admin.emoticons,
    admin.moderation,
    admin.picture,
    admin.nothing_left,
    admin.sign_out,
)


def inspect(
    url: str, *, account: str | None = None, password: str | None = None, ca: str | None = None
) -> Iterator[Finding]:
    """Yield what is found at that address, as it is found; with an account also by writing.

    `ca` is a file of certificates to be trusted in place of this machine's. ValueError for what is
    no http(s) address.
    """
    visit = Visit(Client(url, ca), account or "", password or "")
    if not account:
        return of(READING, visit)
    return of(READING + WRITING, visit)
