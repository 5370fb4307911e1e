"""The pictures of an archive are found in it, in a folder or on their hosts, and shown from here;
what is not is said.
"""

import base64
import os
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet
from pnpm.config import Config
from pnpm.db import db, now, transaction
from pnpm.imports.fetch import Unfetched
from pnpm.imports.html import article_source
from pnpm.imports.picture_addresses import identity, larger, paths, shown_by
from pnpm.imports.pictures import NOT_THERE, UNSHOWN, Pictures
from pnpm.imports.records import ArchivedPicture
from pnpm.markup import figures
from pnpm.markup.sanitizer import article_html
from pnpm.media import actions, uploads
from pnpm.media.models import Picture
from tests.photographs import SVG, noise, photograph

from .conftest import article

WHO = "impor"
TOLD = {"taken": 0, "merged": 0, "held": 0, "dropped": 0}
FACE, HOUSE = photograph(60, 40, seed=1), photograph(50, 40, seed=2)
BLOGGER = "http://1.bp.blogspot.com/-a/T/AAAA/x/s320/Rapat+desa.jpg"
LARGE = BLOGGER.replace("s320", "s1600")
PRESS = "http://desa.example/wp-content/uploads/2012/12/rumah-300x200.jpg"


@pytest.fixture
def folder(tmp_path):
    """A folder with these files: `folder({"a.jpg": FACE})`."""

    def made(files):
        for name, content in files.items():
            path = tmp_path / "media" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return tmp_path / "media"

    return made


@pytest.fixture
def pictures(config, site, folder):
    """The pictures of an archive with these files in a folder beside it."""

    def made(files=(), **more):
        taker = Pictures(config, None, folder(dict(files)), False, WHO)
        taker.begin(**more)
        return taker

    return made


@pytest.fixture
def site(app):
    with app.app_context():
        yield


class Host:
    """A host that is asked for pictures, and has those."""

    def __init__(self, files):
        self.files, self.asked, self.allowed = files, [], set()

    def allow(self, address):
        self.allowed.add(address)

    def get(self, address):
        assert address in self.allowed
        self.asked.append(address)
        if address not in self.files:
            raise Unfetched("answers 404")
        return self.files[address]


def key_of(content):
    return uploads.key_of(content)


def shown(content, width, alt="", height=40):
    return f'<img src="/pictures/{key_of(content)}/{width}.jpg" alt="{alt}" width="{width}" height="{height}">'


def told(outcomes):
    return [(each.result, each.name, each.why) for each in outcomes]


def test_a_picture_of_blogger_is_shown_from_here_and_its_link_leads_here(pictures):
    html = f'<p>a &amp; b</p><a href="{LARGE}" title="t"><img border="0" src="{BLOGGER}" alt="Rapat"/></a>'
    taken, outcomes = pictures({"Albums/Desa/Rapat desa.jpg": FACE}).take(html)
    assert taken == (
        f'<p>a &amp; b</p><a href="/pictures/{key_of(FACE)}/60.jpg" title="t">'
        f"{shown(FACE, 60, 'Rapat')}</a>"
    )
    [outcome] = outcomes
    assert outcome == ("taken", "Rapat desa.jpg", "", key_of(FACE))
    source, dropped = article_source(taken)
    assert not dropped
    known = Picture.facts(figures.keys_in(source))
    assert f"pictures/{key_of(FACE)}/60.webp 60w" in article_html(source, known)


def test_it_is_taken_once_however_often_and_large_it_is_shown(pictures, config):
    taker = pictures({"rapat_desa.jpg": FACE})
    html = f'<img src="{BLOGGER}"><img src="{LARGE}"><a href="{LARGE.replace("1.bp", "3.bp")}">foto</a>'
    taken, outcomes = taker.take(html)
    assert taken.count(f"/pictures/{key_of(FACE)}/60.jpg") == 3
    assert len(outcomes) == 1
    assert taker.take(html, number=1) == (taken, [])
    assert taker.take(html)[1] == outcomes  # the same article, once more
    assert db.session.query(Picture).count() == 1


def test_the_same_picture_at_two_addresses_is_one(pictures):
    taker = pictures({"a.jpg": FACE, "b.jpg": FACE})
    html = '<img src="http://x.id/a.jpg"><img src="http://x.id/b.jpg">'
    assert len(taker.take(html)[1]) == 1


def test_who_starts_again_finds_it_and_knows_which_it_has_taken_itself(pictures):
    html = f'<img src="{BLOGGER}">'
    first = pictures({"rapat_desa.jpg": FACE})
    taken, _outcomes = first.take(html)
    again = pictures(begun=Picture.of(key_of(FACE)).created_at).take(html)
    assert again == (taken, [("taken", "Rapat desa.jpg", "", key_of(FACE))])


