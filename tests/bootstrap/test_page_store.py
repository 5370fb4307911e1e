"""Pages answered before the program is loaded: the same answers, and only as long as nothing has
changed.
"""

import io
import os
import shutil
import time
from datetime import timedelta
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

import pytest
from werkzeug import Response

from pnpm import create_app
from pnpm.audit.models import ChangeSet
from pnpm.bootstrap import page_store
from pnpm.bootstrap.lazy_app import Loading, known_as
from pnpm.bootstrap.page_store import PageStore
from pnpm.comments import moderation
from pnpm.comments.models import Comment, Status
from pnpm.db import db, now, sqlite, transaction
from pnpm.web import security
from tests.conftest import SETTINGS, TOP, fields, on_sqlite, publish, soup, write

pytestmark = on_sqlite
FEEDS = "/feeds/posts/default", "/feeds/comments/default", "/feeds/1/comments/default"


@pytest.fixture
def process(instance, settings):
    """A new process of the site, with what it loaded the program for: `process()`."""
    apps = []

    def process(home=TOP, **more):
        home, folder = str(home), str(instance)
        return PageStore(home, folder, known_as(home, folder, more), Loading(load, refuse))

    def load(with_office=False, before=None):
        app = create_app({"INSTANCE": instance, **SETTINGS, **settings}, with_office)
        apps.append(app)
        return app

    def refuse(error):
        return Response(str(error), 503)

    yield process
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def ask(process, path="/", **environ):
    """Status, headers and body of the answer to a GET, and whether the program was loaded for
    it.
    """
    given, begun = (
        {
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "HTTP_HOST": "localhost",
            "wsgi.input": io.BytesIO(),
        },
        [],
    )
    setup_testing_defaults(given)
    given.update(environ)
    answer = process(given, lambda status, headers, *_more: begun.append((status, dict(headers))))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return *begun[0], body, process.site.site is not None


def test_a_page_that_one_process_made_the_next_answers_without_loading_the_program(process, url):
    for path in ("/", url, "/sitemap.xml", *FEEDS):
        made, again = ask(process(), path), ask(process(), path)
        assert (made[3], again[3]) == (True, False)
        assert made[:3] == again[:3]


def test_it_has_the_headers_that_protect_it(process, url):
    ask(process(), url)
    _status, headers, _body, is_loaded = ask(process(), url)
    assert not is_loaded
    assert security.HEADERS.items() <= headers.items()


def test_it_goes_out_compressed_and_not_at_all_to_who_has_it(process, url):
    whole = ask(process(), url)
    for asked in ({"HTTP_ACCEPT_ENCODING": "gzip"}, {"HTTP_IF_NONE_MATCH": whole[1]["ETag"]}):
        loaded, kept = process(), process()
        ask(loaded, "/healthz")
        answers = ask(kept, url, **asked), ask(loaded, url, **asked)
        assert answers[0][:3] == answers[1][:3]
        assert [answer[3] for answer in answers] == [False, True]


def test_a_feed_goes_out_to_who_does_not_have_it_by_its_date_either(process, url):
    for path in FEEDS:
        modified = ask(process(), path)[1]["Last-Modified"]
        later, earlier = "Fri, 01 Jan 2100 00:00:00 GMT", "Sun, 01 Jan 2012 00:00:00 GMT"
        for since, status in ((modified, "304"), (later, "304"), (earlier, "200"), ("x", "200")):
            answer = ask(process(), path, HTTP_IF_MODIFIED_SINCE=since)
            assert (answer[0][:3], answer[3]) == (status, False)


def test_a_comment_makes_every_feed_stale_that_shows_or_counts_it(process, app, article, url):
    number = write(article, app, "Satu", "Dua")[0].id
    changes = (
        lambda who: moderation.edit(db.session.get(Comment, number), "Lain", "Lain", who),
        lambda who: moderation.move([number], Status.SPAM, who),
        lambda who: moderation.move([number], Status.PUBLISHED, who),
    )
    for change in changes:
        for path in FEEDS:
            ask(process(), path)
        with transaction():
            change(ChangeSet("Bu Camat"))
        assert [ask(process(), path)[3] for path in FEEDS] == [True, True, True]


def test_whatever_is_written_is_seen_at_once(process, app, article, url):
    ask(process(), url)
    write(article, app, "Baru :))")
    status, _headers, body, is_loaded = ask(process(), url)
    assert (status, is_loaded, b"Baru" in body) == ("200 OK", True, True)
    assert ask(process(), url)[3] is False, "and kept again at once"


