"""How quickly the pages for writing answer where 5,000 articles and 20,000 pictures are."""

import random
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import insert

from pnpm import create_app
from pnpm.accounts.models import Role, User
from pnpm.articles.models import Article, Status
from pnpm.articles.revisions import KEPT, Revision
from pnpm.articles.tags import Label, Labelled
from pnpm.audit.models import digest
from pnpm.cli import demo
from pnpm.db import db, now, transaction
from pnpm.markup.sanitizer import article_html
from pnpm.media.models import Illustration, Picture
from pnpm.site_settings import Setting

from .budget import Row
from .officer import NAME, PASSWORD, TIMES, Officer, found, row
from .site import Server

ARTICLES, PICTURES, LABELS, DAYS = 5000, 20_000, 40, 3650
# of a hundred; some of the published are yet to come
SHARES = {Status.PUBLISHED: 94, Status.DRAFT: 4, Status.DELETED: 2}
RARE = "kepiting"  # in one of the oldest articles alone, so that a search looks at all
LIMIT = 100  # milliseconds


def prepare(instance: Path) -> None:
    """Fill a site that `site.prepare` has made: an officer, articles with labels and versions,
    pictures and where they stand.
    """
    app = create_app({"INSTANCE": str(instance)})
    with app.app_context():
        with transaction():
            User.add(NAME, Role.ADMIN, PASSWORD)
            for write in (_articles, _labels, _versions, _pictures):
                write(random.Random(2012))
            Setting.touch()
        db.session.remove()
        db.engine.dispose()


def measure(server: Server) -> Iterator[Row]:
    """The rows on the pages for writing, and on an article saved."""
    officer = Officer(server)
    yield from officer.look_at(_paths(officer), LIMIT)
    yield row(
        "office: an article saved", [_saved(officer, number) for number in range(TIMES)], LIMIT
    )


def _saved(officer, number):
    """The newest article, with another text."""
    page = officer.ask("GET", "/admin/articles/1")[2]
    form = {name: found(rf'name="{name}" value="([^"]*)"', page) for name in ("edition", "stood")}
    body = (demo.FOLDER / demo.ARTICLES[0][0]).read_text("utf-8") + f"<p>Diubah {number}.</p>"
    return officer.ask(
        "POST",
        "/admin/articles/1",
        title="Kabar",
        body=body,
        format="plain",
        status="published",
        **form,
    )


def _articles(source):
    body = (demo.FOLDER / demo.ARTICLES[0][0]).read_text("utf-8")
    html, moment, rows = article_html(body), now(), []
    statuses = [status for status, share in SHARES.items() for _one in range(share)]
    for number in range(ARTICLES):
        published = moment - timedelta(days=DAYS) * (number - ARTICLES // 100) / ARTICLES
        text = f"<p>{RARE}</p>{body}" if number == ARTICLES - 9 else body
        one = {
            "title": f"Kabar desa {number}",
            "slug": f"kabar-desa-{number}",
            "body": text,
            "html": html,
        }
        one |= {
            "status": statuses[number * 37 % 100],
            "published_at": published,
            "saved_at": published,
            "edition": KEPT,
        }
        rows.append(
            one | {"comments_open": True, "comment_count": source.randrange(40), "revision": 1}
        )
    db.session.execute(insert(Article), rows)


def _labels(source):
    db.session.execute(
        insert(Label),
        [{"name": f"Label {number}", "slug": f"label-{number}"} for number in range(LABELS)],
    )
    pairs = {
        (article, source.randrange(1, LABELS + 1))
        for article in range(1, ARTICLES + 1)
        for _label in range(3)
    }
    db.session.execute(
        insert(Labelled),
        [{"article_id": one, "label_id": other, "place": 0} for one, other in pairs],
    )


def _versions(source):
    """The newest article has as many as are kept, the others two each."""
    body = (demo.FOLDER / demo.ARTICLES[0][0]).read_text("utf-8")
    numbers = [1] * KEPT + [number for number in range(2, ARTICLES + 1) for _version in range(2)]
    rows = [
        {"article_id": number, "created_at": now(), "who": NAME, "title": "Kabar"}
        for number in numbers
    ]
    for place, one in enumerate(rows):
        text = f"{body}<p>versi {place}</p>"
        one |= {"body": text, "digest": digest(text)}
    db.session.execute(insert(Revision), rows)


def _pictures(source):
    moment, rows = now(), []
    for number in range(PICTURES):
        one = {
            "key": sha256(str(number).encode()).hexdigest()[:32],
            "name": f"IMG_{number}.jpg",
            "width": 1600,
            "height": 1200,
        }
        one |= {
            "alt": "" if number % 3 else f"Warga dusun {number}",
            "size": 20_000,
            "preview": "",
            "who": NAME,
        }
        deleted = moment if number % 50 == 0 else None
        rows.append(one | {"created_at": moment - timedelta(minutes=number), "deleted_at": deleted})
    db.session.execute(insert(Picture), rows)
    pairs = {
        (source.randrange(1, ARTICLES + 1), number)
        for number in range(1, PICTURES + 1)
        if number % 4
    }
    db.session.execute(
        insert(Illustration), [{"article_id": one, "picture_id": other} for one, other in pairs]
    )


def _paths(officer):
    """What each page is called, and its path."""
    tabs = {
        f"articles, {tab}": f"/admin/articles?status={tab}"
        for tab in ("published", "draft", "scheduled", "deleted")
    }
    searches = {"rare word": RARE, "frequent word": "desa", "title": "desa 4711"}
    searches = {
        f"articles, {name}": f"/admin/articles?q={words.replace(' ', '+')}"
        for name, words in searches.items()
    }
    following = found(
        r'href="(/admin/articles\?[^"]*after=[^"]+)"', officer.ask("GET", "/admin/articles")[2]
    )
    editor = {
        "article in the editor": "/admin/articles/1",
        "new article": "/admin/articles/new",
        "its versions": "/admin/articles/1/versions",
    }
    versions = officer.ask("GET", "/admin/articles/1/versions")[2]
    editor["a version compared"] = found(r'href="(/admin/articles/1/versions/\d+)"', versions)
    kinds = ("", "?tab=unused", "?tab=undescribed", "?tab=deleted")
    library = {f"pictures{kind}": f"/admin/pictures{kind}" for kind in kinds}
    more = {
        "headlines": "/admin/headlines",
        "settings": "/admin/settings",
        "its first page": "/admin/",
        "log": "/admin/log",
    }
    return (
        tabs
        | searches
        | {"articles, next page": following.replace("&amp;", "&")}
        | editor
        | library
        | more
    )
