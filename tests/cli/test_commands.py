"""The commands for articles and comments."""

import pytest

from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move
from pnpm.db import begin_writing, db
from tests.conftest import write


@pytest.fixture
def flask(app):
    """Run a command; it gives what was printed, and the exit code if that is not 0."""

    def run(*arguments, code=0):
        result = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        db.session.rollback()
        db.session.expire_all()
        return result.output

    return run


class TestArticleAdd:
    def test_a_text_is_published_with_its_paragraphs_and_lines(self, flask, client, tmp_path):
        file = tmp_path / "laporan.txt"
        file.write_text("satu\ndua\n\ntiga <b>")
        address = flask(
            "article", "add", file, "--title", "Laporan Rapat", "--date", "2012-12-20"
        ).strip()
        assert address == "/2012/12/laporan-rapat.html"
        body = client.page(address).select_one(".article__body")
        assert [paragraph.get_text("|", strip=True) for paragraph in body.select("p")] == [
            "satu|dua",
            "tiga <b>",
        ]

    def test_html_is_cleaned(self, flask, client, tmp_path):
        file = tmp_path / "laporan.HTML"
        file.write_text("<h2>a</h2><script>x</script>", encoding="utf-8-sig")
        address = flask("article", "add", file, "--title", "T", "--slug", "rapat-desa").strip()
        assert address.endswith("/rapat-desa.html")
        assert (
            client.page(address).select_one(".article__body").decode_contents().strip()
            == '<h2 id="bagian-a">a</h2>'
        )

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--date", "20-12-2012"], "2012-12-20"),
            (["--date", "0001-01-01"], "2012-12-20"),
            (["--slug", "Rapat Desa"], "rapat-desa"),
            (["--title", " "], "--title takes"),
            (["--title", "x" * 201], "--title takes"),
        ],
    )
    def test_bad_words_are_refused_in_one_line(self, flask, tmp_path, options, words):
        file = tmp_path / "a.txt"
        file.write_text("isi")
        output = flask("article", "add", file, "--title", "T", *options, code=1)
        assert words in output
        assert output.startswith("Error: ")
        assert output.count("\n") == 1
        assert not db.session.scalars(Article.published()).all()

    @pytest.mark.parametrize(
        ("content", "words"),
        [(b"", "nothing that can be published"), (b"\xff\xfe", "UTF-8"), (None, "cannot be read")],
    )
    def test_a_file_that_cannot_be_published_is_refused_in_one_line(
        self, flask, tmp_path, content, words
    ):
        file = tmp_path / "a.txt"
        if content is not None:
            file.write_bytes(content)
        assert words in flask("article", "add", file, "--title", "T", code=1)


class TestComments:
    def test_a_held_one_is_listed_and_published(self, flask, client, app, url, article):
        (comment,) = write(article, app, "Baik :)", name="Siti")
        begin_writing()
        move([comment.id], Status.PENDING, ChangeSet("uji"))
        db.session.commit()
        assert flask("comments", "list") == "1\t\tSiti\tBaik :)\n"
        flask("comments", "status", 1, "published")
        assert client.page(url).select_one("#comment-1")
        assert flask("comments", "list") == ""

    def test_an_unknown_one_is_refused(self, flask):
        assert "no comment 7" in flask("comments", "status", 7, "spam", code=1)

    @pytest.mark.parametrize("settings", [{"UPGRADE": "off"}])
    def test_what_an_older_renderer_made_is_rendered_again(
        self, flask, client, app, url, article, monkeypatch
    ):
        write(article, app, "Baik :)", "Buruk :(")
        begin_writing()
        for comment in db.session.scalars(Comment.of(Status.PUBLISHED)):
            comment.render_again("lama", 0)
        db.session.commit()
        assert client.page(url).select_one("#comment-1 .comment__body").text == "lama"
        monkeypatch.setattr("pnpm.web.rerender.BATCH", 1)
        assert flask("comments", "render") == "2 comments rendered again.\n"
        assert client.page(url).select_one("#comment-1 img")["alt"] == ":)"
        assert flask("comments", "render") == "0 comments rendered again.\n"
