"""How quickly the office's pages answer where 100,000 comments are: asked over HTTP, by an officer
who signed in.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import insert

from pnpm import create_app
from pnpm.accounts.models import Role, User
from pnpm.articles.models import Article
from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.comments.models import Comment, Status, recount
from pnpm.db import db, now, transaction
from pnpm.markup.sanitizer import RENDERER, comment_html

from . import words
from .budget import Row
from .officer import NAME, PASSWORD, Officer, found, row
from .site import Server

COMMENTS, ARTICLES, AUTHORS, DAYS = 100_000, 50, 3000, 120
# of a hundred
SHARES = {Status.PUBLISHED: 90, Status.PENDING: 1, Status.SPAM: 7, Status.DELETED: 2}
BODIES = 500  # different ones
LONG = 1000  # every so manieth comment is ten times as long
DEEDS = 20  # of 1,000 entries each, in the log
RARE = "kepiting"  # in one of the oldest comments alone, so that a search looks at all
PAGE, MOVES = 100, 2000  # milliseconds


def prepare(instance: Path) -> None:
    """Fill a site that `site.prepare` has made: comments, an officer, and a log of what was
    done.
    """
    app = create_app({"INSTANCE": str(instance)})
    with app.app_context():
        with transaction():
            User.add(NAME, Role.ADMIN, PASSWORD)
            articles = [
                Article.publish(title=f"Kabar desa {number}", body="", html="").id
                for number in range(ARTICLES)
            ]
            db.session.flush()
        _write(articles)
        with transaction():
            for number in range(DEEDS):
                numbers = range(number * 1000 + 1, number * 1000 + 1001)
                moves = [(one, {"status": "pending"}, {"status": "published"}) for one in numbers]
                ChangeSet(NAME).record(AuditAction.MOVED, "comment", moves)
        db.session.remove()
        db.engine.dispose()


def measure(server: Server) -> Iterator[Row]:
    """The rows on the office's pages, and on 1,000 comments moved in one go and brought back."""
    officer = Officer(server)
    yield from officer.look_at(_pages(officer), PAGE)
    yield from _moving(officer)


def _write(articles):
    """All comments in one transaction, past the models' verbs: it is their number that is
    measured.
    """
    source, begun = random.Random(2012), now() - timedelta(days=DAYS)
    written = [(one, comment_html(one.body)) for one in words.comments(BODIES)]
    statuses = [status for status, share in SHARES.items() for _one in range(share)]
    with transaction():
        for first in range(0, COMMENTS, 5000):
            rows = []
            for number in range(first, first + 5000):
                (one, html), author = source.choice(written), source.randrange(AUTHORS)
                times = 10 if number % LONG == 0 else 1
                status, body = (
                    statuses[number * 37 % 100],
                    f"{RARE} {one.body}" if number == 10 else one.body,
                )
                row = {
                    "article_id": source.choice(articles),
                    "name": f"{one.name or 'Warga'} {author}",
                    "status": status,
                }
                row |= {
                    "email": "",
                    "website": one.website,
                    "body": body * times,
                    "html": html * times,
                    "renderer": RENDERER,
                }
                row |= {
                    "reasons": [] if status is Status.PUBLISHED else ["links"],
                    "token": f"bench {number}",
                }
                row |= {
                    "created_at": begun + timedelta(days=DAYS) * number / COMMENTS,
                    "address_hash": _hash(author),
                }
                rows.append(row | {"official": False})
            db.session.execute(insert(Comment), rows)
        recount(db.session.connection(), articles, [])


def _hash(author):
    return sha256(str(author).encode()).hexdigest()


def _pages(officer):
    """What each page is called, and its path."""
    author = found(
        r'href="(/admin/comments\?status=all&amp;name=[^"]+)"', officer.ask("GET", "/admin/")[2]
    )
    desk = {
        "rare word": f"status=all&q={RARE}",
        "frequent word": "status=all&q=desa",
        "hash": f"status=all&q={_hash(7)[:8]}",
    }
    desk |= {"article": "status=all&article=7", "oldest first": "status=published&sort=oldest"}
    desk |= {
        "deep page": "status=published&after=5000",
        "by a reason": "status=all&reason=fast",
        "two words": "status=spam&q=desa+bapak",
    }
    pages = {"first page": "/admin/"}
    pages |= {
        f"comments, {status}": f"/admin/comments?status={status}"
        for status in [*[one.value for one in Status], "all"]
    }
    pages |= {f"comments, {name}": f"/admin/comments?{query}" for name, query in desk.items()}
    pages |= {
        "author's page": author.replace("&amp;", "&"),
        "author's published": author.replace("&amp;", "&").replace("=all", "=published"),
    }
    return pages | {"log": "/admin/log", "report": "/admin/report"}


def _moving(officer):
    """Everything that waits is marked as spam, and brought back."""
    query = {"back": "status=pending", "all": "1", "upto": "999999999", "status": "spam"}
    moved, back = [], []
    for _time in range(3):
        moved.append(officer.ask("POST", "/admin/comments", **query))
        done = found(r"done=(\w+)", moved[-1][3])
        back.append(officer.ask("POST", f"/admin/log/{done}/undo"))
    waiting = COMMENTS * SHARES[Status.PENDING] // 100
    yield row(f"office: {waiting:,} comments moved in one go", moved, MOVES)
    yield row("office: and brought back", back, MOVES)
