"""A site with something of everything that is taken along."""

import io
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree

from sqlalchemy import update

from pnpm.accounts.models import Role, User
from pnpm.articles import actions, headlines, static_pages
from pnpm.articles.models import Article, Status
from pnpm.audit.models import ChangeSet
from pnpm.audit.settings import change_words
from pnpm.comments import moderation
from pnpm.comments.models import Comment
from pnpm.comments.models import Status as CommentStatus
from pnpm.comments.policy import change_policy
from pnpm.comments.rules import change_lists
from pnpm.comments.subscriptions.tables import followed, subscribers, subscriptions
from pnpm.comments.trust import trust
from pnpm.db import db, transaction
from pnpm.imports.addresses import keep as keep_addresses
from pnpm.markup.sanitizer import RENDERER, comment_html
from pnpm.media import uploads
from pnpm.privacy.models import DataRequest, Kind, Stage, erasures
from pnpm.site_settings import Setting
from tests.admin.conftest import account
from tests.conftest import write
from tests.photographs import encoded, scene

BEGAN = datetime(2012, 12, 20, 1, 2, 3, 456789, tzinfo=UTC)
WHO = "Bu Camat"
SECRET = "surel-rahasia@desa.example"
PARAGRAPHS = "".join(f"<p>Alinea {number} tentang desa.</p>" for number in range(20))


def article(title, body, **more):
    """An article as the office saves one."""
    with transaction():
        return actions.write(
            ChangeSet(WHO), None, title, body, more.pop("status", Status.PUBLISHED), **more
        )


def picture(config, seed=1, name="foto desa.jpg"):
    """A photograph in the library."""
    sent = io.BytesIO(encoded(scene(900, 600, seed), "JPEG"))
    return uploads.take(config, WHO, sent, name)


def fill(app):
    """The site, and its articles by what is special about them."""
    config = app.config["PNPM"]
    account(WHO, Role.ADMIN)
    shown, spare = picture(config), picture(config, 2, "logo.jpg")
    long = article(
        "Rapat désa & “kutipan” <tebal>",
        f'<p>Isi <a href="/p/tentang.html">tautan</a></p><figure><img src="/pictures/{shown.key}/800.jpg" alt="Balai ]]> “desa”"></figure>{PARAGRAPHS}',
        published_at=BEGAN,
        labels=["Berita", "Kabar Désa"],
        slug="rapat-desa",
    )
    quiet = article(
        "Kerja bakti",
        "<p>Besok <b>pagi</b> :) ]]> &amp; 😊</p>",
        published_at=BEGAN + timedelta(days=400),
        labels=["Berita"],
    )
    closed = article(
        "Ditutup", PARAGRAPHS, published_at=BEGAN + timedelta(days=40), comments_open=False
    )
    draft = article("Konsep", "<p>belum</p>", status=Status.DRAFT)
    deleted = article("Dibuang", "<p>sudah</p>", published_at=BEGAN, status=Status.PUBLISHED)
    with transaction():
        actions.save(ChangeSet(WHO), db.session.get(Article, deleted.id), status=Status.DELETED)
        actions.save(
            ChangeSet(WHO),
            db.session.get(Article, quiet.id),
            body="<p>Lusa <b>pagi</b> :) ]]> &amp; 😊</p>",
            title="Kerja bakti lagi",
        )
        actions.save(ChangeSet(WHO), db.session.get(Article, closed.id), slug="sudah-ditutup")
    with transaction():
        keep_addresses(db.session.connection(), long.id, ["/2012/12/20/rapat/", "/?p=12"])
        db.session.get(Article, closed.id).slug = "2010/05/sudah-ditutup"
        Setting.touch()
    for number in range(9):
        article(
            f"Berita nomor {number}",
            f"<p>Berita {number}</p>",
            published_at=BEGAN + timedelta(days=50 + number),
        )
    with transaction():
        static_pages.begin(ChangeSet(WHO), "tentang", "Tentang kami", "<p>Kami <i>desa</i>.</p>")
    _comments(app, long, quiet)
    _settings(quiet, long, spare)
    _personal(long)
    with transaction():  # so that no page says how long ago
        db.session.execute(update(Article).values(saved_at=BEGAN + timedelta(days=500)))
    db.session.expire_all()
    return {
        "long": long,
        "quiet": quiet,
        "closed": closed,
        "draft": draft,
        "deleted": deleted,
        "picture": shown,
    }


