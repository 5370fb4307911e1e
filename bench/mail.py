"""What mail adds to a page and to posting: the same site, with and without a mail server and an
officer who wants to know of each comment that waits.
"""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from pnpm import create_app
from pnpm.accounts.models import Notices, Role, User
from pnpm.db import db, now, transaction
from pnpm.site_settings import Setting
from pnpm.web import site_address
from tests.smtp_server import running

from . import words
from .budget import Row, Unmeasured
from .site import serve
from .speed import DRAIN, SECONDS, load, token_of

MOST_MORE = 1.05
MOST_BYTES = 500
# Even, so that each of the two is as often the second: whoever is finds more comments.
ROUNDS = 6
SITE = "https://desa.example"


def prepare(instance: Path) -> None:
    """Give a site that `site.prepare` has made an officer who is told of comments."""
    app = create_app({"INSTANCE": str(instance)})
    with app.app_context():
        with transaction():
            user = User.add("Bu Camat", Role.MODERATOR, "sawah luas sekali")
            user.email, user.notices = "camat@desa.example", Notices.EACH
            user.confirmed_at = now()
            Setting.keep(site_address.NAME, SITE)
        db.session.remove()
        db.engine.dispose()


def measure(instance: Path, path: str) -> Iterator[Row]:
    """The rows on a page with mail, and on posting with it: what is published at once, and what all
    waits.
    """
    yield _weight(instance, path)
    for name, policy in (("published", "off"), ("held", "all")):
        rates = _rates(instance, path, policy)
        more = median(off / on for off, on in zip(*rates, strict=True))
        yield Row(
            f"posting with mail on, {name} comments: time of one without",
            more,
            MOST_MORE,
            " times",
            note=f"{median(rates[1]):.0f} and {median(rates[0]):.0f} a second",
        )


def _weight(instance, path):
    """The row on what the choice to follow adds to the page of an article."""
    sizes = []
    with running(has_auth=False) as mail_server:
        for settings in ({}, {"PNPM_MAIL_URL": mail_server.url}):
            with serve("wsgi:app", instance, **settings) as server:
                headers, body = server.get(path, Accept_Encoding="gzip")
            if headers.get("Content-Encoding") != "gzip":
                raise Unmeasured(f"{path} is not compressed")
            sizes.append(len(body))
    off, on = sizes
    note = f"{on} and {off}"
    return Row("an article with mail on, gzipped, more", on - off, MOST_BYTES, " bytes", note=note)


def _rates(instance, path, policy):
    """Comments a second without mail and with it, in turns."""
    bodies = instance / "bodies.txt"
    form = [
        urlencode({"name": one.name, "website": one.website, "body": one.body})
        for one in words.comments(200, seed=7)
    ]
    bodies.write_text("\n".join(form), "utf-8")
    rates = [], []
    with running(has_auth=False) as mail_server:
        settings = {"PNPM_MODERATION": policy, "PNPM_BACKUPS": "off"}
        mail = settings | {"PNPM_MAIL_URL": mail_server.url}
        with (
            serve("wsgi:app", instance, **settings) as off,
            serve("wsgi:app", instance, **mail) as on,
        ):
            token = token_of(off, path)
            for number in range(ROUNDS):
                turn = str(f"{policy}{number}")
                for server, found in ((off, rates[0]), (on, rates[1]))[:: (-1) ** number]:
                    posting = SECONDS + DRAIN, token, str(bodies), f"{turn}{server.port}"
                    found.append(load(server.url + path, *posting, str(SECONDS)).rate)
        if policy == "all" and not mail_server.messages:
            raise Unmeasured("no mail was sent")
    return rates
