"""`flask import`."""

import json
import zipfile

import pytest
from sqlalchemy import select

from pnpm.articles.models import Article
from pnpm.comments.models import Comment
from pnpm.db import db
from pnpm.imports import orphans, run
from pnpm.imports.records import ArchivedStatus, NotAnArchive
from tests.imports.archives import SAMPLES
from tests.imports.conftest import archive, article, comment

__all__ = ["archive"]  # a fixture


@pytest.fixture
def flask(app):
    """Run `flask import` and return the exit code and what was said."""

    def flask(*arguments):
        result = app.test_cli_runner().invoke(args=["import", *map(str, arguments)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result.exit_code, result.output

    return flask


@pytest.fixture
def blog(archive):
    """An archive with an article and two comments, one of them without an article."""
    return archive(
        article("a1", labels=("Berita",)),
        comment("c1"),
        comment("c2", "Tersesat", of="", article_address="https://lama.example/lain.html"),
    )


def test_it_says_in_plain_words_what_came_of_it(flask, blog):
    code, said = flask("blogger", blog)
    assert code == 0, said
    assert "articles: 1 taken, 0 merged, 0 held, 0 dropped\n  taken: Musrenbang\n" in said
    assert "comments: 1 taken, 0 merged, 0 held, 1 dropped\n" in said
    assert ": no article here for it\n" in said
    assert db.session.scalars(select(Article.slug)).all() == ["musrenbang"]


def test_the_report_is_written_as_json(flask, blog, tmp_path):
    assert flask("blogger", blog, "--report", tmp_path / "report.json")[0] == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["articles"] == {"taken": 1, "merged": 0, "held": 0, "dropped": 0}
    assert report["comments"] == {"taken": 1, "merged": 0, "held": 0, "dropped": 1}
    assert set(report) == {
        "articles",
        "pages",
        "comments",
        "labels",
        "pictures",
        "details",
        "elements",
        "unreadable",
    }


def test_a_dry_run_changes_nothing_and_leaves_nothing(flask, blog, instance):
    code, said = flask("blogger", blog, "--dry-run")
    assert (code, "articles: 1 taken" in said) == (0, True)
    assert db.session.scalars(select(Article)).all() == []
    assert [path.name for path in (instance / "imports").iterdir()] == ["lock"]


def test_what_found_no_article_is_kept_and_can_be_imported_later(flask, blog, instance, archive):
    said = flask("blogger", blog)[1]
    (kept,) = (instance / "imports").glob("orphans-*.json")
    assert str(kept) in said.replace("\n", " ")
    assert kept.stat().st_mode & 0o077 == 0
    assert flask("blogger", archive(article("a9", "Lain")))[0] == 0
    code, said = flask("blogger", kept)
    assert (code, "comments: 1 taken" in said) == (0, True), said
    bodies = db.session.scalars(select(Comment.body)).all()
    assert bodies == ["Terima kasih infonya", "Tersesat"]
    assert flask("disqus", kept)[1] == "Error: These comments are from another system: blogger.\n"


def test_undo_takes_the_newest_back(flask, blog):
    flask("blogger", blog)
    code, said = flask("--undo")
    assert (code, said) == (
        0,
        "The import of Blog Lama is taken back: 1 comments, 1 articles.\n",
    )
    assert flask("--undo") == (1, "Error: There is no import to take back.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Give SYSTEM (blogger, wordpress, disqus, isso, remark42) and FILE."),
        (["blogger"], "Give SYSTEM (blogger, wordpress, disqus, isso, remark42) and FILE."),
        (["blogger", "x.xml", "--no-media", "--fetch"], "--no-media takes no pictures in"),
        (["blogger", "x.xml", "--undo"], "--undo and --redirects are each for themselves"),
    ],
)
def test_what_does_not_fit_together_is_refused(flask, arguments, said):
    code, output = flask(*arguments)
    assert (code, said in output) == (2, True)


