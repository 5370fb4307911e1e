"""The demonstration site with what an office has on an ordinary day, and every page of it: found by
following links as people do, and compared with the addresses that the program has.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from sqlalchemy import insert
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from pnpm import create_app
from pnpm.accounts.models import Notices, Role, User
from pnpm.articles.actions import save, write
from pnpm.articles.models import Article
from pnpm.audit import contact_confirmation, password_reset
from pnpm.audit.models import ChangeSet
from pnpm.backup import daily, restore_job, restore_steps
from pnpm.comments import mail_actions
from pnpm.comments.models import Status
from pnpm.comments.subscriptions.choices import Subscriber
from pnpm.comments.subscriptions.opt_in import Scope
from pnpm.comments.subscriptions.tables import SECRET_LENGTH, subscribers, subscriptions
from pnpm.db import db, now, transaction
from pnpm.imports.models import ImportRun
from pnpm.imports.models import Stage as RunStage
from pnpm.imports.records import System
from pnpm.imports.report import KINDS, OUTCOMES, Report
from pnpm.mail.models import OutgoingMail
from pnpm.privacy import answers, intake
from pnpm.privacy.models import DataRequest, Kind, Stage
from tests import filtered
from tests.browser.conftest import PASSWORD, free_port, served
from tests.conftest import SETTINGS, dispose

ADMIN, MODERATOR = "Sri Wahyuni", "Rudi"
MAIL_URL = "smtp://127.0.0.1:9?from=situs@desa.example&starttls=off"  # where nobody listens
BRIDGE = "/2013/01/jembatan-gantung-selesai-anak-sekolah-tidak-lagi-memutar.html"
WAITING = (
    ("Hasanuddin", "Jembatan di dusun kami rusak sejak tahun lalu. Mohon diusulkan :("),
    ("Siti Aminah", "Kapan musyawarah berikutnya? :)"),
    ("Toko Murah", "Promo murah http://a.example http://b.example http://c.example"),
    ("Nurhayati", "Apakah lampunya menyala sampai pagi? Anak-anak berangkat pukul enam."),
)
# besides what links lead to: other states of a page, and where only what is typed leads
SEEDS = (
    BRIDGE,
    "/2012/12/latar-belakang-pnpm-mandiri-perdesaan.html",
    "/?before=3",
    "/cari?q=jembatan",
    "/cari?q=tidakada",
    "/2013/",
    "/2013/01/",
    "/tidak-ada",
    "/admin/",
    "/admin/comments?status=spam",
    "/admin/comments?status=all",
    "/admin/articles?q=tidakada",
    "/admin/articles/1",
    "/admin/data-requests/1/copy",
    "/admin/data-requests/1/erasure",
)
NOWHERE = "nowhere"  # stands for an endpoint where the site has none
# addresses to which no link of these pages leads, and why
ELSEWHERE = {
    "labels.find": "Blogger's address of a label, which redirects",
    "comments.waiting": "a reader's own comment, by a link in the answer to their form",
    "own_comments.edit": "the same",
    "restores.show": "how far a restore is, by a link for who confirmed it",
    "help.picture": "a picture of a guide, in its page",
    "feeds.oldest": "a file, by a link in a feed",
    "feeds.variant": "an address of older feeds, which redirects",
    "site.sitemap_part": "a file, by a link in another",
    "static": "files",
}


@dataclass(frozen=True)
class Page:
    """A page: its endpoint, its path with the query, and whether an officer is signed in."""

    endpoint: str
    path: str
    is_office: bool


@contextmanager
def demonstration(folder, **settings):
    """Serve the demonstration from that folder, with the data of an office; `links` of the site are
    the paths that stand in mails.
    """
    app = create_app({"INSTANCE": folder, **SETTINGS})
    made = app.test_cli_runner().invoke(args=["init", "--demo"])
    assert made.exit_code == 0, made.output
    dispose(app)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    given = {"MAIL_URL": MAIL_URL, "SITE_URL": address, "COMMENT_MIN_SECONDS": "0"}
    with served(folder, port=port, **given | settings) as site:
        site.links = fill(site)
        yield site


def fill(site):
    """Give the site an office's data; the paths that stand in mails."""
    for name, role in ((ADMIN, Role.ADMIN), (MODERATOR, Role.MODERATOR)):
        site.officer(name, role)
    article = f"{site.url}{BRIDGE}"
    held = site.hold(article, *WAITING)
    *_fine, spam = site.send(
        article, filtered.FINE, filtered.HELD, filtered.SPAM, name="Bagus", sender="192.0.2.9"
    )
    site.move(Status.SPAM, spam)
    with site.app.app_context():
        _write(site.app.config["PNPM"])
        links = _mail(site.app.config["PNPM"], held[0])
        db.session.remove()
    return links