def test_what_was_here_before_is_merged(pictures):
    pictures({"rapat_desa.jpg": FACE}).take(f'<img src="{BLOGGER}">')
    later = pictures(begun=now() + timedelta(hours=1))
    assert told(later.take(f'<img src="{BLOGGER}">')[1]) == [("merged", "Rapat desa.jpg", "")]


def test_one_in_the_trash_comes_back(pictures):
    taker = pictures({"rapat_desa.jpg": FACE})
    taker.take(f'<img src="{BLOGGER}">')
    with transaction():
        actions.change(ChangeSet(WHO), Picture.of(key_of(FACE)), deleted=True)
    pictures().take(f'<img src="{BLOGGER}">')
    assert Picture.of(key_of(FACE)).deleted_at is None


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"rumah.jpg": FACE, "rumah-300x200.jpg": HOUSE}, FACE),
        ({"rumah-300x200.jpg": HOUSE}, HOUSE),
        ({"rumah-scaled.jpg": HOUSE}, None),
        ({"2012/12/rumah.jpg": FACE, "2013/01/rumah.jpg": HOUSE}, FACE),
        ({"wp-content/uploads/2012/12/RUMAH.JPG": FACE, "rumah.jpg": HOUSE}, FACE),
        ({"a/rumah.jpg": FACE, "b/rumah.jpg": FACE}, FACE),
        ({"a/rumah.jpg": FACE, "b/rumah.jpg": HOUSE}, None),
        ({"rumah.jpg": b"x", "rumah-300x200.jpg": HOUSE}, HOUSE),
    ],
)
def test_its_file_is_the_one_whose_path_is_most_like_its_address(pictures, files, expected):
    _html, [outcome] = pictures(files).take(f'<img src="{PRESS}">')
    assert outcome.key == (key_of(expected) if expected else "")


def test_an_attachment_that_is_called_like_a_smaller_one_is_the_original(pictures):
    files = {"rumah.jpg": FACE, "rumah-300x200.jpg": HOUSE}
    taker = pictures(files, named=[ArchivedPicture(PRESS, alt="Rumah")])
    taken, [outcome] = taker.take(f'<img src="{PRESS}">')
    assert outcome.key == key_of(HOUSE)
    assert 'alt="Rumah"' in taken


def test_it_is_found_in_the_zip_under_the_name_that_the_archive_gives(config, site, tmp_path):
    path = tmp_path / "takeout.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("Takeout/Blogger/Albums/Desa/IMG_1(1).jpg", FACE)
        made.writestr("Takeout/Blogger/Albums/Desa/IMG_1.jpg", HOUSE)
    address = "https://blogger.googleusercontent.com/img/a/AVvXs=s320"
    named = [ArchivedPicture(address, file="Takeout/Blogger/Albums/Desa/IMG_1(1).jpg")]
    for file in (path, tmp_path / "takeout.zip:Desa"):
        taker = Pictures(config, file, None, False, WHO)
        taker.begin(named)
        html = (
            f'<img src="{address.replace("s320", "w640-h480")}"><img src="http://x.id/IMG_1.jpg">'
        )
        assert [each.key for each in taker.take(html)[1]] == [key_of(FACE), key_of(HOUSE)]


def test_a_damaged_zip_and_a_file_that_is_none_have_no_pictures(config, site, tmp_path):
    path = tmp_path / "takeout.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("rumah.jpg", FACE)
    content = bytearray(path.read_bytes())
    content[60:200] = bytes(140)
    path.write_bytes(content)
    for file in (path, tmp_path / "none.xml"):
        _html, [outcome] = Pictures(config, file, None, False, WHO).take(f'<img src="{PRESS}">')
        assert (outcome.result, outcome.key) == ("dropped", "")


def test_nothing_outside_the_folder_is_read(pictures, folder, tmp_path):
    (tmp_path / "rumah.jpg").write_bytes(FACE)
    media = folder({"x.jpg": HOUSE})
    (media / "rumah.jpg").symlink_to(tmp_path / "rumah.jpg")
    (media / "2012").symlink_to(tmp_path)
    os.mkfifo(media / "rumah-300x200.jpg")
    taker = pictures()
    for address in (PRESS, "http://x.id/../rumah.jpg", "../rumah.jpg", "/2012/rumah.jpg"):
        assert told(taker.take(f'<img src="{address}">')[1])[0][0] == "dropped"
    assert db.session.query(Picture).count() == 0


