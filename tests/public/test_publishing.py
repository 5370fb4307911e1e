"""What the office saves changes every page that shows it, on the next request, in every process
that has them kept.
"""

import time
from datetime import timedelta

import pytest

from pnpm import create_app
from pnpm.articles.actions import held, save, write
from pnpm.articles.models import Status
from pnpm.audit.models import ChangeSet
from pnpm.db import db, now, transaction
from pnpm.site_settings import Setting
from tests.conftest import SETTINGS, Client, soup

EVERYWHERE = "front", "ticker", "label", "sitemap", "article", "neighbour"


@pytest.fixture
def processes(app, instance):
    """As many clients as there are processes: two apps over one database, each with a page cache of
    its own.
    """
    others = create_app({"INSTANCE": instance, **SETTINGS})
    others.test_client_class = Client
    yield app.test_client(), others.test_client()
    with others.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def neighbour(app):
    """Another article, long there."""
    return address_of(written("Tetangga", published_at=now() - timedelta(days=3)), app)


def written(title, status=Status.PUBLISHED, **more):
    with transaction():
        return write(
            ChangeSet("Bu Camat"), None, title, "<p>Isi.</p>", status, labels=["desa"], **more
        )


def saved(article, **changes):
    """Somebody saves it, in some process."""
    with transaction():
        save(ChangeSet("Bu Camat"), held(article.id), **changes)
    db.session.rollback()


def address_of(article, app):
    return "/{year}/{month:02}/{slug}.html".format(**article.address(app.config["PNPM"].timezone))


def shown(client, title, address, neighbour):
    """Where a reader finds an article of that title now; all that is asked is in the page cache
    afterwards.
    """
    pages = {
        name: client.get(path)
        for name, path in {"front": "/", "label": "/label/desa", "neighbour": neighbour}.items()
    }
    parsed = {name: soup(answer) for name, answer in pages.items()}
    found = {
        name
        for name in ("front", "label")
        if title in [each.text for each in parsed[name].select(".teaser__title")]
    }
    found |= (
        {"ticker"}
        if title in [each.text for each in parsed["front"].select(".ticker li")]
        else set()
    )
    found |= (
        {"neighbour"}
        if title in [each.text for each in parsed["neighbour"].select(".ticker li")]
        else set()
    )
    found |= {"sitemap"} if address in client.get("/sitemap.xml").text else set()
    answer = client.get(address)
    heading = soup(answer).select_one("article.article h1") if answer.status_code == 200 else None
    return found | ({"article"} if heading and heading.text == title else set())


def everywhere(processes, *asked):
    """The same for every process; twice, as what is kept must say the same."""
    found = [shown(client, *asked) for client in processes for _time in range(2)]
    assert all(one == found[0] for one in found), found
    return found[0]


@pytest.mark.engines
def test_publishing_and_taking_back_are_seen_at_once_everywhere(processes, app, neighbour):
    article = written("Rapat", Status.DRAFT, published_at=now() - timedelta(hours=1))
    asked = "Rapat", address_of(article, app), neighbour
    assert everywhere(processes, *asked) == set()
    for status in (
        Status.PUBLISHED,
        Status.DRAFT,
        Status.PUBLISHED,
        Status.DELETED,
        Status.PUBLISHED,
    ):
        saved(article, status=status)
        assert everywhere(processes, *asked) == (
            set(EVERYWHERE) if status is Status.PUBLISHED else set()
        )


def test_another_title_label_or_address_is_seen_at_once_everywhere(processes, app, neighbour):
    article = written("Rapat", published_at=now() - timedelta(hours=1))
    address = address_of(article, app)
    assert everywhere(processes, "Rapat", address, neighbour) == set(EVERYWHERE)
    saved(article, title="Musyawarah")
    assert everywhere(processes, "Musyawarah", address, neighbour) == set(EVERYWHERE)
    assert everywhere(processes, "Rapat", address, neighbour) == {"sitemap"}
    saved(article, labels=["lain"])
    assert everywhere(processes, "Musyawarah", address, neighbour) == set(EVERYWHERE) - {"label"}
    saved(article, slug="musyawarah", labels=["desa"])
    assert [client.get(address).location for client in processes] == [
        address.replace("rapat", "musyawarah")
    ] * 2
    assert everywhere(
        processes, "Musyawarah", address.replace("rapat", "musyawarah"), neighbour
    ) == set(EVERYWHERE)
    saved(article, published_at=now() - timedelta(days=400))
    moved = address_of(article, app)
    assert moved != address.replace("rapat", "musyawarah")
    assert everywhere(processes, "Musyawarah", moved, neighbour) == set(EVERYWHERE)


def test_another_text_is_seen_at_once(processes, app, neighbour):
    article = written("Rapat", slug="rapat")
    address = address_of(article, app)
    for client in processes:
        client.get(address), client.get("/")
    saved(article, body="<p>Diubah.</p>")
    for client in processes:
        assert "Diubah." in client.page(address).select_one(".article__body").text
        assert "Diubah." in client.page("/").select_one(".teaser__summary").text


def test_what_is_pinned_or_chosen_for_the_ticker_is_seen_at_once(processes, app, neighbour):
    article = written("Rapat", published_at=now() - timedelta(days=9))
    for client in processes:
        client.get("/")
    with transaction():
        Setting.change(pinned=article.id, headlines=[article.id])
    for client in processes:
        assert client.page("/").select_one(".teaser__title").text == "Rapat"
        assert [each.text for each in client.page(neighbour).select(".ticker li")] == ["Rapat"]


@pytest.mark.engines
def test_a_moment_that_comes_is_seen_by_itself(processes, app, neighbour):
    for seconds in (2, 10, 60):  # long enough to look before it comes, on this machine
        moment = now() + timedelta(seconds=seconds)
        article = written("Terjadwal", published_at=moment)
        asked = "Terjadwal", address_of(article, app), neighbour
        try:
            before = everywhere(processes, *asked)
        except AssertionError:
            if now() < moment:  # else it came between two of the looks
                raise
        if now() < moment:
            break
        saved(article, status=Status.DRAFT)
    assert before == set()
    time.sleep((moment - now()).total_seconds() + 0.05)
    assert everywhere(processes, *asked) == set(EVERYWHERE)


def test_a_moment_that_was_put_off_is_not_seen(processes, app, neighbour):
    article = written("Terjadwal", published_at=now() - timedelta(hours=1))
    asked = "Terjadwal", address_of(article, app), neighbour
    assert everywhere(processes, *asked) == set(EVERYWHERE)
    saved(article, published_at=now() + timedelta(days=1))
    assert everywhere(processes, *asked) == set()
    assert everywhere(processes, "Terjadwal", address_of(article, app), neighbour) == set()
