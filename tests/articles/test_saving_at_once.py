"""Articles saved by several processes at once, and by one that is killed: whole, once, and nobody's
work under another's.
"""

import os
import re
import signal
import threading
import time
import urllib.error
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest

from pnpm.accounts.models import Role
from pnpm.articles.actions import write
from pnpm.articles.models import Article
from pnpm.articles.revisions import Revision
from pnpm.audit import models as log
from pnpm.audit.models import AuditEntry, ChangeSet, digest
from pnpm.db import db, transaction
from pnpm.markup.sanitizer import article_html
from tests import engines
from tests.admin.conftest import account
from tests.admin.test_at_once import Browser, at_once
from tests.browser.conftest import served

pytestmark = pytest.mark.engines

HANDS = 8
KILLS = 6 if engines.ENGINE == "sqlite" else 3
LIST, NEW = "/admin/articles", "/admin/articles/new"


@pytest.fixture(scope="module")
def site(new_instance, tmp_path_factory):
    """A site on two processes, with an admin."""
    place = tmp_path_factory.mktemp("saving") / "instance"
    with new_instance(place) as folder, served(folder) as site:
        within(site, lambda: account("Bu Camat", Role.ADMIN))
        yield site


def within(site, work):
    """Do something in the site's database."""
    with site.app.app_context():
        try:
            return work()
        finally:
            db.session.remove()


def signed_in(site, count):
    browsers = [Browser(site) for _ in range(count)]
    for browser in browsers:
        assert browser.sign_in("Bu Camat") == 303
    return [
        (browser, {**browser.token(LIST), "format": "plain", "status": "draft"})
        for browser in browsers
    ]


def begin(site, *bodies):
    """Articles with these texts; their numbers."""

    def make():
        with transaction():
            return [
                write(ChangeSet("Bu Camat"), None, f"Nomor {number}", body).id
                for number, body in enumerate(bodies)
            ]

    return within(site, make)


def test_one_new_form_from_many_hands_at_once_is_one_article(site):
    form = {"token": "0123456789abcdef" * 2, "title": "Serentak", "body": "<p>isi</p>"}

    def kept():
        articles = [(article.title, article.edition) for article in db.session.query(Article)]
        return Counter(articles), db.session.query(Revision).count()

    articles, revisions = within(site, kept)
    statuses = at_once(
        NEW, [(browser, {**given, **form}) for browser, given in signed_in(site, HANDS)]
    )
    assert set(statuses) == {303}
    assert within(site, kept) == (articles + Counter([("Serentak", 1)]), revisions + 1)


def test_of_many_at_one_article_one_is_saved_and_the_others_are_told(site):
    (number,) = begin(site, "<p>mula</p>")
    forms = [
        (browser, {**given, "title": "Nomor 0", "edition": "1", "body": f"<p>tangan {hand}</p>"})
        for hand, (browser, given) in enumerate(signed_in(site, HANDS))
    ]
    statuses = at_once(f"{LIST}/{number}", forms)
    assert sorted(statuses) == [303] + [409] * (HANDS - 1)
    body = within(site, lambda: db.session.get(Article, number).body)
    assert body == forms[statuses.index(303)][1]["body"]


@pytest.mark.system
def test_a_server_that_is_killed_while_it_saves_leaves_each_article_whole(instance):
    with served(instance) as site:
        within(site, lambda: account("Bu Camat", Role.ADMIN))
        numbers = begin(site, *["<p>mula</p>"] * 3)
        acknowledged, over = {}, threading.Event()
        writers = list(zip(signed_in(site, len(numbers)), numbers, strict=True))
        with ThreadPoolExecutor(len(numbers)) as pool:
            done = [pool.submit(save_on, site, *writer, acknowledged, over) for writer in writers]
            for _kill in range(KILLS):
                saved = sum(acknowledged.values())
                wait_until(lambda saved=saved: sum(acknowledged.values()) > saved, done)
                kill_workers(instance)
            wait_until(lambda: set(acknowledged) == set(numbers), done)
            over.set()
            assert sum(each.result() for each in done) >= KILLS
        assert set(acknowledged) == set(numbers)
        for number in numbers:
            within(site, lambda number=number: is_whole(number, acknowledged[number]))
        assert within(site, log.break_in_chain) is None


def wait_until(is_so, done):
    """Until it is so, while none of the writers has failed; for a minute at the most."""
    for _try in range(600):
        if is_so() or any(each.done() for each in done):
            return
        time.sleep(0.1)
    raise TimeoutError


def save_on(site, writer, number, acknowledged, over):
    """Save one text after another, each longer than a page of the database, until it is over: how
    many were saved.
    """
    (browser, form), count = writer, 0
    while not over.is_set():
        count += 1
        body = "\n".join([f"<p>simpanan ke-{count}</p>"] * 400)
        edition = within(site, lambda: db.session.get(Article, number).edition)
        try:
            values = {
                **form,
                "title": f"Nomor {number} simpanan {count}",
                "edition": edition,
                "body": body,
            }
            if browser.ask(f"{LIST}/{number}", values)[0] == 303:
                acknowledged[number] = count
        except (urllib.error.URLError, HTTPException, OSError):
            continue  # killed before it answered, or amid its answer
    return acknowledged[number]


def kill_workers(instance):
    """Kill the processes that answer; gunicorn starts others."""
    pids = re.findall(
        r"Booting worker with pid: (\d+)", (Path(instance) / "server.log").read_text()
    )
    for pid in pids[-2:]:
        os.kill(int(pid), signal.SIGKILL)


def is_whole(number, acknowledged):
    """Title, text, HTML, version and log say the same, and nothing is older than what was
    acknowledged.
    """
    article = db.session.get(Article, number)
    counts = {int(count) for count in re.findall(r"simpanan ke-(\d+)", article.body)}
    assert len(counts) == 1 and counts.pop() >= acknowledged
    assert len(re.findall("<p>", article.body)) == 400
    assert article.title == f"Nomor {number} simpanan {re.search(r'ke-([0-9]+)', article.body)[1]}"
    assert article.html == article_html(article.body)
    newest = db.session.scalars(Revision.all_of(number).limit(1)).one()
    assert (newest.title, newest.body, newest.digest) == (
        article.title,
        article.body,
        digest(article.body),
    )
    saved = db.session.scalars(log.of("article", number).limit(1)).one()
    assert saved.after["text"] == newest.digest
    assert (
        db.session.query(AuditEntry).filter_by(subject="article", number=number).count()
        == article.edition
    )