def _comments(app, long, quiet):
    ago = iter(BEGAN + timedelta(hours=number) for number in range(1000))
    many = [
        f"Komentar {number} :)) http://desa.example/{number} <b>tebal</b>\nbaris\n\nkedua"
        for number in range(10)
    ]
    first = [
        write(long, app, body, name=f"Sîti {number}", moment=next(ago))[0]
        for number, body in enumerate(many)
    ]
    thread = [
        write(
            long,
            app,
            f"Balasan {number} & <i>miring</i>",
            name="Rudi",
            moment=next(ago),
            parent=first[2].id,
        )[0]
        for number in range(8)
    ]
    (_answer,) = write(long, app, "Jawaban atas balasan", moment=next(ago), parent=thread[-1].id)
    (waits,) = write(quiet, app, "menunggu <script>alert(1)</script>", moment=next(ago))
    (spam,) = write(quiet, app, "judi slot gacor", name="Aero88", moment=next(ago))
    (gone,) = write(quiet, app, "dibuang", moment=next(ago))
    (kept,) = write(quiet, app, "x]]>y <u>bukan</u> & :( 😊", name="<b>Ani</b>", moment=next(ago))
    with transaction():
        change_set = ChangeSet(WHO)
        moderation.move([waits.id], CommentStatus.PENDING, change_set)
        moderation.move([spam.id], CommentStatus.SPAM, change_set)
        moderation.move([gone.id], CommentStatus.DELETED, change_set)
        found = db.session.get(Comment, kept.id)
        moderation.edit(found, "x]]>y disunting :)", comment_html("x]]>y disunting :)"), change_set)
        found.email, found.website = SECRET, "https://ani.example/?a=1&b=2"
        db.session.get(Comment, waits.id).reasons = ["links", "names:Rahasia Budi"]
        moderation.reply(
            found, "Pengurus", "Terima kasih", comment_html("Terima kasih"), change_set
        )
        db.session.execute(
            update(Comment).values(renderer=RENDERER, moved_at=BEGAN + timedelta(days=60))
        )
    db.session.expire_all()


def _settings(pinned, headline, logo):
    with transaction():
        change_set = ChangeSet(WHO)
        change_words(
            change_set,
            tagline="Semboyan & “kata”",
            links=[["Desa", "https://desa.example/"]],
            logo=logo.key,
            accent="#2c6136",
            header_picture=logo.key,
            layout="magazine",
            email="kantor@desa.example",
        )
        headlines.choose(change_set, [headline.id, pinned.id])
        headlines.pin(change_set, pinned.id, True)
        change_policy(change_set, reserved="Camat")
        change_lists(change_set, {"hold_words": "judi*", "hold_names": "Rahasia Budi"})


def _personal(long):
    comment = db.session.query(Comment).order_by(Comment.id).first()
    with transaction():
        trust(comment.name, comment.address_hash, None, True, ChangeSet(WHO))
        connection = db.session.connection()
        connection.execute(
            subscribers.insert().values(id=7, address=SECRET, secret="s" * 43, created_at=BEGAN)
        )
        connection.execute(
            subscriptions.insert().values(
                id=9,
                subscriber_id=7,
                article_id=long.id,
                scope="replies",
                asked_at=BEGAN,
                confirmed_at=BEGAN,
            )
        )
        connection.execute(followed.insert().values(subscription_id=9, comment_id=comment.id))
        connection.execute(
            erasures.insert().values(
                subject="comment", number=99999, proof="f" * 64, created_at=BEGAN
            )
        )
        db.session.add(
            DataRequest(
                kind=Kind.SEE,
                stage=Stage.OPEN,
                name="Siti Rahasia",
                email=SECRET,
                words="saya",
                is_author=False,
                is_mailed=True,
                created_at=BEGAN,
                confirmed_at=BEGAN,
                confirmed_by="",
                chosen=["comment-1"],
                answer="",
                is_shared=False,
            )
        )
        found = db.session.query(User).filter_by(name=WHO).one()
        found.email = "camat-rahasia@desa.example"


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.found.add(values["href"])


# paths below which nobody's page is the same for all, or that only lead elsewhere
ELSEWHERE = re.compile(r"/(?:admin|comments|subscriptions|cari|permintaan-data)\b")
MASKED = re.compile(
    r'(?<=name="csrf_token" value=")[^"]*|(?<=name="token" value=")[^"]*|(?<=name="nonce" value=")[^"]*'
)


def pages(app, with_queries=True):
    """Every public address that the front page, the sitemap and the pages between them lead to, and
    what it answers, but for its forms' tokens. The addresses of comments and of further pages have
    queries.
    """
    client, found, waiting = (
        app.test_client(),
        {},
        [
            "/",
            "/sitemap.xml",
            "/robots.txt",
            "/feeds/posts/default",
            "/feeds/comments/default",
            "/p/privasi.html",
        ],
    )
    while waiting:
        at = waiting.pop()
        if at in found:
            continue
        answer = client.get(at)
        if answer.status_code == 302:
            waiting.append(answer.location)
            found[at] = answer.location
            continue
        assert answer.status_code == 200, (at, answer.status_code)
        body = answer.get_data(as_text=True)
        found[at] = MASKED.sub("", body)
        if at == "/sitemap.xml":
            addresses = [
                each.text
                for each in ElementTree.fromstring(body).iter(
                    "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
                )
            ]
        else:
            links = _Links()
            links.feed(body)
            addresses = links.found | {
                *re.findall(r'type="application/atom\+xml" href="([^"]*)"', body)
            }
        for address in addresses:
            path = address.removeprefix("http://localhost").partition("#")[0].replace("&amp;", "&")
            is_asked = with_queries or "?" not in path
            if is_asked and path.startswith("/") and not ELSEWHERE.match(path):
                waiting.append(path)
    return found
