"""Pages answered before the program is loaded: the same answers, and only as long as nothing has changed."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from wsgiref.util import setup_testing_defaults

import pytest
from werkzeug import Response

from pnpm import create_app, doorstep, rendering, security
from pnpm.database import db, now
from pnpm.doorstep import Doorstep
from tests.conftest import SETTINGS, TOP, on_sqlite, publish, soup, write

pytestmark = on_sqlite


@pytest.fixture
def process(instance, settings):
    """A new process of the site, with what it loaded the program for: `process()`."""
    apps = []

    def process(**more):
        return Doorstep(str(TOP), {"PNPM_INSTANCE": str(instance), **more}, load, refuse)

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


@pytest.fixture(autouse=True)
def settled(app, article, monkeypatch):
    """What was written before is long ago, and nothing is left to be written after an answer."""
    rendering.batch()
    db.session.remove()
    db.engine.dispose()
    monkeypatch.setattr(doorstep, "SETTLED", 0)


def ask(process, path="/", **environ):
    """Status, headers and body of the answer to a GET, and whether the program was loaded for it."""
    given, begun = {"PATH_INFO": path, "QUERY_STRING": "", "HTTP_HOST": "localhost", "wsgi.input": io.BytesIO()}, []
    setup_testing_defaults(given)
    given.update(environ)
    answer = process(given, lambda status, headers, *_more: begun.append((status, dict(headers))))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return *begun[0], body, process.site is not None


def test_a_page_that_one_process_made_the_next_answers_without_loading_the_program(process, url):
    for path in ("/", url, "/sitemap.xml"):
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
        loaded.site = loaded.load()
        assert ask(kept, url, **asked)[:3] == ask(loaded, url, **asked)[:3]
        assert kept.site is None


def test_whatever_is_written_is_seen_at_once(process, app, article, url):
    ask(process(), url)
    write(article, app, "Baru :))")
    db.session.remove()
    db.engine.dispose()
    status, _headers, body, is_loaded = ask(process(), url)
    assert (status, is_loaded, b"Baru" in body) == ("200 OK", True, True)
    assert ask(process(), url)[3] is False


def test_what_was_written_just_before_is_waited_for(process, url, monkeypatch):
    monkeypatch.setattr(doorstep, "SETTLED", 60)
    ask(process(), url)
    assert ask(process(), url)[3] is True


def test_an_article_that_appears_by_itself_is_not_missed(process, app):
    publish("Nanti", now() + timedelta(seconds=1))
    db.session.remove()
    db.engine.dispose()
    assert b"Nanti" not in ask(process())[2]
    assert ask(process())[3] is False
    time.sleep(1.1)
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


def test_another_setting_another_program_or_a_restart_is_another_page(process, url, instance):
    ask(process(), url)
    assert ask(process(PNPM_LANGUAGE="en"), url)[3] is True
    (instance / "config.py").write_text("LANGUAGE = 'en'")
    assert ask(process(), url)[3] is True


def test_a_process_of_before_a_restart_keeps_nothing_for_those_after_it(process, url, instance):
    old = process()
    ask(old, "/")
    (instance / "config.py").write_text("LANGUAGE = 'en'")
    assert b'lang="id"' in ask(old, url)[2]
    _status, _headers, body, is_loaded = ask(process(), url)
    assert is_loaded and b'lang="en"' in body


@pytest.mark.parametrize("content", [b"", b"{}\n", b"rubbish", b'{"until": 9e9, "stamp": []}\nx', None])
def test_a_kept_page_that_is_broken_is_made_anew(process, url, instance, content):
    whole = ask(process(), url)
    for path in (instance / "kept").iterdir():
        path.write_bytes(path.read_bytes()[:-5] if content is None else content)
    assert ask(process(), url)[:3] == whole[:3]


def test_where_pages_cannot_be_kept_they_are_answered_all_the_same(process, url, instance):
    (instance / "kept").write_text("no folder")
    assert [ask(process(), url)[0] for _time in range(2)] == ["200 OK", "200 OK"]


def test_no_more_are_kept_than_there_is_room_for(process, url, instance, monkeypatch):
    monkeypatch.setattr(doorstep, "MOST", 3)
    door = process()
    for host in range(9):
        ask(door, url, HTTP_HOST=f"h{host}.example")
    assert len(list((instance / "kept").iterdir())) == 3


def test_nobodys_own_page_is_kept(process, instance, url):
    door = process()
    for path in ("/admin/login", "/healthz", "/tidak-ada"):
        ask(door, path)
    assert not (instance / "kept").exists()


def test_a_lost_database_is_not_hidden(process, url, instance):
    ask(process(), url)
    (instance / "site.db").unlink()
    assert ask(process(), url)[0].startswith("503")


def test_a_process_that_loaded_the_program_keeps_what_it_has_in_memory_up_to_date_here(process, app, article, url):
    door, other = process(), publish("Lain", now() - timedelta(days=1))
    db.session.remove()
    ask(door, url)
    write(other, app, "di artikel lain")
    db.session.remove()
    db.engine.dispose()
    assert soup_count(ask(door, url)) == 0
    assert ask(process(), url)[3] is False


def test_the_office_is_loaded_when_somebody_asks_for_it_and_then_answers_everything(process, url):
    door = process()
    assert ask(door, url)[0] == "200 OK"
    readers = door.site
    assert ask(door, "/admin/")[1]["Location"].startswith("/admin/login")
    whole = door.site
    assert whole is not readers
    for path in (url, "/admin/login", "/"):
        assert ask(door, path)[0] == "200 OK"
    assert door.site is whole


def test_who_asks_for_the_office_first_has_the_whole_loaded_once(process, url):
    door = process()
    assert ask(door, "/admin/login")[0] == "200 OK"
    whole = door.site
    assert (ask(door, url)[0], door.site is whole) == ("200 OK", True)


def test_several_that_ask_at_once_have_it_loaded_once(process, url):
    door, calls = process(), []
    load, door.load = door.load, lambda *given: calls.append(given) or load(*given)
    with ThreadPoolExecutor(8) as hands:
        statuses = list(hands.map(lambda number: ask(door, "/admin/login" if number % 2 else url)[0], range(16)))
    assert statuses == ["200 OK"] * 16
    assert [given[0] for given in calls] in ([True], [False, True])


def test_an_office_that_cannot_be_loaded_keeps_nobody_from_reading(process, url):
    door = process()
    ask(door, url)
    load, door.load = door.load, lambda *given: 1 / 0
    assert (ask(door, "/admin/")[0], ask(door, url)[0]) == ("503 SERVICE UNAVAILABLE", "200 OK")
    door.load = load
    assert ask(door, "/admin/login")[0] == "200 OK"


def test_a_site_that_cannot_be_loaded_says_so_and_is_not_tried_at_each_request(process, url):
    door, calls = process(), []
    door.load = lambda *given: calls.append(given) or 1 / 0
    answers = [ask(door, url), ask(door, "/admin/"), ask(door, url)]
    assert [(status, body) for status, _headers, body, _is_loaded in answers] == [
        ("503 SERVICE UNAVAILABLE", b"division by zero")
    ] * 3
    assert len(calls) == 1


def soup_count(answer):
    class Answer:
        def get_data(self, as_text):
            return answer[2].decode()

    return int(soup(Answer()).select_one("#comment-count").text)
