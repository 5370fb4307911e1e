"""After an upgrade, what an older version rendered is rendered again, and nobody has to think of it."""

import pytest

from pnpm import rendering, text
from pnpm.database import changing, db
from pnpm.models import Comment, Setting
from tests.conftest import write


@pytest.fixture
def old(article, app):
    """Five comments as an older version rendered them, in a process that does not know of it."""
    comments = write(article, app, *(f"komentar {number} :))" for number in range(5)))
    with changing():
        for comment in db.session.query(Comment):
            comment.render_again("lama", 0)
    app.extensions.pop(rendering.DONE_BY, None)
    db.session.remove()
    return comments


def left():
    db.session.rollback()
    return db.session.query(Comment).filter_by(html="lama").count()


def test_some_are_after_each_answer_until_all_are(app, client, old, monkeypatch):
    monkeypatch.setattr(rendering, "BATCH", 2)
    seen = []
    for _answer in range(5):
        client.get("/healthz")
        seen.append(left())
    assert seen == [3, 1, 0, 0, 0]
    assert Setting.get(rendering.DONE_BY, 0) == text.RENDERER
    assert app.extensions[rendering.DONE_BY] == text.RENDERER


def test_readers_see_it_at_once(client, url, old):
    assert "lama" in client.get(url).text
    page = client.page(url)
    assert [body.select_one("img")["alt"] for body in page.select(".comment__body")] == [":))"] * 5


@pytest.mark.parametrize("settings", [{"UPGRADE": "off"}])
def test_a_setting_leaves_it_to_the_command(app, client, old):
    client.get("/healthz")
    assert left() == 5
    assert app.test_cli_runner().invoke(args=["comments", "render"]).output == "5 comments rendered again.\n"
    assert left() == 0
