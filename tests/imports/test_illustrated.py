"""Articles with pictures, imported, foreseen and taken back."""

import pytest

from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet
from pnpm.db import db, transaction
from pnpm.imports import run, undo
from pnpm.imports.models import Stage
from pnpm.imports.pictures import NOT_THERE, Pictures
from pnpm.markup.sanitizer import comment_html
from pnpm.media.models import Picture
from pnpm.media.uploads import key_of
from tests.photographs import photograph

from .conftest import article

FACE = photograph(60, 40, seed=1)
HTML = (
    'Rapat.<div class="separator"><a href="http://1.bp.blogspot.com/-a/T/A/x/s1600/rapat.jpg">'
    '<img src="http://1.bp.blogspot.com/-a/T/A/x/s320/rapat.jpg" alt="Rapat"/></a></div>'
    '<br /><br /><img src="http://hilang.example/hilang.jpg"/><script>x</script>'
)
COUNTS = {"taken": 1, "merged": 0, "held": 0, "dropped": 1}


@pytest.fixture
def pictures(config, tmp_path):
    """Make the pictures of a run anew, as each process does."""
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "rapat.jpg").write_bytes(FACE)
    return lambda: Pictures(config, None, tmp_path / "media", False, "flask import")


def test_each_picture_is_counted_once_by_whoever_goes_on(archive, opened, pictures, monkeypatch):
    monkeypatch.setattr(run, "AT_ONCE", {Stage.ARTICLES: 1, Stage.COMMENTS: 1})
    path = archive(*(article(f"a{n}", f"Rapat {n}", html=HTML) for n in range(3)))
    is_done = False
    while not is_done:
        work = opened(path, pictures=pictures())
        is_done = work.advance("Bu Camat", seconds=-1).is_done
        work.close()
    assert work.result().counts["pictures"] == COUNTS


@pytest.mark.engines
def test_the_picture_comes_with_the_article_and_goes_with_it(
    archive, imported, opened, pictures, client, config
):
    path = archive(article("a1", html=HTML), article("a2", "Dua", html=HTML))
    work = opened(path, pictures=pictures())
    foreseen = work.preview()
    assert db.session.query(Picture).count() == 0
    work.close()
    report = imported(path, pictures=pictures())
    assert report.stored() == foreseen.stored()
    assert report.counts["pictures"] == COUNTS
    assert report.details["pictures"]["dropped"] == [{"what": "hilang.jpg", "why": NOT_THERE}]
    assert report.elements == {"img": 2, "script": 2}
    shown = client.get("/2012/12/musrenbang.html").text
    assert f"/pictures/{key_of(FACE)}/60.webp" in shown
    assert 'href="http://hilang.example/hilang.jpg"' in shown
    with transaction():
        newest = run.newest()
        undo.begin(newest.id, ChangeSet("Rudi", undoes=newest.change_set))
    undone = undo.advance(newest.id, config, comment_html)
    assert undone.is_done
    assert db.session.query(Article).count() == db.session.query(Picture).count() == 0
