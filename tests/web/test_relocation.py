"""The processes of a site follow it to the database that it was moved to: what somebody sends
meanwhile is stored there, or given back.
"""

import pytest

from pnpm import create_app
from pnpm.backup import transfer
from pnpm.comments.models import Comment
from pnpm.config import change_database
from pnpm.db import db, relocation
from pnpm.web import setup
from tests.conftest import SETTINGS, Client, dispose

SAID = {"body": "Kapan jalan diperbaiki?", "name": "Siti"}


@pytest.fixture
def url_there(app, article, config, tmp_path):
    """The same site in another database, where nobody looks yet."""
    url = f"sqlite:///{config.instance}/baru.db"
    with transfer.destination(url) as target:
        transfer.move(target, lambda rows: lambda done: None)
    return url


@pytest.fixture
def other(config):
    """Another process of the site, which has used its database already."""
    app = create_app({"INSTANCE": config.instance, "COMMENT_MIN_SECONDS": "0", **SETTINGS})
    app.test_client_class = Client
    yield app
    dispose(app)


def switch(config, url):
    """What the last step of a move does."""
    relocation.close(config.instance, config.database_url, url)
    change_database(config.instance, url)


def bodies(url):
    with transfer.opened(url) as engine, engine.connect() as connection:
        return list(connection.scalars(db.select(Comment.body)))


def test_the_next_request_of_every_process_is_in_the_new_database(
    other, url, url_there, config, article
):
    with other.app_context():
        reader = other.test_client()
        form = reader.form(url)
        switch(config, url_there)
        assert reader.post(url, data={**form, **SAID}).status_code == 303
        assert other.config["PNPM"].database_url == url_there
        assert SAID["body"] in reader.get(url).text
    assert bodies(url_there) == [SAID["body"]]
    assert bodies(config.database_url) == []
    assert "baru.db" in (config.instance / setup.MARK).read_text()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_a_comment_that_was_under_way_is_stored_in_the_new_one(
    other, url, url_there, config, article, monkeypatch, headers
):
    with other.app_context():
        reader = other.test_client()
        form = reader.form(url)
        before = relocation.is_closed

        def late(*given):  # the move ends after the request has begun
            if not (config.instance / relocation.FILE).exists():
                monkeypatch.setattr(relocation, "is_closed", before)
                switch(config, url_there)
                return False
            return before(*given)

        monkeypatch.setattr(relocation, "is_closed", late)
        answer = reader.post(url, data={**form, **SAID}, headers=headers)
        assert answer.status_code == (201 if headers else 303)
    assert bodies(url_there) == [SAID["body"]]
    assert bodies(config.database_url) == []


def test_until_the_settings_name_the_new_one_what_is_sent_is_given_back(
    client, url, url_there, config, article
):
    form = client.form(url)
    relocation.close(config.instance, config.database_url, url_there)
    answer = client.post(url, data={**form, **SAID})
    assert answer.status_code == 503
    assert "Situs sedang dipindah ke basis data lain" in answer.text
    assert "membaca tetap bisa" in answer.text
    assert SAID["body"] in answer.text
    assert client.get(url).status_code == 200
    change_database(config.instance, url_there)
    assert client.post(url, data={**form, **SAID}).status_code == 303
    assert bodies(url_there) == [SAID["body"]]


def test_settings_that_cannot_be_read_keep_the_site_where_it_is(client, url, config, article):
    relocation.close(config.instance, config.database_url, "sqlite:////nowhere.db")
    (config.instance / "config.py").write_text("DATABASE_URL = ")
    assert client.get(url).status_code == 200
