"""The office's pictures: found, described, deleted, and shown with their words in the articles
where they stand.
"""

import pytest
from bs4 import BeautifulSoup

from pnpm.admin.undo import undo
from pnpm.articles.actions import held, save, write
from pnpm.articles.illustrations import change_picture as change
from pnpm.articles.illustrations import uses
from pnpm.articles.models import Article
from pnpm.audit import models as log
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.db import db, now, transaction
from pnpm.media.actions import InUse, snapshot, take_in
from pnpm.media.models import Illustration, Picture
from pnpm.media.queries import PAGE, PictureQuery, Tab, is_used, serves, unknown
from pnpm.site_settings import Setting
from tests.conftest import on_sqlite

pytestmark = pytest.mark.engines

WHO = "Bu Camat"


def key_of(number):
    return f"{number:032x}"


def taken(number=1, alt="", **more):
    """A picture, without files."""
    facts = {
        "key": key_of(number),
        "name": f"{number}.jpg",
        "width": 800,
        "height": 600,
        "size": 1000,
        "preview": "",
    } | more
    change_set = ChangeSet(WHO)
    with transaction():
        picture = take_in(change_set, facts)
        if alt:
            change(change_set, picture, alt=alt)
    return picture


def changed(picture, **changes):
    """A change, as a change set of its own."""
    change_set = ChangeSet(WHO)
    with transaction():
        change(change_set, picture, **changes)
    return change_set


def written(picture, title="Rapat", alt=""):
    """An article in which it stands."""
    with transaction():
        return write(
            ChangeSet(WHO),
            None,
            title,
            f'<figure><img src="/pictures/{picture.key}/800.jpg" alt="{alt}"></figure>',
        )


def said(article):
    """What its picture is described with, to its readers."""
    return BeautifulSoup(db.session.get(Article, article.id).html, "html.parser").picture.img["alt"]


def undone(change_set):
    with transaction():
        return undo(change_set.done, ChangeSet(WHO), str)


def numbers(album):
    return [picture.id for picture in album.page()[0]]


def test_every_tab_has_its_pictures_the_newest_first(app):
    plain, described, used, gone, logo = [taken(number) for number in range(1, 6)]
    changed(described, alt="Kantor desa")
    changed(gone, deleted=True)
    written(used)
    with transaction():
        Setting.change(logo=logo.key)
    assert numbers(PictureQuery()) == [logo.id, used.id, described.id, plain.id]
    assert numbers(PictureQuery(Tab.UNUSED)) == [described.id, plain.id]
    assert numbers(PictureQuery(Tab.UNDESCRIBED)) == [logo.id, used.id, plain.id]
    assert numbers(PictureQuery(Tab.DELETED)) == [gone.id]


def test_pages_follow_each_other_without_a_gap(app):
    for number in range(1, 2 * PAGE + 2):
        taken(number)
    found, album = [], PictureQuery()
    while album:
        page, album = album.page()
        found.append([picture.id for picture in page])
    assert [len(page) for page in found] == [PAGE, PAGE, 1]
    assert [number for page in found for number in page] == list(range(2 * PAGE + 1, 0, -1))


def test_what_stands_in_an_article_or_is_the_logo_is_not_deleted(app):
    in_article, logo, at_head = taken(1), taken(2), taken(3)
    written(in_article)
    with transaction():
        Setting.change(logo=logo.key, header_picture=at_head.key)
    for picture in (in_article, logo, at_head):
        assert is_used(picture)
        with pytest.raises(InUse):
            changed(picture, deleted=True)
        assert db.session.get(Picture, picture.id, populate_existing=True).deleted_at is None


def test_words_that_change_are_read_at_once_where_an_article_takes_them_from_here(app):
    picture = taken()
    taking, own = written(picture, "Satu"), written(picture, "Dua", alt="Kata sendiri")
    revision, site = taking.revision, Setting.revision()
    change_set = changed(picture, alt='Kepala desa & "warga"')
    db.session.expire_all()
    assert said(taking) == 'Kepala desa & "warga"'
    assert said(own) == "Kata sendiri"
    assert db.session.get(Article, taking.id).revision > revision
    assert Setting.revision() != site
    assert undone(change_set) == (1, 0)
    db.session.expire_all()
    assert said(taking) == ""