def test_a_picture_within_the_text_is_taken(pictures):
    address = f"data:image/jpeg;base64,{base64.b64encode(FACE).decode()}"
    assert pictures().take(f'<img src="{address}">')[0] == shown(FACE, 60)
    _html, [broken] = pictures().take('<img src="data:image/png;base64,!">')
    assert told([broken]) == [("dropped", "gambar", "its file is empty")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (SVG, "it is a drawing (SVG), which may hold a program"),
        (b"<html>", "it is no picture of a known format"),
        (FACE[:400], "its file is damaged"),
        (None, NOT_THERE),
    ],
)
def test_what_cannot_be_taken_stays_as_it_was_and_is_told_with_why(pictures, content, why):
    taker = pictures({"rumah.jpg": content} if content else {})
    html = f'<p>x</p><img src="{PRESS}" alt="Rumah">'
    assert taker.take(html)[0] == html
    assert told(pictures().take(html)[1]) == [("dropped", "rumah-300x200.jpg", why)]


def test_a_full_site_takes_what_is_here_already_and_no_more(site, folder, app):
    config = app.config["PNPM"]
    media = folder({f"{n}.png": noise(500, 500, "PNG") for n in range(2)} | {"here.jpg": FACE})
    html = "".join(f'<img src="http://x.id/{name}">' for name in ("0.png", "1.png", "here.jpg"))
    Pictures(config, None, media, False, WHO).take('<img src="http://x.id/here.jpg">')
    small = Config(**{**vars(config), "pictures_total": 0})
    _html, outcomes = Pictures(small, None, media, False, "lain").take(html)
    full = "this site has no room for more pictures (PICTURES_TOTAL)"
    assert told(outcomes) == [
        ("dropped", "0.png", full),
        ("dropped", "1.png", full),
        ("merged", "here.jpg", ""),
    ]


def test_a_counter_is_no_picture(pictures):
    html = '<img src="http://hitung.example/x.gif" width="1" height="1">'
    assert pictures().take(html) == (html, [])


def test_a_host_is_asked_for_what_is_in_no_folder_and_for_the_largest_first(config, site):
    host = Host({LARGE: FACE, PRESS: HOUSE})
    taker = Pictures(config, None, None, True, WHO, fetcher=host)
    _html, outcomes = taker.take(f'<img src="{BLOGGER}"><img src="{PRESS}"><img src="/x.jpg">')
    assert [each.key for each in outcomes] == [key_of(FACE), key_of(HOUSE), ""]
    assert host.asked == [LARGE, PRESS.replace("-300x200", ""), PRESS]
    assert outcomes[2].why == NOT_THERE
    _html, [gone] = taker.take('<img src="http://x.id/x.jpg">')
    assert gone.why == "answers 404"


def test_a_path_alone_is_enough_to_find_a_file(pictures):
    assert pictures({"rumah.jpg": FACE}).take('<img src="/foto/rumah.jpg">')[0] == shown(FACE, 60)


def test_an_address_may_be_relative_to_the_page(config, site):
    host = Host({"http://desa.example/a/x.jpg": FACE})
    taker = Pictures(config, None, None, True, WHO, fetcher=host)
    taken, _outcomes = taker.take('<img src="../a/x.jpg">', "http://desa.example/2012/x.html")
    assert taken == shown(FACE, 60)


def test_a_dry_run_says_what_would_be_taken(pictures):
    taker = pictures({"rumah.jpg": FACE, "b.jpg": SVG}, is_dry=True)
    html = f'<img src="{PRESS}"><img src="http://x.id/b.jpg">'
    taken, outcomes = taker.take(html)
    assert [each.result for each in outcomes] == ["taken", "dropped"]
    assert taken.endswith('<img src="http://x.id/b.jpg">')
    assert article_source(taken)[1] == {"img": 1}  # as when it is imported
    assert db.session.query(Picture).count() == 0


@pytest.mark.parametrize("unit", [f'<img src="{PRESS}">', "<a href='http://x.id/a.jpg'>", "<img"])
def test_hostile_html_is_read_to_its_end(pictures, unit):
    taken, _outcomes = pictures().take(f"awal {unit * 4000} akhir")
    assert taken.startswith("awal")


@pytest.mark.parametrize(
    "addresses",
    [
        [BLOGGER, LARGE, LARGE.replace("s1600", "s1600-h"), BLOGGER.replace("/s320", ""),
         "https://lh3.googleusercontent.com/-a/T/AAAA/x/w640-h480-p-k-no-nu/Rapat+desa.jpg"],
        ["https://blogger.googleusercontent.com/img/a/AV=s320", "https://blogger.googleusercontent.com/img/a/AV=w640-h480",
         "https://blogger.googleusercontent.com/img/a/AV"],
        [PRESS, PRESS.replace("-300x200", ""), PRESS.replace("-300x200", "-scaled"), PRESS.replace("http", "https"),
         PRESS + "?w=150", "https://i0.wp.com/desa.example/wp-content/uploads/2012/12/rumah.jpg?resize=10%2C10"],
    ],
)  # fmt: skip
def test_sizes_of_a_picture_are_one_picture(addresses):
    assert len(set(map(identity, addresses))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://x.id/s320/a.jpg", "http://x.id/s321/a.jpg"),
        ("http://x.id/a.php?id=1", "http://x.id/a.php?id=2"),
        ("http://x.id/a.jpg", "http://y.id/a.jpg"),
        (BLOGGER, BLOGGER.replace("/x/", "/y/")),
        ("data:image/png;base64,AA", "data:image/png;base64,AB"),
    ],
)
def test_other_pictures_are_others(one, other):
    assert identity(one) != identity(other)


