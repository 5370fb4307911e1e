"""A disk that is full to the last byte: readers read on, who writes is told, nothing is half
written, and it heals by itself.
"""

import os
import signal

from tests.faults.conftest import ARTICLE, is_plain, readable, typed
from tests.photographs import photograph

FULL = "Tempat penyimpanan situs penuh"
LONG = "Air naik sampai lutut, dan jalan ke balai terputus. " * 39 + "Sekian."


def until_full(visitor, form, disk):
    """Comments until one is refused: the texts that were acknowledged, and the refusal."""
    acknowledged = []
    disk.fill()
    for number in range(1000):
        answer = visitor.comment(form, f"penuh {number} {LONG}")
        if answer.status != 303:
            return acknowledged, answer
        acknowledged.append(f"penuh {number} {LONG}".strip())
    raise AssertionError("it is never full")


def test_while_it_runs_readers_read_and_who_writes_is_told(on_disk, disk):
    with on_disk.served() as reader:
        form, officer = reader.form(), type(reader)(on_disk.url)
        assert officer.sign_in() == 303
        acknowledged, refusal = until_full(reader, form, disk)
        readable(reader, on_disk, "/robots.txt", "/sitemap.xml")
        readable(officer, on_disk, "/admin/", "/admin/comments", "/admin/articles")
        assert reader.ask("/healthz").status == 503
        assert "disk is full" in reader.ask("/healthz").text

        assert is_plain(refusal, FULL, "Komentar belum terkirim. Tulisan Anda masih ada di sini.")
        assert typed(refusal)["body"].startswith("penuh ")
        answer = reader.comment(form, f"lewat htmx {LONG}", htmx=True)
        assert is_plain(answer, FULL)
        assert answer.page.select_one("hx-partial")["data-hx-target"] == "#status"

        assert is_plain(
            officer.do("/admin/comments/1/status", {"status": "spam", "known": "published"}), FULL
        )
        saved = {
            "token": "0123456789abcdef" * 2,
            "title": "Rapat desa",
            "body": f"<p>{LONG}</p>",
            "format": "plain",
            "status": "draft",
        }
        answer = officer.do("/admin/articles/new", saved)
        assert is_plain(answer, FULL, "Tulisan Anda masih ada di sini")
        assert typed(answer) == {"title": "Rapat desa", "body": f"<p>{LONG}</p>"}
        upload = officer.upload(photograph(901, 600))
        assert (upload.status, "penuh" in upload.text) == (507, True)
        stranger = type(reader)(on_disk.url)
        # few bytes may find room in the journal, where a checkpoint has left some
        assert stranger.sign_in() in (303, 503)
        assert on_disk.bodies()[3:] == acknowledged

        disk.free()
        assert reader.comment(form, typed(refusal)["body"]).status == 303
        again = {
            field["name"]: field.get("value") or field.text.removeprefix("\n")
            for field in answer.page.select("#typed [name]")
        }
        assert officer.ask(answer.page.select_one("#typed")["action"], again).status == 303
        assert officer.upload(photograph(901, 600)).status == 201
        assert stranger.sign_in() == 303
        assert reader.ask("/healthz").status == 200
    assert on_disk.bodies()[3:] == [*acknowledged, typed(refusal)["body"].strip()]
    assert on_disk.is_whole()
    assert "lutut" not in on_disk.said
    assert not list(on_disk.instance.glob("pictures/new-*"))


def test_a_process_that_starts_on_it_shows_the_site(on_disk, disk):
    with on_disk.served() as reader:
        form = reader.form()
    disk.fill()
    with on_disk.served() as reader:
        readable(reader, on_disk)
        answer = reader.comment(form, f"dingin {LONG}")
        assert is_plain(answer, FULL)
        assert typed(answer)["body"] == f"dingin {LONG}"
        assert type(reader)(on_disk.url).sign_in() == 503
        disk.free()
        assert reader.comment(form, f"dingin {LONG}").status == 303
        readable(reader, on_disk)
    assert len(on_disk.bodies()) == 4
    assert on_disk.is_whole()


def test_after_a_kill_on_it_what_was_acknowledged_is_shown(on_disk, disk):
    with on_disk.served() as reader:
        form = reader.form()
        acknowledged, _refusal = until_full(reader, form, disk)
        assert reader.comment(form, "kecil").status in (303, 503)
        for worker in on_disk.workers():
            os.kill(worker, signal.SIGKILL)
        # as after a power cut on a disk that keeps none
        (on_disk.database.parent / "site.db-shm").unlink()
        disk.fill()
        page = readable(reader, on_disk)
        shown = [body.get_text(" ", strip=True) for body in page.page.select(".comment__body")]
        assert [text.split(" Air")[0] for text in shown[3:]][: len(acknowledged)] == [
            text.split(" Air")[0] for text in acknowledged
        ]
        assert is_plain(reader.comment(form, f"masih penuh {LONG}"), FULL)
        disk.free()
        assert reader.comment(form, "lega").status == 303
    assert on_disk.bodies()[3 : 3 + len(acknowledged)] == acknowledged
    assert on_disk.is_whole()


def test_the_article_is_kept_for_a_reader_who_knows_it(on_disk, disk):
    with on_disk.served(workers=1) as reader:
        tag = reader.ask(ARTICLE).headers["ETag"]
        disk.fill()
        assert reader.ask(ARTICLE, If_None_Match=tag).status == 304
