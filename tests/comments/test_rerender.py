"""After an upgrade, what an older version rendered is rendered again, and nobody has to think of
it.
"""

import pytest

from pnpm.comments.models import Comment
from pnpm.comments.statistics import outdated, unrendered
from pnpm.db import db, transaction
from pnpm.markup import sanitizer
from pnpm.site_settings import Setting
from pnpm.web import rerender
from tests.conftest import write


@pytest.fixture
def old(article, app):
    """Five comments as an older version rendered them, in a process that does not know of it."""
    comments = write(article, app, *(f"komentar {number} :))" for number in range(5)))
    with transaction():
        for comment in db.session.query(Comment):
            comment.render_again("lama", 0)
    app.extensions.pop(rerender.DONE_BY, None)
    db.session.remove()
    return comments


def left():
    db.session.rollback()
    return db.session.query(Comment).filter_by(html="lama").count()


def test_some_are_after_each_answer_until_all_are(app, client, old, monkeypatch):
    monkeypatch.setattr(rerender, "BATCH", 2)
    seen = []
    for _answer in range(5):
        client.get("/healthz")
        seen.append(left())
    assert seen == [3, 1, 0, 0, 0]
    assert Setting.get(rerender.DONE_BY, 0) == sanitizer.RENDERER
    assert app.extensions[rerender.DONE_BY] == sanitizer.RENDERER


def test_readers_see_it_at_once(client, url, old):
    assert "lama" in client.get(url).text
    page = client.page(url)
    assert [body.select_one("img")["alt"] for body in page.select(".comment__body")] == [":))"] * 5


@pytest.mark.parametrize("settings", [{"UPGRADE": "off"}])
def test_a_setting_leaves_it_to_the_command(app, client, old):
    client.get("/healthz")
    assert left() == 5
    assert (
        app.test_cli_runner().invoke(args=["comments", "render"]).output
        == "5 comments rendered again.\n"
    )
    assert left() == 0


def fails_at(number, monkeypatch, then=lambda: None):
    """The renderer, which cannot do the comment of that number; each time it does `then` first."""
    render = sanitizer.comment_html

    def comment_html(body, translate):
        then()
        if body.startswith(f"komentar {number} "):
            raise RecursionError
        return render(body, translate)

    monkeypatch.setattr(rerender.sanitizer, "comment_html", comment_html)


def test_one_that_cannot_be_is_passed_over_and_named(app, client, old, monkeypatch):
    fails_at(1, monkeypatch)
    for _answer in range(3):
        client.get("/healthz")
    assert left() == 1
    assert app.extensions[rerender.DONE_BY] == sanitizer.RENDERER
    assert (outdated(sanitizer.RENDERER), unrendered(sanitizer.RENDERER)) == (0, [old[1].id])
    monkeypatch.undo()
    assert (
        app.test_cli_runner().invoke(args=["comments", "render"]).output
        == "1 comments rendered again.\n"
    )
    assert unrendered(sanitizer.RENDERER) == []


@pytest.mark.parametrize("settings", [{"UPGRADE": "off"}])
def test_the_command_does_the_rest_and_says_which_could_not_be(app, old, monkeypatch):
    monkeypatch.setattr(rerender, "BATCH", 2)
    fails_at(0, monkeypatch)
    result = app.test_cli_runner().invoke(args=["comments", "render"])
    assert result.exit_code == 1
    assert "4 comments rendered again." in result.output
    assert f"look as before: {old[0].id}." in result.output


def test_while_it_renders_others_write(app, article, old, monkeypatch):
    def write_elsewhere():
        with db.engine.connect().execution_options(writes=True) as other, other.begin():
            other.exec_driver_sql("UPDATE comment SET name = 'Siti'")

    fails_at(9, monkeypatch, then=write_elsewhere)
    assert rerender.batch().rendered == 5
    assert db.session.query(Comment).filter_by(name="Siti").count() == 5


def test_what_was_changed_meanwhile_is_left_alone(app, article, old, monkeypatch):
    number = old[2].id

    def edit_elsewhere():
        with db.engine.connect().execution_options(writes=True) as other, other.begin():
            other.exec_driver_sql(
                f"UPDATE comment SET body = 'lain', html = 'lain' WHERE id = {number}"
            )

    fails_at(9, monkeypatch, then=edit_elsewhere)
    rerender.batch()
    assert db.session.get(Comment, number, populate_existing=True).html == "lain"


def test_there_is_an_end_to_the_time_for_it(app, old, monkeypatch):
    monkeypatch.setattr(rerender, "SECONDS", 0)
    assert rerender.batch().rendered == 1
    assert left() == 4
