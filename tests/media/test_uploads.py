"""The office's pictures, row and files together: taken in whole or not at all, thrown away when
they are no more.
"""

import errno
import hashlib
import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from pnpm.articles.actions import write
from pnpm.articles.illustrations import change_picture as change
from pnpm.audit import models as log
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.db import db, now, transaction
from pnpm.media import storage, uploads
from pnpm.media.formats import Kind, Refused
from pnpm.media.models import Picture
from pnpm.web.jobs import tidy
from tests.photographs import encoded, noise, photograph, scene

WHO = "Bu Camat"


@pytest.fixture
def take(config):
    """Take a picture in: `take(photograph())`."""
    return lambda content, name="foto.jpg", who=WHO: uploads.take(
        config, who, io.BytesIO(content), name
    )


def kept(config):
    """Every file that lies there, by its path."""
    room = config.instance / "pictures"
    return sorted(path.relative_to(room).as_posix() for path in room.rglob("*") if path.is_file())


def delete(picture, days=0):
    """Delete a picture, as if so many days ago."""
    with transaction():
        change(ChangeSet(WHO), picture, deleted=True)
        picture.deleted_at = now() - timedelta(days=days)


def make_old(*paths):
    for path in paths:
        os.utime(path, (time.time() - 2 * storage.STRAY,) * 2)


def test_it_is_kept_by_the_hash_of_what_was_sent(config, take):
    sent = photograph(1000, 500)
    picture = take(sent, "Rapat.JPG")
    key = hashlib.sha256(sent).hexdigest()[:32]
    assert (picture.key, picture.name, picture.alt, picture.who, picture.width, picture.height) == (
        key,
        "Rapat.JPG",
        "",
        WHO,
        1000,
        500,
    )
    names = sorted(
        f"{key[:2]}/{key}/{width}.{ending}"
        for width in (400, 800, 1000)
        for ending in ("jpg", "webp")
    )
    assert kept(config) == names
    assert (
        picture.size
        == Picture.total()
        == sum((config.instance / "pictures" / name).stat().st_size for name in names)
    )
    assert [
        (entry.action, entry.subject, entry.number) for entry in db.session.query(AuditEntry)
    ] == [("added", "picture", picture.id)]


def test_nobody_but_this_process_reads_or_writes_there(config, take):
    take(photograph())
    for path in [config.instance / "pictures", *(config.instance / "pictures").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


def test_the_same_one_is_there_once_whatever_it_is_called(take):
    first = take(photograph(), "satu.jpg")
    second = take(photograph(), "dua.png", "Rudi")
    assert (second.id, second.name, second.who) == (first.id, "satu.jpg", WHO)
    assert db.session.query(AuditEntry).count() == 1


def test_one_that_was_deleted_comes_back_when_it_is_sent_again(take):
    picture = take(photograph())
    delete(picture)
    assert take(photograph()).id == picture.id
    assert picture.deleted_at is None


def test_one_whose_files_are_gone_is_whole_when_it_is_sent_again(config, take):
    picture = take(photograph())
    files = kept(config)
    (config.instance / "pictures" / files[0]).unlink()
    assert take(photograph()).id == picture.id
    assert kept(config) == files


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("foto.jpg", "foto.jpg"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\Foto\\rapat.jpg", "rapat.jpg"),
        ("🏠 rumah.jpg", "🏠 rumah.jpg"),
        ("x" * 500 + ".jpg", "x" * 116 + ".jpg"),
        ("a\0b\u202egpj.exe\r\n", "abgpj.exe"),
        ("..", ".."),
        ("", "gambar"),
        ("/", "gambar"),
    ],
)
def test_whatever_a_file_is_called_that_is_only_a_name(config, take, sent, name):
    picture = take(photograph(40, 30), sent)
    db.session.refresh(picture)
    assert picture.name == name
    assert kept(config) == [
        f"{picture.key[:2]}/{picture.key}/40.{ending}" for ending in ("jpg", "webp")
    ]


def test_what_is_refused_leaves_nothing(config, take):
    for content in (b"", b"<svg>", photograph()[:3000], bytes(uploads.LARGEST + 1)):
        with pytest.raises(Refused):
            take(content)
    assert kept(config) == []
    assert db.session.query(Picture).count() == db.session.query(AuditEntry).count() == 0