def test_the_largest_is_shown_first_and_late_ones_count():
    image = {
        "src": "data:image/gif;base64,R0lG",
        "srcset": "http://x.id/a-300.jpg 300w, http://x.id/a-900.jpg 900w,http://x.id/b.jpg 1.5x",
        "data-src": "//x.id/a.jpg",
    }
    assert shown_by(image, "http://x.id/besar.jpg") == [
        "http://x.id/besar.jpg",
        "http://x.id/a-900.jpg",
        "http://x.id/a-300.jpg",
        "http://x.id/b.jpg",
        "https://x.id/a.jpg",
        "data:image/gif;base64,R0lG",
    ]
    assert shown_by({"src": "http://x.id/a.jpg"}, "http://x.id/halaman.html") == [
        "http://x.id/a.jpg"
    ]


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        (BLOGGER, [LARGE, BLOGGER]),
        ("https://a.googleusercontent.com/img/a/A=s72-c", ["https://a.googleusercontent.com/img/a/A=s1600", "https://a.googleusercontent.com/img/a/A=s72-c"]),
        ("http://x.id/a.jpg?w=150", ["http://x.id/a.jpg", "http://x.id/a.jpg?w=150"]),
        ("http://x.id/a.php?id=1", ["http://x.id/a.php?id=1"]),
        ("https://i0.wp.com/x.id/a.jpg?w=1", ["https://x.id/a.jpg", "https://i0.wp.com/x.id/a.jpg?w=1"]),
    ],
)  # fmt: skip
def test_a_host_is_asked_for_as_much_as_is_kept(address, asked):
    assert list(larger(address)) == asked


def test_a_path_is_that_of_the_original_first():
    assert paths(PRESS.replace("rumah-", "rumah%20kami-")) == [
        ("wp-content", "uploads", "2012", "12", "rumah kami.jpg"),
        ("wp-content", "uploads", "2012", "12", "rumah kami-300x200.jpg"),
    ]


class TestAgain:
    """Archives that are imported once more."""

    @pytest.fixture
    def counted(self, archive, imported, config, folder):
        """Import an article with two pictures while these files are there; count them."""
        html = f'<p>Isi.</p><img src="{BLOGGER}"><img src="{PRESS}">'
        archived = archive(article("a1", html=html))

        def counted(files):
            media = folder(files)
            report = imported(archived, pictures=Pictures(config, None, media, False, WHO))
            for one in files:
                (media / one).unlink()
            return report.counts["articles"], report.counts["pictures"]

        return counted

    def test_pictures_that_are_here_are_merged_with_or_without_their_files(self, counted):
        files = {"rapat desa.jpg": FACE, "rumah.jpg": HOUSE}
        assert counted(files)[1] == TOLD | {"taken": 2}
        assert counted(files) == (TOLD | {"merged": 1}, TOLD | {"merged": 2})
        assert counted({}) == (TOLD | {"merged": 1}, TOLD | {"merged": 2})

    def test_pictures_whose_files_are_given_later_are_shown(self, counted):
        assert counted({"rapat desa.jpg": FACE})[1] == TOLD | {"taken": 1, "dropped": 1}
        html = db.session.scalar(select(Article.html))
        assert (key_of(FACE) in html, key_of(HOUSE) in html) == (True, False)
        again = counted({"rumah.jpg": HOUSE})
        assert again == (TOLD | {"taken": 1}, TOLD | {"taken": 1, "merged": 1})

    def test_what_no_article_shows_is_counted_too(self, archive, opened, imported, pictures):
        named = [ArchivedPicture(PRESS.replace("-300x200", "")), ArchivedPicture(LARGE)]
        path = archive(article("a1", html=f'<img src="{PRESS}">'), *named)
        foreseen = opened(path, pictures=pictures({"rumah.jpg": HOUSE})).preview()
        report = imported(path, pictures=pictures({"rumah.jpg": HOUSE}))
        assert report.counts["pictures"] == TOLD | {"taken": 1, "dropped": 1}
        assert report.details["pictures"]["dropped"] == [{"what": "Rapat desa.jpg", "why": UNSHOWN}]
        assert report.stored() == foreseen.stored()