@pytest.mark.parametrize("through", [{}, {"HTTP_HX_REQUEST": "true"}], ids=["plain", "htmx"])
def test_a_comment_has_its_page_made_for_the_next_process(process, url, through):
    door = process()
    form = fields(soup(Page(ask(door, url))))
    typed = urlencode({**form, "body": "Baru saja :))"}).encode()
    sent = {
        "wsgi.input": io.BytesIO(typed),
        "CONTENT_LENGTH": str(len(typed)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
    }
    status, _headers, body, _is_loaded = ask(door, url, REQUEST_METHOD="POST", **sent, **through)
    assert (status, b"Baru saja" in body) == (
        ("201 CREATED", True) if through else ("303 SEE OTHER", False)
    )
    _status, _headers, body, is_loaded = ask(process(), url)
    assert (is_loaded, b"Baru saja" in body) == (False, True)


def test_a_form_that_was_refused_has_nothing_made(process, url, instance):
    sent = {
        "wsgi.input": io.BytesIO(b"body=x"),
        "CONTENT_LENGTH": "6",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
    }
    assert ask(process(), url, REQUEST_METHOD="POST", **sent)[0].startswith("4")
    assert not (instance / "kept").exists()


def test_what_is_written_elsewhere_makes_no_page_stale(process, app, article):
    paths = "/2012/", "/sitemap.xml"
    for path in (*paths, "/"):
        ask(process(), path)
    write(article, app, "di bawah artikel")
    assert [ask(process(), path)[3] for path in paths] == [False, False]
    _status, _headers, body, is_loaded = ask(process(), "/")
    assert (is_loaded, b"di bawah artikel" in body) == (True, True)  # it has the newest comments


def test_what_the_office_changes_makes_every_page_stale(process, url):
    ask(process(), url)
    publish("Baru", now() - timedelta(days=1))
    assert ask(process(), url)[3] is True
    assert ask(process(), url)[3] is False


def test_what_another_process_has_not_put_into_the_file_yet_is_seen(process, app, article, url):
    ask(process(), url)
    log = app.config["PNPM"].instance / "site.db-wal"
    write(article, app, "Hanya di dalam log")
    assert log.stat().st_size
    assert b"Hanya di dalam log" in ask(process(), url)[2]


def test_an_article_that_appears_by_itself_is_not_missed(process, article):
    publish("Nanti", now() + timedelta(seconds=2))
    assert b"Nanti" not in ask(process())[2]
    assert ask(process())[3] is False
    time.sleep(2.1)
    assert b"Nanti" in ask(process())[2]


@pytest.mark.parametrize(
    "asked",
    [
        {"QUERY_STRING": "before=1"},
        {"REQUEST_METHOD": "HEAD"},
        {"HTTP_HOST": "other.example"},
        {"wsgi.url_scheme": "https"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"SCRIPT_NAME": "/blog"},
    ],
    ids=lambda asked: next(iter(asked)),
)
def test_what_was_asked_for_otherwise_is_another_page(process, url, asked):
    ask(process(), url)
    assert ask(process(), url, **asked)[3] is True


def test_another_setting_is_another_page(process, url, instance):
    ask(process(), url)
    assert ask(process(PNPM_LANGUAGE="en"), url)[3] is True
    (instance / "config.py").write_text("LANGUAGE = 'en'")
    assert ask(process(), url)[3] is True


@pytest.mark.parametrize(
    "changed", ["pnpm/public/site.py", "templates/base.html", "static/site.css", "pnpm/new.py"]
)
def test_another_program_is_another_page_and_a_restart_of_the_same_is_not(
    process, url, tmp_path, changed
):
    home = tmp_path / "home"
    for folder in ("pnpm", "templates", "static"):
        shutil.copytree(TOP / folder, home / folder, ignore=shutil.ignore_patterns("__pycache__"))
    running = process(home)
    ask(running, url)
    (home / "tmp").mkdir()
    (home / "tmp/restart.txt").touch()
    assert ask(process(home), url)[3] is False
    with (home / changed).open("a") as file:
        file.write("\n")
    assert ask(process(home), url)[3] is True


def test_a_process_of_before_a_restart_keeps_nothing_for_those_after_it(process, url, instance):
    old = process()
    ask(old, "/")
    (instance / "config.py").write_text("LANGUAGE = 'en'")
    assert b'lang="id"' in ask(old, url)[2]
    _status, _headers, body, is_loaded = ask(process(), url)
    assert is_loaded and b'lang="en"' in body


@pytest.mark.parametrize(
    "content", [b"", b"{}\n", b"rubbish", b'{"until": 9e9, "stamp": []}\nx', None]
)
def test_a_kept_page_that_is_broken_is_made_anew(process, url, instance, content):
    whole = ask(process(), url)
    for path in (instance / "kept").iterdir():
        path.write_bytes(path.read_bytes()[:-5] if content is None else content)
    assert ask(process(), url)[:3] == whole[:3]


def test_where_pages_cannot_be_kept_they_are_answered_all_the_same(process, url, instance):
    (instance / "kept").write_text("no folder")
    assert [ask(process(), url)[0] for _time in range(2)] == ["200 OK", "200 OK"]


def visit(door, *paths, **environ):
    """Whether each page was answered without loading the program."""
    return [not ask(door, path, **environ)[3] for path in paths]


def test_no_more_pages_of_a_name_are_kept_than_there_is_room_for(
    process, url, instance, monkeypatch
):
    monkeypatch.setattr(page_store, "MOST", 2)
    paths = "/", url, "/sitemap.xml"
    for path in paths:
        ask(process(), path)
    assert len(list((instance / "kept").iterdir())) == 2
    assert visit(process(), url) == [True], "the oldest went"


@pytest.mark.system
@pytest.mark.parametrize("made_up", ["HTTP_HOST", "HTTP_X_FORWARDED_PROTO"])
def test_three_hundred_made_up_names_take_no_page_of_the_real_ones(process, url, instance, made_up):
    real, pages = [{}, {"HTTP_HOST": "www.desa.example"}], ("/", url, "/sitemap.xml")
    for name in real:
        for page in pages:
            ask(process(), page, **name)
    door = process()
    for number in range(300):
        ask(door, "/" if number % 2 else url, **{made_up: f"h{number}.example"})
    assert len(list((instance / "kept").iterdir())) <= page_store.NAMES * page_store.MOST
    assert (
        len({path.name[: page_store.DIGITS] for path in (instance / "kept").iterdir()})
        <= page_store.NAMES + 1
    )
    for name in real:
        for page in pages:
            assert visit(process(), page, **name) == [True]


def test_a_real_name_that_comes_after_the_made_up_ones_is_kept_too(process, url):
    door = process()
    for number in range(20):
        ask(door, url, HTTP_HOST=f"h{number}.example")
    for page in ("/", url):
        ask(process(), page)
    for number in range(20, 40):
        ask(door, url, HTTP_HOST=f"h{number}.example")
    assert visit(process(), "/") == visit(process(), url) == [True]


def test_a_name_of_long_ago_makes_room(process, url, instance, monkeypatch):
    monkeypatch.setattr(page_store, "NAMES", 1)
    for page in ("/", url, "/sitemap.xml"):
        ask(process(), page, HTTP_HOST="old.example")
    for path in (instance / "kept").iterdir():
        os.utime(path, (0, 0))
    ask(process(), url, HTTP_HOST="new.example")
    assert len(list((instance / "kept").iterdir())) == 1


def test_nobodys_own_page_is_kept(process, instance, url):
    door = process()
    for path in ("/admin/login", "/healthz", "/tidak-ada"):
        ask(door, path)
    assert not (instance / "kept").exists()


def test_a_lost_database_is_not_hidden(process, url, instance):
    ask(process(), url)
    (instance / "site.db").unlink()
    assert ask(process(), url)[0].startswith("503")
    assert not (instance / "site.db").exists()


def test_another_database_in_its_place_is_another_page_though_it_counts_alike(
    process, url, instance
):
    ask(process(), url)
    copy = instance / "copy.db"
    sqlite.copy(instance / "site.db", copy)
    copy.rename(instance / "site.db")
    assert ask(process(), url)[3] is True


def test_a_process_that_loaded_the_program_keeps_what_it_has_in_memory_up_to_date_here(
    process, app, article, url
):
    door, other = process(), publish("Lain", now() - timedelta(days=1))
    db.session.remove()
    ask(door, url)
    write(other, app, "di artikel lain")
    assert soup(Page(ask(door, url))).select_one("#comment-count").text == "0"
    assert ask(process(), url)[3] is False


class Page:
    """An answer, to be parsed."""

    def __init__(self, answer):
        self.answer = answer

    def get_data(self, as_text):
        return self.answer[2].decode()