def pages(site):
    """Every page of that site once, and SEEDS: for readers what anybody may see, the rest for an
    admin; and the endpoints that answered anything.
    """
    found, asked = follow(site, site.app.test_client(), is_office=False)
    more, also = follow(site, signed_in(site), is_office=True, known=found)
    return found + more, asked | also


def forgotten(site, asked):
    """The endpoints that answer a GET, and that neither a link nor ELSEWHERE leads to."""
    rules = site.app.url_map.iter_rules()
    return {rule.endpoint for rule in rules if "GET" in rule.methods} - asked - {*ELSEWHERE}


def follow(site, client, is_office, known=()):
    """Follow links, one for each endpoint, from SEEDS, from the links in mails and from all
    addresses in which nothing varies, but for pages that are `known`; the pages among them, and the
    endpoints.
    """
    seeds = dict.fromkeys([*SEEDS, *site.links, *_plain(site)])
    waiting, found, seen = [*seeds], [], {page.path for page in known}
    asked = {page.endpoint for page in known}
    while waiting:
        path = waiting.pop(0)
        endpoint = _endpoint(site, path)
        if endpoint is None or path in seen or (endpoint in asked and path not in seeds):
            continue
        seen.add(path)
        asked.add(endpoint)
        answer = client.get(path, base_url=site.url, buffered=True)
        assert answer.status_code < 500, path
        if answer.mimetype != "text/html" or answer.status_code in range(300, 400):
            continue
        if "<html" in answer.text[:300]:  # and not a piece of a page
            found.append(Page(endpoint, path, is_office))
            waiting += _links(site, path, answer)
    return found, asked


def signed_in(site, name=ADMIN):
    """A client of the site, with that officer's session."""
    client = site.app.test_client()
    form = BeautifulSoup(client.get("/admin/login", base_url=site.url).text, "html.parser")
    token = form.select_one("#login-form [name=csrf_token]")["value"]
    said = {"csrf_token": token, "username": name, "password": PASSWORD}
    answer = client.post("/admin/login", data=said, base_url=site.url)
    assert answer.status_code == 303, answer.text
    return client


def _plain(site):
    """The addresses in which nothing varies, but for files and what leaves the session."""
    rules = sorted(site.app.url_map.iter_rules(), key=str)
    return [rule.rule for rule in rules if "GET" in rule.methods and not rule.arguments]


def _endpoint(site, path):
    """The endpoint at that path of the site; None if there is none."""
    parts = urlsplit(path)
    try:
        return site.app.url_map.bind("").match(parts.path, method="GET")[0]
    except RequestRedirect:
        return None
    except HTTPException:
        return NOWHERE if path in SEEDS else None


def _links(site, path, answer):
    """The paths of this site that a page leads to."""
    page = BeautifulSoup(answer.text, "html.parser")
    addresses = [
        urlsplit(urljoin(f"{site.url}{path}", one["href"])) for one in page.select("[href]")
    ]
    return [
        f"{each.path}{'?' if each.query else ''}{each.query}"
        for each in addresses
        if each.netloc in (urlsplit(site.url).netloc, "localhost")
    ]