def test_a_file_that_is_not_there_is_one_clear_line(flask, tmp_path):
    code, said = flask("blogger", tmp_path / "x.xml")
    assert (code, said) == (
        1,
        f"Error: {tmp_path / 'x.xml'} cannot be read: No such file or directory.\n",
    )


def test_a_folder_is_one_clear_line(flask, tmp_path):
    for system in ("blogger", "wordpress", "disqus", "isso", "remark42"):
        code, said = flask(system, tmp_path)
        assert (code, said.count("\n"), said[:7]) == (1, 1, "Error: "), said


def test_a_report_that_cannot_be_written_is_told_before_anything_is_done(flask, blog, tmp_path):
    code, said = flask("blogger", blog, "--report", tmp_path / "no" / "report.json")
    assert (code, "can be written to" in said) == (1, True)
    assert db.session.scalars(select(Article)).all() == []


def test_a_title_takes_one_line_of_what_is_said_and_no_title_is_said_so(flask, archive):
    draft = ArchivedStatus.DRAFT
    path = archive(
        article("a1", "Satu\n\x1b[31mdua"),
        article("a2", "", html="", status=draft),
        comment("c1", of="a2"),
    )
    said = flask("blogger", path)[1]
    assert "  taken: Satu [31mdua\n" in said
    assert "  taken: (untitled)\n" in said and "  taken: 2012-12-20 10:13\n" in said


def test_no_archive_is_one_clear_line_and_leaves_nothing(flask, archive, instance, monkeypatch):
    import sys

    def read(path):
        raise NotAnArchive("This is a WordPress export: flask import wordpress.")

    path = archive()
    monkeypatch.setattr(sys.modules["archive_of_tests"], "read", read)
    assert flask("blogger", path) == (
        1,
        "Error: This is a WordPress export: flask import wordpress.\n",
    )
    assert [path.name for path in (instance / "imports").iterdir()] == ["lock"]


def test_a_second_import_meanwhile_is_refused(flask, blog, instance):
    with run.alone(instance):
        assert flask("blogger", blog) == (
            1,
            "Error: Another import runs. Try again when it is done.\n",
        )


def test_orphans_are_not_kept_for_ever(flask, blog, instance, monkeypatch):
    flask("blogger", blog)
    monkeypatch.setattr(orphans, "KEPT_SECONDS", -1)
    run.tidy(instance)
    assert not list((instance / "imports").glob("orphans-*"))


def test_one_of_several_blogs_in_a_zip_is_named_behind_it(flask, tmp_path):
    feed = (SAMPLES / "takeout.atom").read_text()
    with zipfile.ZipFile(tmp_path / "takeout.zip", "w") as packed:
        packed.writestr("Takeout/Blogger/Blogs/Satu/feed.atom", feed)
        packed.writestr("Takeout/Blogger/Blogs/Dua/feed.atom", feed)
    code, said = flask("blogger", tmp_path / "takeout.zip")
    assert (code, "several blogs in this zip file (Satu, Dua)" in said) == (1, True)
    code, said = flask("blogger", f"{tmp_path}/takeout.zip:Dua", "--dry-run")
    assert (code, "articles: 3 taken, 0 merged, 0 held, 1 dropped" in said) == (0, True), said


@pytest.mark.parametrize("settings", [{"SITE_URL": "https://desa.example"}])
def test_the_lines_for_the_old_host_are_printed(flask, archive):
    old = "https://lama.example/2012/12/20/musrenbang/"
    flask("wordpress", archive(article("a1", addresses=(old,))))
    code, said = flask("--redirects")
    assert code == 0
    assert (
        "RewriteRule ^2012/12/20/musrenbang/?$ https://desa.example/2012/12/musrenbang.html" in said
    )
    assert "data:blog.url" in said


def test_without_its_own_address_the_site_cannot_print_them(flask):
    assert flask("--redirects") == (1, "Error: Set PNPM_SITE_URL to this site's address first.\n")
