"""The program loaded when it is needed: what readers see first, the whole when somebody asks for
the office.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug import Response
from werkzeug.test import Client

from pnpm.bootstrap.lazy_app import Loading, known_as


class Site:
    """What is loaded, as far as it matters here."""

    def __init__(self, *given):
        self.given = given

    def __call__(self, environ, start_response):
        return Response(f"{self.given[0]}")(environ, start_response)


@pytest.fixture
def site():
    """A site that is not loaded yet, and what was asked of it: `site.calls`."""

    def load(*given):
        site.calls.append(given)
        return Site(*given)

    site = Loading(load, lambda error: Response(str(error), 503))
    site.calls = []
    return site


def ask(site, path):
    answer = Client(site).get(path)
    return answer.status_code, answer.text


def fail(*given):
    raise ImportError("no office")


def test_the_office_is_loaded_when_somebody_asks_for_it_and_then_answers_everything(site):
    assert ask(site, "/") == (200, "False")
    readers = site.site
    assert [ask(site, path) for path in ("/admin/", "/", "/admin/login")] == [(200, "True")] * 3
    assert site.calls == [(False, None), (True, readers)]


def test_who_asks_for_the_office_first_has_the_whole_loaded_once(site):
    assert [ask(site, path) for path in ("/admin/", "/")] == [(200, "True")] * 2
    assert site.calls == [(True, None)]


def test_several_that_ask_at_once_have_it_loaded_once(site):
    with ThreadPoolExecutor(8) as hands:
        statuses = list(
            hands.map(lambda number: ask(site, "/admin/" if number % 2 else "/")[0], range(64))
        )
    assert statuses == [200] * 64
    assert [given[0] for given in site.calls] in ([True], [False, True])


def test_an_office_that_cannot_be_loaded_keeps_nobody_from_reading(site):
    ask(site, "/")
    load, site.load = site.load, fail
    assert [ask(site, path) for path in ("/admin/", "/")] == [(503, "no office"), (200, "False")]
    site.load = load
    assert ask(site, "/admin/") == (200, "True")


def test_a_site_that_cannot_be_loaded_says_so_and_is_not_tried_at_each_request(site):
    load, site.load = site.load, fail
    assert ask(site, "/") == (503, "no office")
    site.load = load
    assert [ask(site, path) for path in ("/admin/", "/")] == [(503, "no office")] * 2
    assert site.calls == []


def test_a_program_is_known_by_its_files_its_packages_and_its_settings(tmp_path, monkeypatch):
    home, instance, packages = tmp_path / "home", tmp_path / "instance", tmp_path / "site-packages"
    for folder in (
        home / "pnpm/public",
        home / "pnpm/__pycache__",
        home / "templates",
        instance,
        packages,
    ):
        folder.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(packages))
    seen = []

    def is_another(**settings):
        word = known_as(str(home), str(instance), settings)
        seen.append(word)
        return word not in seen[:-1]

    assert is_another() and not is_another()
    (home / "pnpm/public/site.py").touch()
    assert is_another() and not is_another()
    (home / "pnpm/public/site.py").write_text("pass")
    assert is_another() and not is_another()
    (packages / "flask").mkdir()
    assert is_another() and not is_another()
    (instance / "config.py").touch()
    assert is_another() and not is_another()
    assert is_another(PNPM_LANGUAGE="en") and not is_another(PNPM_LANGUAGE="en", HOME="/root")
    (home / "pnpm/__pycache__/site.pyc").touch()
    (instance / "site.db").touch()
    assert not is_another()