def test_what_does_not_change_is_no_deed(app):
    picture = taken(alt="Kantor desa")
    assert changed(picture, alt="Kantor desa", deleted=False).done is None


@pytest.mark.parametrize("changes", [{"alt": "Kantor desa"}, {"deleted": True}])
def test_whatever_is_changed_can_be_undone_and_that_again(app, changes):
    picture = taken()
    before = snapshot(picture)
    change_set, back = changed(picture, **changes), ChangeSet(WHO)
    after = snapshot(picture)
    with transaction():
        assert undo(change_set.done, back, str) == (1, 0)
    assert snapshot(picture) == before != after
    assert undone(back) == (1, 0)
    assert snapshot(picture) == after
    assert log.break_in_chain() is None


def test_bringing_back_is_not_undone_once_the_picture_stands_somewhere(app):
    picture = taken()
    changed(picture, deleted=True)
    change_set = changed(picture, deleted=False)
    written(picture)
    assert undone(change_set) == (0, 1)
    assert picture.deleted_at is None


def test_readers_get_what_is_there_and_of_deleted_ones_what_stands_somewhere(app):
    shown, gone, back, logo = [taken(number) for number in range(1, 5)]
    for picture in (gone, back, logo):
        changed(picture, deleted=True)
    article = written(back)
    with transaction():
        Setting.change(logo=logo.key)
    assert [serves(picture.key) for picture in (shown, gone, back, logo)] == [
        True,
        False,
        True,
        True,
    ]
    assert not serves("f" * 32)
    with transaction():
        save(ChangeSet(WHO), held(article.id), body="<p>tanpa gambar</p>")
    assert not serves(back.key)


def test_where_they_are_used(app):
    first, second = taken(1), taken(2)
    one, two = written(first, "Satu"), written(first, "Dua")
    found = uses([first.id, second.id])
    assert [(row.id, row.title) for row in found[first.id]] == [(two.id, "Dua"), (one.id, "Satu")]
    assert found[second.id] == []


def test_which_keys_are_nobodys(app):
    taken(1)
    assert unknown([key_of(1), key_of(2)]) == {key_of(2)}
    assert unknown([]) == set()


def test_the_log_says_who_sent_it(app):
    picture = taken()
    entry = db.session.query(AuditEntry).one()
    assert (entry.who, entry.action, entry.subject, entry.number, entry.after) == (
        WHO,
        "added",
        "picture",
        picture.id,
        {"name": "1.jpg"},
    )


@on_sqlite
@pytest.mark.parametrize("tab", [Tab.ALL, Tab.UNUSED, Tab.UNDESCRIBED])
def test_a_page_of_twenty_thousand_is_found_by_an_index_alone(app, tab):
    rows = [
        {"key": key_of(number), "name": "x.jpg", "alt": "x" * (number % 7 and 1), "width": 800}
        for number in range(20_000)
    ]
    rest = {"height": 600, "size": 1, "preview": "x" * 200, "who": WHO, "created_at": now()}
    with transaction():
        deleted = [{"deleted_at": now() if number % 10 == 9 else None} for number in range(20_000)]
        db.session.execute(
            db.insert(Picture), [row | rest | more for row, more in zip(rows, deleted, strict=True)]
        )
        article = write(ChangeSet(WHO), None, "Rapat", "")
        used = [
            {"article_id": article.id, "picture_id": number}
            for number in range(1, 20_001)
            if number % 51
        ]
        db.session.execute(db.insert(Illustration), used)
    page, following = PictureQuery(tab).page()
    assert len(page) == PAGE and following
    plan = [
        row.detail
        for row in db.session.execute(db.text(f"EXPLAIN QUERY PLAN {_spelled(PictureQuery(tab))}"))
    ]
    assert any("ix_picture_deleted_at_id" in line for line in plan), plan


def _spelled(album):
    query = (
        db.select(Picture).where(*album._conditions()).order_by(Picture.id.desc()).limit(PAGE + 1)
    )
    return query.compile(db.engine, compile_kwargs={"literal_binds": True})
