"""Which article of this site comments of another system belong to."""

from datetime import UTC, datetime

import pytest

from pnpm.articles.models import Status
from pnpm.db import begin_writing, db
from pnpm.imports.addresses import keep
from pnpm.imports.mapping import Mapping
from pnpm.imports.records import NotAnArchive
from tests.conftest import publish
from tests.public.test_articles import changed

MAY = datetime(2014, 5, 20, tzinfo=UTC)


@pytest.fixture
def file(tmp_path):
    """Write a mapping: `file("a,b")`."""

    def file(text, encoding="utf-8"):
        path = tmp_path / "peta.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return file


def found(address, title="", mapping=None):
    return (mapping or Mapping()).find(db.session.connection(), address, title)


class TestByAddress:
    @pytest.mark.parametrize(
        "address",
        [
            "/2012/12/latar-belakang.html",
            "2012/12/latar-belakang",
            "https://desa.blogspot.com/2012/12/latar-belakang.html?m=1",
            "http://www.desa.example/2012/12/latar-belakang.html/?utm_source=wa#comment-3",
            "desa.example/2012/12/latar-belakang.html",
            "/2011/01/LATAR-BELAKANG.html",
            "/berita/latar-belakang/",
            "/blog/latar-belakang.php?halaman=2",
            "latar-belakang",
        ],
    )
    def test_it_is_found_however_it_is_written(self, article, address):
        assert found(address) == article.id

    @pytest.mark.parametrize(
        "address", ["", "/", "https://desa.example/", "/lain/", "/belakang/", "javascript:1", "\0"]
    )
    def test_others_are_not(self, article, address):
        assert found(address) is None

    def test_a_dated_one_goes_before_one_that_ends_alike(self, app):
        plain, dated = publish("Rapat", MAY), publish("Rapat", MAY, slug="2012/12/rapat")
        assert found("https://desa.example/2012/12/rapat.html") == dated.id
        assert found("/2014/05/rapat.html") == plain.id
        assert found("/berita/rapat/") == plain.id

    def test_of_several_that_end_alike_none_is_guessed(self, app):
        for year in (2012, 2013):
            publish("Rapat", MAY, slug=f"{year}/12/rapat")
        assert found("/berita/rapat/") is None

    def test_former_and_imported_ones_are_known(self, article):
        begin_writing()
        keep(db.session.connection(), article.id, ["/?p=12", "/2012/12/20/asal/"])
        db.session.commit()
        changed(article, slug="lain")
        for address in (
            "/2012/12/latar-belakang.html",
            "https://d.example/?p=12",
            "/2012/12/20/asal",
        ):
            assert found(address) == article.id

    def test_a_deleted_article_is_not_found(self, article):
        changed(article, status=Status.DELETED)
        assert found("/2012/12/latar-belakang.html", "Latar Belakang") is None


class TestByTitle:
    @pytest.mark.parametrize(
        "title", ["Latar Belakang", " latar   BELAKANG ", "Latar+Belakang", "Latar&nbsp;Belakang"]
    )
    def test_it_is_found_where_only_one_has_it(self, article, title):
        assert found("/posts/0001/", title) == article.id
        publish("Latar belakang")
        assert found("/posts/0001/", title) is None

    def test_another_is_not(self, article):
        assert found("/posts/0001/", "Latar") is None


class TestFile:
    @pytest.mark.parametrize(
        "text",
        [
            "/posts/0001/,latar-belakang",
            "old,new\n\nhttps://d.example/posts/0001.html,/2012/12/latar-belakang.html\n",
            "\ufefflama;baru\r\n/posts/0001;https://desa.example/2012/12/latar-belakang.html\r\n",
            '"/posts/0001"\t"latar-belakang"\t\n',
        ],
    )
    def test_it_leads_old_addresses_to_articles(self, article, file, text):
        mapping = Mapping.read(file(text))
        mapping.check(db.session.connection())
        assert found("http://d.example/posts/0001/", "", mapping) == article.id
        assert found("/posts/0002/", "Latar Belakang", mapping) == article.id

    def test_it_goes_before_what_would_be_found(self, article, file):
        other = publish("Lain")
        mapping = Mapping.read(file("/2012/12/latar-belakang.html,lain\n/,lain"))
        for address in ("/2012/12/latar-belakang.html", "https://desa.example"):
            assert found(address, "", mapping) == other.id

    def test_a_query_may_say_which_one_it_is(self, article, file):
        other = publish("Lain")
        mapping = Mapping.read(file("/baca.php?id=1,lain\n/baca.php?id=2,latar-belakang"))
        assert found("/baca.php?utm_source=x&id=2", "", mapping) == article.id
        assert found("/baca.php?id=1", "", mapping) == other.id
        assert found("/baca.php?id=3", "", mapping) is None

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("a,b\nc", "line 2: two columns are needed: old address, new address."),
            ("a,b,c", "line 1: two columns"),
            ("a,b\n,c", "line 2: two columns"),
            ("a,b\n\nmailto:x@y,c", "line 3: 'mailto:x@y' is no address."),
            (
                "a,b\nc,d\nhttps://x.example/a/,e",
                "line 3: line 1 leads https://x.example/a/ elsewhere.",
            ),
            ('a,"b', "line 1: it is no CSV"),
            (b"a,b\n\xff\xfe,c", "line 2: it is not UTF-8 text."),
            ("a," + "x" * 200_000, "line 1: it is no CSV"),
        ],
    )
    def test_a_faulty_line_is_named(self, file, text, words):
        with pytest.raises(NotAnArchive, match=r"peta\.csv, line ") as refused:
            Mapping.read(file(text))
        assert words in str(refused.value)

    def test_what_is_no_such_file_is_said(self, tmp_path, file, monkeypatch):
        for path in (tmp_path / "none.csv", tmp_path):
            with pytest.raises(NotAnArchive, match="cannot be read"):
                Mapping.read(path)
        monkeypatch.setattr("pnpm.imports.mapping.LARGEST", 3)
        with pytest.raises(NotAnArchive, match="larger than"):
            Mapping.read(file("a,b\n"))

    def test_a_line_that_leads_nowhere_is_named(self, article, file):
        mapping = Mapping.read(file("old,new\na,latar-belakang\nb,tidak-ada"))
        with pytest.raises(NotAnArchive, match="Line 3 of the mapping leads to 'tidak-ada'"):
            mapping.check(db.session.connection())

    def test_the_same_line_twice_is_no_fault(self, file):
        assert len(Mapping.read(file("a,b\na,b\n")).lines) == 1
