"""Pictures as readers get them: strictly by name, for a year, never run."""

import errno
import io

import pytest

from pnpm.articles.actions import write
from pnpm.articles.illustrations import change_picture as change
from pnpm.audit.models import ChangeSet
from pnpm.db import transaction
from pnpm.media import storage, thumbnails, uploads
from tests import photographs
from tests.photographs import opened, photograph

WHO = "Bu Camat"


@pytest.fixture
def picture(app):
    """A photograph that the office sent."""
    return uploads.take(app.config["PNPM"], WHO, io.BytesIO(photograph(1000, 750)), "foto.jpg")


@pytest.mark.parametrize(("ending", "mimetype"), [("webp", "image/webp"), ("jpg", "image/jpeg")])
@pytest.mark.parametrize("width", [400, 800, 1000])
def test_each_file_is_what_its_name_says(client, picture, width, ending, mimetype):
    answer = client.get(f"/pictures/{picture.key}/{width}.{ending}")
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    assert opened(answer.data).width == width


@pytest.mark.parametrize(("width", "height"), [(144, 108), (320, 180), (360, 120)])
def test_a_small_one_is_made_in_its_shape_when_it_is_first_asked_for(
    client, app, picture, width, height
):
    answer = client.get(f"/pictures/{picture.key}/{width}.webp")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert opened(answer.data).size == (width, height)
    assert len(answer.data) <= thumbnails.BUDGETS[width]
    made = storage.folder_of(app.config["PNPM"].instance / "pictures", picture.key)
    assert (made / f"{width}.webp").read_bytes() == answer.data


def test_where_a_small_one_cannot_be_written_the_next_larger_is_sent(client, picture, monkeypatch):
    def full(*_given):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(thumbnails, "write", full)
    assert opened(client.get(f"/pictures/{picture.key}/144.webp").data).width == 400


def test_no_other_width_is_made(client, picture):
    for name in ("145.webp", "144.jpg", "1600.webp"):
        assert client.get(f"/pictures/{picture.key}/{name}").status_code == 404


def test_it_is_kept_for_a_year_and_is_nothing_but_a_picture(client, picture):
    answer = client.get(f"/pictures/{picture.key}/400.webp")
    assert {name for name, _value in answer.headers} >= {"ETag", "X-Content-Type-Options"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert set(answer.headers["Cache-Control"].split(", ")) == {
        "public",
        "max-age=31536000",
        "immutable",
    }
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"] == "inline; filename=400.webp"


def test_who_has_it_gets_304_and_a_part_or_the_head_alone_is_answered(client, picture):
    url = f"/pictures/{picture.key}/800.jpg"
    whole = client.get(url)
    again = client.get(url, headers={"If-None-Match": whole.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    part = client.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    head = client.head(url)
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(whole.data))


@pytest.mark.parametrize(
    "name",
    [
        "400.png",
        "400.webp.gz",
        "0400.webp",
        "401.webp",
        "-400.webp",
        "400.WEBP",
        "400.webp%00",
        "400.webp%0a",
        "..%2f400.webp",
        "%2e%2e/400.webp",
        "..",
        "",
        ".",
        "٤٠٠.webp",
        "400.jpg/",
        "../../../site.db",
        "../../../../secret_key",
    ],
)
def test_any_other_name_is_not_there(client, picture, name):
    answer = client.get(f"/pictures/{picture.key}/{name}")
    assert answer.status_code == 404
    assert "tidak ditemukan" in answer.text


@pytest.mark.parametrize(
    "key", ["0" * 32, "..", "%2e%2e", "new-abc", "0" * 31, "0" * 33, "G" * 32, "٠" * 32, "*", "~"]
)
def test_any_other_key_is_not_there(client, picture, key):
    assert client.get(f"/pictures/{key}/400.webp").status_code == 404
    assert client.get(f"/pictures/{picture.key.upper()}/400.webp").status_code == 404


def test_one_whose_files_are_gone_is_not_there(app, client, picture):
    (app.config["PNPM"].instance / "pictures" / picture.key[:2] / picture.key / "400.webp").unlink()
    assert client.get(f"/pictures/{picture.key}/400.webp").status_code == 404


def test_a_deleted_one_is_not_there_unless_an_article_still_shows_it(client, picture):
    url = f"/pictures/{picture.key}/400.webp"
    with transaction():
        change(ChangeSet(WHO), picture, deleted=True)
    assert client.get(url).status_code == 404
    with transaction():
        write(ChangeSet(WHO), None, "Rapat", f'<img src="{url}">')
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_is_only_read(client, picture, method):
    assert client.open(f"/pictures/{picture.key}/400.webp", method=method).status_code == 405


def test_a_picture_that_is_also_a_script_goes_out_as_a_picture(app, client):
    picture = uploads.take(app.config["PNPM"], WHO, io.BytesIO(photographs.polyglot()), "a.js")
    for ending, mimetype in (("webp", "image/webp"), ("jpg", "image/jpeg")):
        answer = client.get(f"/pictures/{picture.key}/{picture.width}.{ending}")
        assert answer.mimetype == mimetype
        assert b"alert" not in answer.data
    assert client.get(f"/pictures/{picture.key}/{picture.width}.gif").status_code == 404
