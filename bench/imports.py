"""Moving in: a blog of 5,000 articles with 100,000 comments, as Blogger exports it, is imported; and
once more while the import is killed every few seconds.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from pnpm import create_app
from pnpm.articles.models import Article
from pnpm.comments.models import Comment
from pnpm.db import db

from . import site, words
from .budget import Row, Unmeasured

ARTICLES, COMMENTS = 5000, 100_000
PARAGRAPHS = 4  # of an article
REPLIES = 5  # of so many comments, one answers the one before it
LABELS = "Berita", "Desa", "PNPM", "Jalan Tani", "Air Bersih", "SPP", "Musrenbang", "Pasar"
BEGUN = datetime(2012, 1, 1, 1, tzinfo=UTC)
SECONDS, MEGABYTES = 120, 150
KILLED_AFTER = 5  # seconds
LONGEST = 1800  # seconds for an import that is killed again and again
BLOG = "https://lama.blogspot.com"
KIND = "http://schemas.google.com/blogger/2008/kind#"
_HEAD = f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'>
<id>tag:blogger.com,1999:blog-1.archive</id><title type='text'>Blog Lama</title>
<link rel='alternate' type='text/html' href='{BLOG}/'/>
"""
_ENTRY = """<entry><id>tag:blogger.com,1999:blog-1.post-{key}</id><published>{moment}</published>
<category scheme='http://schemas.google.com/g/2005#kind' term='{kind}'/>{more}
<title type='text'>{title}</title><content type='html'>{html}</content>
<author><name>{name}</name><email>noreply@blogger.com</email></author></entry>
"""


def measure(folder: Path) -> Iterator[Row]:
    """The rows of an import in one go, and of one that is killed every few seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / "blog-11-27-2026.xml"
    write(archive, ARTICLES, COMMENTS)
    instance = folder / "once"
    site.prepare(instance)
    begun = time.monotonic()
    process = _started(instance, archive)
    _pid, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begun
    if status:
        raise Unmeasured(f"flask import ended with {status}")
    note = f"processor {used.ru_utime + used.ru_stime:.0f} s"
    yield Row(
        f"import of {ARTICLES:,} articles with {COMMENTS:,} comments",
        seconds,
        SECONDS,
        " s",
        note=note,
    )
    yield Row("… its memory", used.ru_maxrss / 1024, MEGABYTES, " MB")
    yield Row("… articles and comments that are not there once", _wrong(instance), 0)
    instance = folder / "killed"
    site.prepare(instance)
    kills = _killed(instance, archive)
    yield Row(
        f"… killed with -9 every {KILLED_AFTER} s: lost or doubled",
        _wrong(instance),
        0,
        note=f"{kills} times",
    )


def write(path: Path, articles: int, comments: int) -> None:
    """Write such an archive."""
    source, bodies = random.Random(2012), list(words.comments(3000))
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for number in range(articles):
            file.write(_article(source, bodies, number))
        before: dict[int, int] = {}
        for number in range(comments):
            file.write(_comment(source, bodies, number, articles, before))
        file.write("</feed>\n")


def _article(source, bodies, number):
    moment = BEGUN + timedelta(hours=20 * number)
    html = "".join(f"<p>{escape(one.body)}</p>" for one in source.sample(bodies, PARAGRAPHS))
    labels = "".join(
        f"<category scheme='http://www.blogger.com/atom/ns#' term='{label}'/>"
        for label in source.sample(LABELS, 2)
    )
    address = f"{BLOG}/{moment:%Y/%m}/kabar-{number}.html"
    return _ENTRY.format(
        key=f"1{number:06}",
        moment=moment.isoformat(),
        kind=f"{KIND}post",
        name="Admin",
        title=f"Kabar desa {number}: {source.choice(words.WHAT)}",
        html=escape(html),
        more=f"{labels}<link rel='alternate' type='text/html' href='{address}'/>",
    )


def _comment(source, bodies, number, articles, before):
    of, one = source.randrange(articles), source.choice(bodies)
    moment = BEGUN + timedelta(hours=20 * of, minutes=number)
    ref = f"tag:blogger.com,1999:blog-1.post-1{of:06}"
    more = f"<thr:in-reply-to ref='{ref}' type='text/html'/>"
    if of in before and not number % REPLIES:
        parent = f"https://www.blogger.com/feeds/1/1{of:06}/comments/default/2{before[of]:06}"
        more += f"<link rel='related' type='application/atom+xml' href='{parent}'/>"
    before[of] = number
    html = escape(escape(f"{one.body} {number}").replace("\n", "<br />"))
    return _ENTRY.format(
        key=f"2{number:06}",
        moment=moment.isoformat(),
        kind=f"{KIND}comment",
        html=html,
        title="",
        name=escape(one.name or "Anonymous"),
        more=more,
    )


def _started(instance, archive):
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import", "blogger", str(archive)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=site.TOP, env=site.environment(instance), **quiet)


def _killed(instance, archive):
    """Import while each process is killed; return how many were."""
    until, kills = time.monotonic() + LONGEST, 0
    while time.monotonic() < until:
        process = _started(instance, archive)
        try:
            if process.wait(KILLED_AFTER):
                raise Unmeasured(f"flask import ended with {process.returncode}")
            return kills
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
    raise Unmeasured(f"the import was not done after {kills} kills")


def _wrong(instance):
    """How many articles and comments there are too many, or too few."""
    app = create_app({"INSTANCE": str(instance)})
    with app.app_context():
        counts = [db.session.query(each).count() for each in (Article, Comment)]
        texts = db.session.query(Comment.body).distinct().count()
        db.session.remove()
        db.engine.dispose()
    wanted = (ARTICLES, COMMENTS, COMMENTS)
    return sum(abs(one - other) for one, other in zip((*counts, texts), wanted, strict=True))
