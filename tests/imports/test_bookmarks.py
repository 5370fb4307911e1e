"""Reading begins again at a bookmark, as if it had not been stopped."""

import zipfile

import pytest

from pnpm.imports import blogger, disqus, encodings, wordpress, xml
from pnpm.imports.records import ArchivedSite, Bookmark
from tests.conftest import SHARED, missing
from tests.imports.archives import SAMPLES

READERS = {"blogger": blogger, "wordpress": wordpress, "disqus": disqus}
FEW = 6  # bookmarks of a file


@pytest.fixture
def often(monkeypatch):
    """A bookmark behind the first thing of each small chunk."""
    monkeypatch.setattr(xml, "APART", 0)
    monkeypatch.setattr(encodings, "CHUNK", 700)


def read(reader, path, bookmark=""):
    """All records, without the site that comes first each time."""
    found = reader.read(path, bookmark) if bookmark else reader.read(path)
    return [record for record in found if not isinstance(record, ArchivedSite)]


def check(reader, path):
    """From a bookmark on it is the same, of FEW of them, the first and the last among these; return
    how many bookmarks there were.
    """
    every = read(reader, path)
    records = [record for record in every if not isinstance(record, Bookmark)]
    places = [place for place, record in enumerate(every) if isinstance(record, Bookmark)]
    for number in {*range(0, len(places), len(places) // FEW + 1), len(places) - 1} - {-1}:
        place = places[number]
        rest = read(reader, path, every[place].state)
        assert [one for one in rest if not isinstance(one, Bookmark)] == records[place - number :]
    return len(places)


def samples():
    """The clean samples of each system, and real exports."""
    for path in sorted(SAMPLES.glob("*.*")):
        for name, reader in READERS.items():
            if path.name.startswith((name, "takeout" if name == "blogger" else name)):
                yield reader, path


@pytest.mark.parametrize(
    ("reader", "path"), [*samples()], ids=lambda each: getattr(each, "name", "")
)
def test_our_samples(often, reader, path):
    check(reader, path)


@pytest.mark.parametrize(
    ("name", "file", "least"),
    [
        ("blogger", "blogger/hexo_blogger_xml_test.xml", 20),
        ("wordpress", "wordpress/wptt_themeunittestdata.xml", 50),
        ("disqus", "disqus/isso_disqus.xml", 1),
    ],
)
def test_real_exports(often, name, file, least):
    if not SHARED.is_dir():
        missing("the exports of others", "they are not part of this project")
    assert check(READERS[name], SHARED / file) >= least


def test_a_feed_within_a_zip(often, tmp_path):
    path = tmp_path / "takeout.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(SAMPLES / "takeout.atom", "Takeout/Blogger/Blogs/Satu/feed.atom")
    assert check(blogger, path) > 0


def test_what_had_to_be_mended_has_none(often, tmp_path):
    path = tmp_path / "feed.xml"
    text = (SAMPLES / "takeout.atom").read_text()
    path.write_text(text.replace("</title>", " a & b</title>"))
    assert check(blogger, path) == 0