def _write(config):
    """What an admin has on the way: a draft, an article that was changed, persons' requests,
    imports, a backup that was chosen to be restored, and a follower.
    """
    moment = now()
    with transaction():
        write(ChangeSet(ADMIN), None, "Jadwal posyandu bulan depan", "<p>Masih konsep.</p>")
        bridge = db.session.scalars(Article.published()).first()
        save(ChangeSet(ADMIN), bridge, body=f"{bridge.body}<p>Foto lain menyusul.</p>")
        person = {
            "name": "Siti Aminah",
            "words": "Mohon komentar saya dihapus.",
            "is_shared": False,
        }
        person |= {"email": "siti@contoh.example", "is_author": False, "is_mailed": True}
        person |= {"created_at": moment, "confirmed_by": "", "answer": ""}
        for stage in (Stage.OPEN, Stage.UNCONFIRMED, Stage.ANSWERED):
            request = DataRequest(kind=Kind.SEE, stage=stage, **person)
            if stage is not Stage.UNCONFIRMED:
                request.confirmed_at, request.chosen = moment - timedelta(hours=20), ["comment-3"]
            if stage is Stage.ANSWERED:
                request.answered_at, request.is_shared = moment, True
                request.answer = "Salinannya dapat dibuka lewat tautan di bawah."
            db.session.add(request)
        db.session.add(_import(moment))
        db.session.flush()
    name = daily.make(config, config.timezone).name
    restore_job.begin(config.instance, name, ADMIN)
    for _step in range(3):
        restore_steps.advance(config, config.timezone, str)


def _import(moment):
    report = Report()
    for kind in KINDS:
        for outcome in OUTCOMES:
            report.add(kind, outcome, f"http://blog.example/{kind}", "it has no text", 12)
    said = {"system": System.BLOGGER, "title": "PNPM Dua Boccoe", "archive": "", "who": ADMIN}
    said |= {"started_at": moment, "finished_at": moment, "position": 0, "change_set": ""}
    return ImportRun(stage=RunStage.DONE, report=report.stored(), **said)


def _mail(config, held):
    """Mail that waits and that failed; the paths of the links in mails: about the comment that is
    held, of an officer, of a follower, of who asked for their data.
    """
    key, moment, secret = SETTINGS["SECRET_KEY"], now(), "x" * SECRET_LENGTH
    with transaction():
        officer = User.named(ADMIN)
        officer.email, officer.notices = "sri@desa.example", Notices.EACH
        for failed_at in (moment, None):
            said = {"kind": "notice", "recipient": officer.email, "data": {}, "attempts": 1}
            error = "recipient: 550 5.1.1 mailbox unavailable"
            later = moment + timedelta(hours=1)
            row = OutgoingMail(**said, created_at=moment, due_at=later, error=error)
            row.failed_at = failed_at
            db.session.add(row)
        connection = db.session.connection()
        follower = insert(subscribers).values(
            address="siti@contoh.example", secret=secret, created_at=moment
        )
        (number,) = connection.execute(follower).inserted_primary_key
        article = db.session.scalars(Article.published()).first().id
        follows = {"subscriber_id": number, "article_id": article, "scope": Scope.ALL.value}
        connection.execute(
            insert(subscriptions).values(**follows, asked_at=moment, confirmed_at=moment)
        )
    requests = {one.stage: one for one in db.session.query(DataRequest)}
    follower = Subscriber(number, "", secret).token
    action = mail_actions.token(key, officer, held, mail_actions.Action.PUBLISH, 1, moment)
    return [
        f"/admin/mailed/{action}",
        f"/admin/confirmation/{contact_confirmation.token(key, officer)}",
        f"/admin/forgotten/{password_reset.token(key, officer, int(moment.timestamp()))}",
        f"/subscriptions/{follower}",
        f"/subscriptions/{follower}/{article}",
        f"/subscriptions/{follower}/{article}/unsubscribe",
        f"/permintaan-data/konfirmasi/{intake.token(key, requests[Stage.UNCONFIRMED])}",
        f"/permintaan-data/salinan/{answers.copy_token(key, requests[Stage.ANSWERED])}",
    ]