@pytest.mark.parametrize("settings", [{"PICTURES_TOTAL": "1"}])
class TestRoom:
    """Of 1 MB."""

    def full(self, take):
        """As many pictures as there is room for."""
        found = []
        with pytest.raises(Refused) as refused:
            while True:
                found.append(take(noise(1600, 100)))
        assert refused.value.kind is Kind.FULL
        return found

    def test_more_than_there_is_room_for_is_refused_and_leaves_nothing(self, config, take):
        found = self.full(take)
        assert 700_000 < Picture.total() <= 1024 * 1024
        assert len(kept(config)) == 6 * len(found)
        assert take(photograph(20, 20)).id

    def test_deleted_ones_make_room_the_first_to_be_deleted_first(self, config, take):
        first, second, third, *_others = self.full(take)
        delete(second, days=2)
        delete(first, days=1)
        with transaction():
            write(ChangeSet(WHO), None, "Rapat", f'<img src="/pictures/{third.key}/400.jpg">')
        take(noise(1600, 100))
        left = {picture.id for picture in db.session.query(Picture)}
        assert second.id not in left and first.id in left
        assert not storage.folder_of(config.instance / "pictures", second.key).exists()
        assert ("removed", "situs") in [
            (entry.action, entry.who) for entry in db.session.query(AuditEntry)
        ]
        assert log.break_in_chain() is None

    def test_nothing_is_removed_where_that_would_not_be_enough(self, take):
        first, *_others = self.full(take)
        delete(first)
        with pytest.raises(Refused):
            take(noise(1600, 400))
        assert db.session.get(Picture, first.id)

    def test_one_that_is_there_may_be_sent_again(self, take):
        sent = photograph(300, 200)
        picture = take(sent)
        self.full(take)
        delete(picture)
        assert take(sent).id == picture.id


def test_a_full_disk_is_said_as_such(config, take, monkeypatch):
    def full(*_given):
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(Refused) as refused:
        take(photograph())
    assert refused.value.kind is Kind.FULL
    assert kept(config) == []


def test_a_whole_folder_that_was_never_written_down_is_taken_over(config, take):
    picture = take(photograph())
    files = kept(config)
    with transaction():
        db.session.delete(picture)
    assert take(photograph()).key == picture.key
    assert kept(config) == files


def test_a_half_folder_in_its_place_is_replaced(config, take):
    sent = photograph()
    place = storage.folder_of(config.instance / "pictures", hashlib.sha256(sent).hexdigest()[:32])
    place.mkdir(parents=True)
    (place / "400.webp").write_bytes(b"half")
    take(sent)
    assert (place / "400.webp").stat().st_size > 1000
    assert storage.is_whole(place, 800)


def test_once_a_day_what_killed_processes_left_is_swept_and_nothing_else(config, take):
    picture, lost = take(photograph()), take(photograph(seed=1))
    with transaction():
        db.session.delete(lost)
    room = config.instance / "pictures"
    stray, young = room / "new-abc", room / "new-def"
    for folder in (stray, young):
        folder.mkdir()
        (folder / "400.webp").write_bytes(b"half")
    make_old(stray, storage.folder_of(room, lost.key), storage.folder_of(room, picture.key))
    assert tidy(now().date())
    left = {Path(name).parent.name for name in kept(config)}
    assert left == {picture.key, "new-def"}


def test_a_young_folder_without_a_row_is_somebodys_work(config, take):
    picture = take(photograph())
    with transaction():
        db.session.delete(picture)
    uploads.sweep(config)
    assert len(kept(config)) == 4


def test_after_30_days_deleted_ones_go_for_ever_unless_they_stand_somewhere(config, take):
    old, young, used = take(photograph()), take(photograph(seed=1)), take(photograph(seed=2))
    delete(old, days=31)
    delete(young, days=29)
    delete(used, days=31)
    with transaction():
        write(ChangeSet(WHO), None, "Rapat", f'<img src="/pictures/{used.key}/400.jpg">')
    assert tidy(now().date())
    assert {picture.id for picture in db.session.query(Picture)} == {young.id, used.id}
    assert {Path(name).parent.name for name in kept(config)} == {young.key, used.key}
    assert [entry.number for entry in db.session.query(AuditEntry).filter_by(action="removed")] == [
        old.id
    ]


def test_thrown_away_while_it_is_sent_again_its_files_stay(config, take):
    picture = take(photograph())
    uploads.throw_away(config, [picture.key, "0" * 32])
    assert len(kept(config)) == 4


def test_a_site_without_pictures_has_nothing_to_sweep(config):
    uploads.sweep(config)
    assert not (config.instance / "pictures").exists()


def test_transparent_ones_are_kept_too(config, take):
    image = scene(500, 400).convert("RGBA")
    image.putalpha(90)
    assert take(encoded(image, "PNG")).preview == ""
